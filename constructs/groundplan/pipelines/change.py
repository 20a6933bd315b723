"""change.yml: a pull request that does not say how its change is taken back is not merged."""

from __future__ import annotations

from groundplan.github import RUNNER, STRICT
from groundplan.kubernetes.objects import Json

SECTION = "Rollback plan"

LEAST_CHARACTERS = 20
"""A plan of one word is none."""


def workflow() -> Json:
    """The whole workflow."""
    return {
        "name": "Change",
        "on": {"pull_request": {"types": ["opened", "edited", "reopened", "synchronize"]}},
        "permissions": {"contents": "read"},
        "jobs": {
            "rollback-plan": {
                "runs-on": RUNNER,
                "timeout-minutes": 5,
                "steps": [
                    {
                        "name": "Look for the rollback plan",
                        "env": {"BODY": "${{ github.event.pull_request.body }}"},
                        "run": STRICT + _LOOK,
                    }
                ],
            }
        },
    }


_LOOK = f"""\
plan=$(printf '%s\\n' "$BODY" | tr -d '\\r' | sed 's/<!--.*-->//g' |
  awk '/^#+ /{{found = tolower($0) ~ /^#+ +{SECTION.lower()} *$/; next}} found' | tr -d '[:space:]')
if [ "${{#plan}}" -lt {LEAST_CHARACTERS} ]; then
  echo "::error::the description has no section '## {SECTION}' that says how this change is taken back"
  exit 1
fi
"""

"""GitHub Actions in small pieces: actions pinned by commit, since a tag can be moved to other code and a commit cannot.

In March 2026 nearly every tag of trivy-action was moved to code that stole credentials; workflows pinned by commit
were not affected. See https://docs.github.com/en/actions/reference/security/secure-use .
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.platforms.resources import data_of, data_of_platforms

RUNNER = "ubuntu-latest"
"""Runner of GitHub's own, outside of every network."""

STRICT = "set -euo pipefail\n"
"""A pipe that fails in the middle fails the step."""

FILE = "actions.yaml"


@dataclass(frozen=True, slots=True)
class Action:
    """An action, pinned."""

    commit: str
    """Commit that is taken."""

    version: str
    """What that commit was released as."""

    needs: Mapping[str, str]
    """Permissions of the token it works with."""


@cache
def actions() -> Mapping[str, Action]:
    """Every action by name: those of all workflows, and those of each platform's own steps."""
    tables = (data_of("groundplan", FILE), *data_of_platforms(FILE))
    return {
        name: Action(row["commit"], row["version"], row.get("needs", {}))
        for table in tables
        for name, row in table.items()
    }


_USES = re.compile(r"^(\s*(?:- )?uses: (\S+)@([0-9a-f]{40}))$", re.MULTILINE)


def pinned(action: str) -> str:
    """What `uses:` says for `action`."""
    return f"{action}@{actions()[action].commit}"


def with_versions(text: str) -> str:
    """`text` with each pinned action's version as a comment behind it, where people and update bots look for it."""
    return _USES.sub(lambda match: f"{match[1]} # {actions()[match[2]].version}", text)


def checkout(**inputs: object) -> Json:
    """Check out a repository; the token is not left in the work tree unless a push needs it."""
    return {"name": "Check out", "uses": pinned("actions/checkout"), "with": {"persist-credentials": False, **inputs}}


def python(version: str, **inputs: object) -> Json:
    """Install Python."""
    return {
        "name": "Set up Python",
        "uses": pinned("actions/setup-python"),
        "with": {"python-version": version, **inputs},
    }


def github_environment(environment: Environment) -> Json:
    """GitHub's environment of the same name; required reviewers set on it are the approval gate."""
    if not environment.public_hosts:
        return {"environment": {"name": environment.environment}}
    host = next(iter(environment.public_hosts))
    return {"environment": {"name": environment.environment, "url": f"https://{host}"}}

"""dr-drill.yml: whenever it is due an issue that asks for the disaster recovery drill, with its report form."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.github import RUNNER, STRICT
from groundplan.kubernetes.objects import Json
from groundplan.layout import docs_dir
from groundplan.model.recovery import Recovery


def workflow(system: System, recovery: Recovery) -> Json:
    """The whole workflow."""
    return {
        "name": "Disaster recovery drill",
        "on": {"schedule": [{"cron": recovery.drill}], "workflow_dispatch": {}},
        "permissions": {"issues": "write"},
        "jobs": {
            "open-issue": {
                "runs-on": RUNNER,
                "timeout-minutes": 5,
                "steps": [
                    {
                        "name": "Open the drill's issue",
                        "env": {"GH_TOKEN": "${{ github.token }}", "BODY": _body(system, recovery)},
                        "run": STRICT
                        + f'gh issue create --repo "$GITHUB_REPOSITORY" --title "Disaster recovery drill $(date +%Y-%m): '
                        f'{system.name}" --body "$BODY"\n',
                    }
                ],
            }
        },
    }


def _body(system: System, recovery: Recovery) -> str:
    """The form is in the issue, so that the report is written where the drill is discussed."""
    owner, repository = system.primary.owner, system.primary.delivery.repository
    page = f"{repository.url.removesuffix('.git')}/blob/{repository.revision}/{docs_dir(system.name)}/dr-drill.md"
    return (
        f"The disaster recovery drill of {system.primary.title} is due ({recovery.drill_comes}). Owner: {owner.team}, on call: {owner.oncall}.\n\n"
        f"Follow {page} and fill in:\n\n"
        "- [ ] date, participants\n"
        f"- [ ] measured recovery time (objective {recovery.rto})\n"
        f"- [ ] measured recovery point (objective {recovery.rpo})\n"
        "- [ ] every step's minutes\n"
        "- [ ] data checks passed\n"
        "- [ ] failed back\n"
        "- [ ] findings, each with an owner and a date\n"
    )

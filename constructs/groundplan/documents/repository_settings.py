"""What the repository with the code needs: settings of GitHub, each with its value and what for."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.layout import pipelines_dir
from groundplan.markdown import link, table
from groundplan.model.pipelines import Pipelines
from groundplan.page import UP
from groundplan.platforms.pages import pages_of


def settings(system: System, chapter: Pipelines) -> list[str]:
    """The table, and what the identity that pushes may do."""
    primary = system.primary
    folder = pipelines_dir(system.name)
    where = f"`{chapter.repository}`" if chapter.repository else "the repository with the code"
    rows = [
        ("workflows", f"copy of {link('.github', f'{UP}/{folder}/.github')}", "the workflows run where they lie"),
        (
            "secret `PLATFORM_DEPLOY_KEY`, of each environment",
            f"deploy key of {primary.delivery.repository.url}, may write; of no repository and no organisation, so that only "
            "jobs of protected branches and tags read it",
            "sets image tags",
        ),
        ("variable `ARGOCD_SERVER`", "host name of the Argo CD that serves the stages", "asked for health"),
        ("secret `ARGOCD_READ_TOKEN`", "token of a project role that may only get applications", "asked for health"),
        ("secret `CODECOV_TOKEN`", "token of the coverage service", "coverage is uploaded"),
    ]
    rows += pages_of(primary).repository_settings(system)
    if chapter.gates.rollback_plan:
        rows.append(("required check `rollback-plan`", "in the branch's protection", "no change without a way back"))
    rows += [
        (
            f"environment `{item.environment}`",
            f"{'required reviewers' if item.stage == 'production' else 'no reviewers'}; protected branches and tags alone",
            "the approval gate" if item.stage == "production" else "deployed by itself",
        )
        for item in system.promotions
    ]
    role = chapter.role_name(system.name)
    return [
        f"In {where}:",
        table(["Setting", "Value", "What for"], rows),
        f"The cloud identity `{role}` trusts that repository's workflows and may push to the system's image repositories, "
        "nothing else. No key is stored.",
    ]

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
            "variable `PLATFORM_APP`, of each environment",
            "client id of the App that deploys it",
            "versions are proposed",
        ),
        (
            "secret `PLATFORM_APP_KEY`, of each environment",
            "private key of that App; of no repository and no organisation, so that only jobs of protected branches and tags "
            "read it",
            "versions are proposed",
        ),
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
        *_platform(system, chapter),
    ]


def _platform(system: System, chapter: Pipelines) -> list[str]:
    """What the repository that Argo CD reads needs, so that nobody writes to it unseen and a release still waits for nobody."""
    delivery = system.primary.delivery
    apps = {item.environment: f"`{chapter.app_name(system.name, item.environment)}`" for item in system.promotions}
    rows = [
        (
            f"App {app}",
            "installed on this repository alone, without a webhook; may read checks and statuses, and write contents and pull "
            "requests; no workflows",
            f"proposes versions of `{environment}`, and merges them once they passed",
        )
        for environment, app in apps.items()
    ]
    if delivery.reports is not None:
        rows.append(
            (
                f"App {delivery.reports.app}",
                "installed on this repository alone, without a webhook; may write commit statuses",
                "Argo CD says what runs; its private key is "
                f"`{delivery.reports.secret}` of {link('the secrets', 'secrets.md')}",
            )
        )
    rows += [
        (
            f"ruleset `judged` of `{delivery.repository.revision}`",
            "a pull request, up to date, with every check of the workflows `CI` and `Agreed`; nobody passes it by",
            "what is merged was judged",
        ),
        (
            f"ruleset `reviewed` of `{delivery.repository.revision}`",
            f"a review by a code owner; {', '.join(apps.values())} pass it by, in pull requests only",
            "what is no release was read by somebody",
        ),
        ("branches", "deleted once they are merged", "a release leaves nothing behind"),
    ]
    return [
        f"In {delivery.repository.url}:",
        table(["Setting", "Value", "What for"], rows),
        "The check `Agreed` lets an App's pull request through where it changes versions of its own environment and nothing "
        "else, and anybody else's once a code owner has approved it; so the Apps merge nothing that nobody has read.",
    ]

"""cd.yml: a commit that passed goes to each environment in turn, by one changed line in Git."""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.errors import ConstructError
from groundplan.facts.system import System
from groundplan.github import RUNNER, checkout, github_environment, python
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Pipelines
from groundplan.pipelines import integration
from groundplan.pipelines.languages import ready
from groundplan.pipelines.steps import (
    MERGE_SECONDS,
    check_out_platform,
    patience,
    promote,
    smoke_test,
    wait_until_healthy,
)

NAME = "CD Pipeline"

BUILT = "${{ github.event.workflow_run.head_sha }}"
"""The commit that was built. `github.sha` is the newest commit of the default branch here, which may be another."""

PASSED = (
    "github.event.workflow_run.conclusion == 'success' && github.event.workflow_run.event == 'push' && "
    "github.event.workflow_run.head_repository.full_name == github.repository"
)
"""A pull request of a fork whose branch has the deployed branch's name passes the branch filter, but not this."""


def workflow(system: System, pipelines: Pipelines) -> Json:
    """The whole workflow."""
    return {
        "name": NAME,
        "on": {
            "workflow_run": {
                "workflows": [integration.NAME],
                "types": ["completed"],
                "branches": pipelines.delivered_branches,
            }
        },
        "permissions": {"contents": "read"},
        "jobs": _branch_jobs(system, pipelines)
        if pipelines.deploys
        else deploy_jobs(
            system, pipelines, list(pipelines.built_on("commit")), BUILT, what="commits", condition=PASSED
        ),
    }


def _branch_jobs(system: System, pipelines: Pipelines) -> Json:
    """One job for each branch, which goes to its own environment and waits for no other.

    Raises:
        ConstructError: for a branch whose environment does not exist.
    """
    jobs: Json = {}
    for branch, name in pipelines.deploys.items():
        found = [environment for environment in system.promotions if environment.environment == name]
        if not found:
            known = ", ".join(environment.environment for environment in system.promotions)
            raise ConstructError(
                f"{system.name}/pipelines",
                f"branch `{branch}` goes to `{name}`, which is no environment",
                f"write one of {known} in pipelines.deploys",
            )
        condition = f"{PASSED} && github.event.workflow_run.head_branch == '{branch}'"
        services = list(pipelines.built_on("commit"))
        jobs |= deploy_jobs(system, pipelines, services, BUILT, what="commits", condition=condition, environments=found)
    return jobs


def deploy_jobs(
    system: System,
    pipelines: Pipelines,
    services: list[str],
    tag: str,
    *,
    what: str,
    condition: str | None = None,
    needs: str | None = None,
    environments: Sequence[Environment] | None = None,
) -> Json:
    """One job for each environment, each after the one before is healthy.

    Args:
        system: the system whose environments are walked through.
        pipelines: its pipelines chapter.
        services: what is deployed.
        tag: expression that yields the image tag.
        what: what is deployed, in a word. Of the runs that wait for one environment and one word GitHub keeps the newest.
        condition: of the first job; the others follow from it.
        needs: job that the first one waits for.
        environments: what is walked through. Default every environment that serves, in the order of their stages.
    """
    jobs: Json = {}
    for environment in system.promotions if environments is None else environments:
        name = f"deploy-{environment.environment}"
        job: Json = {"runs-on": RUNNER}
        if needs is not None:
            job["needs"] = needs
        if condition is not None:
            job["if"] = condition
        job |= github_environment(environment)
        job["concurrency"] = {"group": f"deploy-{environment.environment}-{what}", "cancel-in-progress": False}
        job["timeout-minutes"] = 30 + (MERGE_SECONDS + patience(environment, services)) // 60
        job["steps"] = [
            *check_out_platform(environment),
            python(pipelines.python),
            promote(system, environment, services, tag),
            *_arrival(environment, services),
        ]
        jobs[name], needs, condition = job, name, None
        if environment.stage == "staging" and pipelines.gates.validation is not None:
            validation = f"validate-{environment.environment}"
            jobs[validation], needs = _validate(environment, pipelines, pipelines.gates.validation, name), validation
    return jobs


def _arrival(environment: Environment, services: list[str]) -> list[Json]:
    """What is waited for. Argo CD brings changes in only while a window is open, which may be longer than a job may run."""
    windows = [window for window in environment.delivery.windows.values() if window.kind == "allow"]
    if windows:
        when = ", ".join(f"{window.schedule} {window.time_zone} for {window.duration}" for window in windows)
        return [
            {
                "name": "Say when it is brought in",
                "run": f'echo "{environment.environment} takes it in the next window: {when}" >> "$GITHUB_STEP_SUMMARY"',
            }
        ]
    return [*wait_until_healthy(environment, services), *smoke_test(environment)]


def _validate(environment: Environment, pipelines: Pipelines, command: str, needs: str) -> Json:
    """The version is tried where production will not notice, by the tests of the code that was released."""
    hosts = list(environment.public_hosts)
    return {
        "runs-on": RUNNER,
        "needs": needs,
        "timeout-minutes": 60,
        "steps": [
            checkout(),
            *ready(pipelines),
            {
                "name": f"Validate {environment.environment}",
                **({"env": {"BASE_URL": f"https://{hosts[0]}"}} if hosts else {}),
                "run": command,
            },
        ],
    }

"""cd.yml: a commit that passed goes to each environment in turn, by one changed line in Git."""

from __future__ import annotations

from groundplan.environment.model import Environment
from groundplan.environment.pipelines import Pipelines
from groundplan.environment.system import System
from groundplan.parts import Json
from groundplan.pipelines import integration
from groundplan.pipelines.steps import RUNNER, check_out_platform, promote, python, smoke_test, wait_until_healthy

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
                "branches": [pipelines.deployed],
            }
        },
        "permissions": {"contents": "read"},
        "concurrency": {"group": "deploy", "cancel-in-progress": False},
        "jobs": deploy_jobs(system, pipelines, list(pipelines.built_on("commit")), BUILT, condition=PASSED),
    }


def deploy_jobs(
    system: System,
    pipelines: Pipelines,
    services: list[str],
    tag: str,
    *,
    condition: str | None = None,
    needs: str | None = None,
) -> Json:
    """One job for each environment, each after the one before is healthy.

    Args:
        system: the system whose environments are walked through.
        pipelines: its pipelines chapter.
        services: what is deployed.
        tag: expression that yields the image tag.
        condition: of the first job; the others follow from it.
        needs: job that the first one waits for.
    """
    jobs: Json = {}
    for environment in system.promotions:
        name = f"deploy-{environment.environment}"
        job: Json = {"runs-on": RUNNER}
        if needs is not None:
            job["needs"] = needs
        if condition is not None:
            job["if"] = condition
        job |= _environment(environment)
        job["timeout-minutes"] = 60
        job["steps"] = [
            check_out_platform(environment),
            python(pipelines.python),
            promote(system, environment, services, tag),
            *(wait_until_healthy(environment, service, tag) for service in services),
            *smoke_test(environment),
        ]
        jobs[name], needs, condition = job, name, None
    return jobs


def _environment(environment: Environment) -> Json:
    """GitHub's environment of the same name; required reviewers set on it are the approval gate."""
    if environment.ingress is None or not environment.ingress.hosts:
        return {"environment": {"name": environment.environment}}
    host = next(iter(environment.ingress.hosts))
    return {"environment": {"name": environment.environment, "url": f"https://{host}"}}

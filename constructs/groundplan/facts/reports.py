"""What Argo CD tells GitHub: which services of an environment, under which name, so that a release is waited for outside."""

from __future__ import annotations

from groundplan.facts.standby import stands_in, waits
from groundplan.model.environment import Environment

REPORT_SECRET = "argocd-notifications-secret"
"""The Secret that Argo CD's notifications look for by this name."""

REPORT_KEY = "github-private-key"
"""Key in it with the private key of the GitHub App."""


def report_of(environment: Environment, service: str) -> str:
    """Name of the status that says that a service runs: `<environment>/<service>`.

    Both sides of a failover have one name, the primary's: whichever serves says it, and whoever waits need not know which.
    """
    recovery = environment.recovery
    serves_as = recovery.peer if recovery is not None and stands_in(environment) else environment.environment
    return f"{serves_as}/{service}"


def reported_services(environment: Environment) -> dict[str, str]:
    """Services of the environment that are reported, each with the name of its status; none where it waits."""
    if environment.delivery.reports is None or environment.pipelines is None or waits(environment):
        return {}
    return {
        name: report_of(environment, name) for name in environment.services if name in environment.pipelines.services
    }


def reports_anything(environment: Environment) -> bool:
    """Whether the Argo CD of the environment's cluster reports, for itself or for a tenant.

    A standby's is ready to: a failover is no time to bring a key.
    """
    members = (environment, *environment.tenants)
    return any(
        member.delivery.reports is not None
        and member.pipelines is not None
        and any(name in member.pipelines.services for name in member.services)
        for member in members
    )

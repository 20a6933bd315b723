"""What every construct of AWS needs to know: where an environment's resources stand, what they are called, whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from groundplan.errors import ConstructError
from groundplan.model.environment import Environment
from groundplan.platforms.aws.roles import issuer_host, role_name


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where the resources of one environment stand in AWS."""

    account: str
    """Id of the account that pays."""

    region: str
    """Region."""

    system: str
    """The system, first part of what names an account may hold once."""

    environment: str
    """The environment, second part of it."""

    cluster: str
    """Name of the cluster they belong to, in the account and on tags."""

    boundary: str
    """Policy of the account that bounds every role."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of every resource. Default none."""

    ids: Mapping[str, str] = field(default_factory=dict)
    """Ids that AWS assigned and that are known by now. Default none."""

    issuer: str | None = None
    """Host that has the keys of the cluster's tokens. Default none: pods get their roles from the cluster's agent."""

    def role_name(self, identity: str) -> str:
        """Name of the role of an identity of the environment."""
        return role_name(self.system, self.environment, identity)


def site_of(environment: Environment) -> Site:
    """The site of an environment.

    Raises:
        ConstructError: where the environment is not on AWS.
    """
    cloud = environment.platform.aws
    if cloud is None:
        advice = "write `platform: {aws: ...}` with the account"
        raise ConstructError(environment.environment, "needs the chapter of AWS", advice)
    return Site(
        account=cloud.account,
        region=environment.region,
        system=environment.system,
        environment=environment.environment,
        cluster=environment.cluster.name,
        boundary=cloud.boundary,
        tags={
            **cloud.tags,
            "system": environment.system,
            "environment": environment.environment,
            "owner": environment.owner.team,
            "managed-by": "groundplan",
        },
        ids=environment.ids,
        issuer=issuer_host(environment),
    )

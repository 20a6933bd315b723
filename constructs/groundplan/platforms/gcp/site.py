"""What every construct of Google Cloud needs to know: where an environment's resources stand, whose they are, who pods are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from groundplan.errors import ConstructError
from groundplan.model.environment import Environment
from groundplan.platforms.gcp.chapter import Gcp
from groundplan.platforms.gcp.names import zone_name

PROVIDER = "cluster"
"""Name of the one provider in the pool of a cluster that is not GKE's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where the resources of one environment stand in Google Cloud."""

    project: str
    """Id of the project that pays."""

    number: str
    """Its number."""

    host_number: str
    """Number of the project that has the cluster."""

    region: str
    """Region."""

    system: str
    """The system."""

    environment: str
    """The environment."""

    cluster: str
    """Name of the cluster they belong to, with which names begin."""

    pool: str
    """Pool that knows the cluster's ServiceAccounts."""

    issuer: str = ""
    """Who signs their tokens; empty for GKE, which Google knows by itself. Default GKE."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of every resource. Default none."""

    def principal(self, namespace: str, account: str) -> str:
        """The pods of a ServiceAccount, as IAM writes them: no service account stands between.

        See https://cloud.google.com/iam/docs/principal-identifiers .
        """
        subject = f"system:serviceaccount:{namespace}:{account}" if self.issuer else f"ns/{namespace}/sa/{account}"
        return f"principal:{self.pods}/subject/{subject}"

    def pool_path(self, pool: str) -> str:
        """A pool of the project, as principals name it."""
        return f"//iam.googleapis.com/projects/{self.number}/locations/global/workloadIdentityPools/{pool}"

    @property
    def pods(self) -> str:
        """The pool of the cluster's ServiceAccounts, which lies in the project of the cluster."""
        return f"//iam.googleapis.com/projects/{self.host_number}/locations/global/workloadIdentityPools/{self.pool}"

    @property
    def audience(self) -> str:
        """Who tokens are for that Google takes in exchange for its own."""
        return f"{self.pods}/providers/{PROVIDER}"

    @property
    def token_audience(self) -> str:
        """What such a token says: the provider, as an address."""
        return "https:" + self.audience

    @property
    def ring(self) -> str:
        """Name of the environment's key rings, one in each location."""
        return f"{self.system}-{self.environment}"

    def account(self, name: str) -> str:
        """A service account of the project, as IAM writes it."""
        return f"serviceAccount:{name}@{self.project}.iam.gserviceaccount.com"

    def agent(self, service: str) -> str:
        """Google's own agent of a service in the project. See https://cloud.google.com/iam/docs/service-agents ."""
        return f"serviceAccount:service-{self.number}@{service}.iam.gserviceaccount.com"

    def key(self, purpose: str, location: str = "") -> str:
        """Full name of a key, for fields that take no reference."""
        where = location or self.region
        return f"projects/{self.project}/locations/{where}/keyRings/{self.ring}/cryptoKeys/{purpose}"


def settings_of(environment: Environment) -> Gcp:
    """The chapter.

    Raises:
        ConstructError: where the environment is not on Google Cloud.
    """
    if environment.platform.gcp is None:
        advice = "write `platform: {gcp: ...}` with the project"
        raise ConstructError(environment.environment, "needs the chapter of Google Cloud", advice)
    return environment.platform.gcp


def site_of(environment: Environment) -> Site:
    """The site of an environment.

    Raises:
        ConstructError: where the environment is not on Google Cloud.
    """
    settings, host = settings_of(environment), settings_of(environment.host_environment)
    cluster = environment.host_environment.cluster.name
    return Site(
        project=settings.project.id,
        number=settings.project.number,
        host_number=host.project.number,
        region=environment.region,
        system=environment.system,
        environment=environment.environment,
        cluster=cluster,
        pool=cluster if host.issuer else f"{host.project.id}.svc.id.goog",
        issuer=host.issuer or "",
        labels={
            **settings.labels,
            "system": environment.system,
            "environment": environment.environment,
            "owner": environment.owner.team,
            "managed-by": "groundplan",
        },
    )


def repository_of(environment: Environment) -> str:
    """Where an environment's images lie: host, project and repository."""
    return f"{environment.region}-docker.pkg.dev/{settings_of(environment).project.id}/{environment.system}"


def zone_of(environment: Environment) -> str | None:
    """Name of the zone in the project; None where there is none."""
    dns = settings_of(environment).dns
    return zone_name(dns.zone) if dns is not None else None

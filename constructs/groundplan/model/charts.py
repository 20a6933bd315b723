"""The charts and manifests chapters: what comes into the cluster as it is, from elsewhere or from files beside these."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from groundplan.model.values import Model, Name
from groundplan.waves import SyncWave

Wave = Literal[
    "definitions",
    "delivery",
    "certificates",
    "operators",
    "foundation",
    "secrets",
    "data",
    "messaging",
    "platform",
    "services",
    "edge",
    "operations",
]
"""When a component is synced: each wave waits for the one before to be healthy."""

PodSecurity = Literal["restricted", "baseline", "privileged"]
"""A Pod Security Standard. See https://kubernetes.io/docs/concepts/security/pod-security-standards/ ."""

KindName = Annotated[str, Field(pattern=r"^([a-z0-9.-]+/)?[A-Z][A-Za-z0-9]*$")]
"""`Kind` for the core group, `group/Kind` for the others."""


def sync_wave(wave: Wave) -> SyncWave:
    """The wave of that name."""
    return SyncWave[wave.upper()]


class Provides(Model):
    """What a chart brings: the project permits it, and other components may refer to it."""

    kinds: list[KindName] = []
    """Kinds it renders with these values, hooks included: `apps/Deployment`. Default none: nothing is permitted."""

    definitions: dict[str, list[str]] = {}
    """API group to the kinds it defines; `*` is every kind of the group. Default none."""

    services: dict[Name, list[str]] = {}
    """Services in its namespace to their ports, by number or name. Default none."""

    namespaces: list[Name] = []
    """Namespaces beside its own it puts objects into. Default none."""

    classes: dict[KindName, list[Name]] = {}
    """Cluster-scoped objects that others name, by kind: `storage.k8s.io/StorageClass: [fast]`. Default none."""

    pods: dict[str, str] = {}
    """Labels of its pods, for network policies that select them. Default none."""


class Chart(Model):
    """A Helm chart of somebody else's, which Argo CD renders. See https://argo-cd.readthedocs.io/en/stable/user-guide/helm/ ."""

    chart: str
    """Name of the chart in its repository."""

    repository: str = Field(pattern=r"^(https://|[a-z0-9.-]+(:[0-9]+)?/)")
    """Address of the chart repository; without a scheme it is an OCI registry."""

    version: str = Field(pattern=r"^v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$")
    """Exact chart version: a range would change the cluster without a pull request."""

    namespace: Name
    """Namespace it is installed into; made where nobody else makes it."""

    wave: Wave = "operators"
    """When it is synced. Default operators."""

    where: Literal["cluster", "workloads"] = "cluster"
    """Which environments of the system get it. Default cluster: those that describe one; `workloads` is those that have
    services and data. To leave it out of a single environment write `null` there."""

    values: dict[str, Any] = {}
    """Values of the chart. Default its own."""

    pod_security: PodSecurity | None = None
    """Pod Security Standard of the namespace, where the chart makes it. Default none."""

    provides: Provides = Provides()
    """What it brings. Default nothing, so that its project permits nothing either."""

    sync_options: list[str] = []
    """Argo CD sync options beside the common ones. Default none."""

    @model_validator(mode="after")
    def _permits_something(self) -> Chart:
        if not self.provides.kinds:
            raise ValueError(
                "is permitted nothing, because provides.kinds is empty; list what "
                "`helm template` prints, for example [ServiceAccount, apps/Deployment]"
            )
        return self


class ManifestSettings(Model):
    """How the objects of a file or folder below `manifests/` are synced."""

    wave: Wave = "services"
    """When they are synced. Default services."""

    namespace: Name | None = None
    """Namespace of objects that name none. Default the environment's."""

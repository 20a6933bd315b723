"""Argo CD Applications, the project that bounds them, and the root that brings them.

See https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/ .
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from groundplan.environment.model import Environment
from groundplan.kinds import api_group, is_cluster_scoped
from groundplan.layout import argocd_dir, component_dir
from groundplan.parts import Component, Json, Part, without_none
from groundplan.waves import SyncWave

IN_CLUSTER = "https://kubernetes.default.svc"
"""Every cluster has its own Argo CD, which syncs into the cluster it runs in."""

WAVE = "argocd.argoproj.io/sync-wave"
APPLICATIONS = "applications"
MANAGEMENT = "management"

SYNC_OPTIONS = (
    "CreateNamespace=true",
    "ServerSideApply=true",
    "ApplyOutOfSyncOnly=true",
    "PruneLast=true",
    "RespectIgnoreDifferences=true",
)
"""What every Application syncs with; pruning last, so that a replacement is up before its predecessor goes."""

RETRY: Json = {"limit": 5, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}}
"""Operators' webhooks need a moment after their CRDs; five tries over about five minutes bridge it."""

REPLICAS_DIFFERENCE: Json = {"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]}
"""The autoscaler owns the number of replicas."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HelmSource:
    """An upstream chart with inline values."""

    repository: str
    """Chart repository; without a scheme an OCI registry."""

    chart: str
    """Chart name."""

    version: str
    """Exact version."""

    values: Json
    """Inline values."""

    skip_crds: bool = False
    """Whether the chart's CRDs are left out. Default false."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """One Application to be made."""

    name: str
    """Name of the component."""

    wave: SyncWave
    """When it is synced."""

    namespace: str
    """Destination namespace."""

    management: bool = False
    """Whether it goes to the management cluster. Default false."""

    helm: HelmSource | None = None
    """Chart it renders from. Default none: the component's folder in `dist/`."""

    objects: tuple[tuple[str, str, str], ...] = ()
    """(apiVersion, kind, namespace) of what it contains, for the project's permissions. Default none."""

    sync_options: tuple[str, ...] = ()
    """Further sync options. Default none."""

    ignore_differences: tuple[Json, ...] = ()
    """Fields Argo CD leaves to controllers. Default none."""

    namespace_labels: Json | None = None
    """Labels of the namespace Argo CD creates. Default none."""


def application_name(environment: Environment, component: str, *, management: bool) -> str:
    """Name of a component's Application; the management cluster is shared, so there it carries the system too."""
    suffix = environment.delivery.suffix or environment.environment
    name = f"{component}-{suffix}"
    return f"{environment.system}-{name}" if management else name


class EnvironmentDelivery(Part):
    """Everything one Argo CD needs to deliver its share of an environment: project, Applications, and their root."""

    def __init__(self, scope: Component | Part, id_: str, delivered: Iterable[Delivered], *, management: bool) -> None:
        super().__init__(scope, id_)
        self._management = management
        self._namespace = self.environment.delivery.namespace
        components = [item for item in delivered if item.management == management]
        if not components:
            return
        self._add_project(components)
        for item in components:
            self._add_application(item)

    @property
    def project(self) -> str:
        """The AppProject of this share."""
        return project_name(self.environment, management=self._management)

    def _add_project(self, components: list[Delivered]) -> None:
        delivery = self.environment.delivery
        kinds = {(api_group(version), kind) for item in components for version, kind, _ in item.objects}
        cluster_scoped = sorted(
            {(group, kind) for group, kind in kinds if is_cluster_scoped(f"{group}/v1" if group else "v1", kind)}
            | {("", "Namespace")}
        )
        namespaces = sorted(
            {namespace for item in components for _, _, namespace in item.objects if namespace}
            | {item.namespace for item in components}
        )
        has_helm = any(item.helm is not None for item in components)
        spec: Json = {
            "description": f"{self.environment.title}, {self.environment.environment}",
            "sourceRepos": sorted(
                {delivery.repository.url, *(item.helm.repository for item in components if item.helm is not None)}
            ),
            "destinations": [{"server": IN_CLUSTER, "namespace": namespace} for namespace in namespaces],
            "clusterResourceWhitelist": [{"group": group, "kind": kind} for group, kind in cluster_scoped],
            "namespaceResourceWhitelist": [
                {"group": group, "kind": kind} for group, kind in sorted(kinds) if (group, kind) not in cluster_scoped
            ],
            "orphanedResources": {"warn": True},
            "roles": self._roles(),
        }
        if has_helm:
            # Upstream charts bring kinds of their own; what they may bring is bounded by chart, version and namespace.
            spec["clusterResourceWhitelist"] = [{"group": "*", "kind": "*"}]
            spec["namespaceResourceWhitelist"] = [{"group": "*", "kind": "*"}]
        if delivery.windows:
            spec["syncWindows"] = [
                {
                    "kind": window.kind,
                    "schedule": window.schedule,
                    "duration": window.duration,
                    "timeZone": window.time_zone,
                    "applications": ["*"],
                    "manualSync": window.manual_sync,
                }
                for window in delivery.windows
            ]
        self.emit(
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "AppProject",
                "metadata": {"name": self.project, "namespace": self._namespace, "annotations": {WAVE: "-100"},
                             "finalizers": ["resources-finalizer.argocd.argoproj.io"]},
                "spec": spec,
            }
        )  # fmt: skip

    def _roles(self) -> list[Json]:
        delivery = self.environment.delivery
        owners = [self.environment.owner.team, *delivery.managers]
        everything = f"{self.project}/*"
        roles: list[Json] = [
            {
                "name": "manager",
                "description": "sync and roll back",
                "groups": owners,
                "policies": [
                    f"p, proj:{self.project}:manager, applications, {verb}, {everything}, allow"
                    for verb in ("get", "sync", "action/*")
                ],
            }
        ]
        if delivery.viewers:
            roles.append(
                {
                    "name": "viewer",
                    "description": "look",
                    "groups": list(delivery.viewers),
                    "policies": [f"p, proj:{self.project}:viewer, applications, get, {everything}, allow"],
                }
            )
        return roles

    def _add_application(self, item: Delivered) -> None:
        self.emit(
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "Application",
                "metadata": {
                    "name": application_name(self.environment, item.name, management=self._management),
                    "namespace": self._namespace,
                    "labels": {"app.kubernetes.io/component": item.name},
                    "annotations": {WAVE: str(int(item.wave))},
                },
                "spec": without_none(
                    {
                        "project": self.project,
                        "source": self._source(item),
                        "destination": {"server": IN_CLUSTER, "namespace": item.namespace},
                        "syncPolicy": self._sync_policy(item),
                        "ignoreDifferences": [REPLICAS_DIFFERENCE, *item.ignore_differences]
                        if self._scales(item)
                        else list(item.ignore_differences) or None,
                        "revisionHistoryLimit": 10,
                    }
                ),
            }
        )

    @staticmethod
    def _scales(item: Delivered) -> bool:
        return any(kind == "HorizontalPodAutoscaler" for _, kind, _ in item.objects)

    def _source(self, item: Delivered) -> Json:
        if item.helm is None:
            repository = self.environment.delivery.repository
            return {
                "repoURL": repository.url,
                "targetRevision": repository.revision,
                "path": str(component_dir(self.environment.system, self.environment.environment, item.name)),
                "directory": {"recurse": True},
            }
        helm: Json = {"releaseName": item.name, "valuesObject": item.helm.values}
        if item.helm.skip_crds:
            helm["skipCrds"] = True
        return {
            "repoURL": item.helm.repository,
            "chart": item.helm.chart,
            "targetRevision": item.helm.version,
            "helm": helm,
        }

    def _sync_policy(self, item: Delivered) -> Json:
        policy: Json = {"syncOptions": [*SYNC_OPTIONS, *item.sync_options], "retry": RETRY}
        if item.namespace_labels:
            policy["managedNamespaceMetadata"] = {"labels": dict(item.namespace_labels)}
        if self.environment.delivery.automated:
            policy = {"automated": {"prune": True, "selfHeal": True}, **policy}
        return policy


def project_name(environment: Environment, *, management: bool) -> str:
    """Name of the AppProject: the system's on its own cluster, `<system>-cloud` on the management cluster."""
    return f"{environment.system}-cloud" if management else environment.delivery.project or environment.system


class Root(Part):
    """The one Application a person applies by hand: it brings the project and every other Application."""

    def __init__(self, scope: Component | Part, id_: str, *, management: bool) -> None:
        super().__init__(scope, id_)
        environment = self.environment
        folder: PurePosixPath = argocd_dir(environment.system, environment.environment) / (
            MANAGEMENT if management else APPLICATIONS
        )
        repository = environment.delivery.repository
        self.emit(
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "Application",
                "metadata": {
                    "name": application_name(environment, "root", management=management),
                    "namespace": environment.delivery.namespace,
                },
                "spec": {
                    "project": "bootstrap",
                    "source": {
                        "repoURL": repository.url,
                        "targetRevision": repository.revision,
                        "path": str(folder),
                        "directory": {"recurse": False},
                    },
                    "destination": {"server": IN_CLUSTER, "namespace": environment.delivery.namespace},
                    "syncPolicy": {
                        "automated": {"prune": True, "selfHeal": True},
                        "syncOptions": ["ServerSideApply=true"],
                        "retry": RETRY,
                    },
                },
            }
        )


class BootstrapProject(Part):
    """The project of the root Applications: it may bring AppProjects and Applications into Argo CD's namespace only."""

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        delivery = self.environment.delivery
        self.emit(
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "AppProject",
                "metadata": {"name": "bootstrap", "namespace": delivery.namespace},
                "spec": {
                    "description": "Roots: they bring projects and applications, nothing else",
                    "sourceRepos": [delivery.repository.url],
                    "destinations": [{"server": IN_CLUSTER, "namespace": delivery.namespace}],
                    "clusterResourceWhitelist": [],
                    "namespaceResourceWhitelist": [
                        {"group": "argoproj.io", "kind": "AppProject"},
                        {"group": "argoproj.io", "kind": "Application"},
                    ],
                },
            }
        )

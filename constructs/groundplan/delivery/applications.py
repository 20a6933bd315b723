"""Argo CD Applications, and the root that brings them.

See https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/ .
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from groundplan.delivered import DefinitionSource, Delivered
from groundplan.delivery.member import Member
from groundplan.delivery.projects import IN_CLUSTER, WAVE, LockedProject, Project, ProjectProps
from groundplan.delivery.reports import subscription
from groundplan.kubernetes.kinds import api_group
from groundplan.kubernetes.labels import COMPONENT
from groundplan.layout import argocd_dir, component_dir
from groundplan.parts import Component, Json, Part, without_none

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

RETRY: Json = {"limit": 20, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}}
"""Nothing is tried again after the last retry until its revision changes, and a chart's never does by itself. Twenty tries
span well over an hour: operators' webhooks come up after their CRDs, a cloud makes a cluster, and a person has time to
fill the vault or mend a quota."""

REMOVED_WITH_IT = "resources-finalizer.argocd.argoproj.io/foreground"
"""What is removed from Git goes from the cluster too.

See https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/ .
"""

RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}
"""Labels of a namespace that no pod runs in."""

SCALERS = frozenset({"HorizontalPodAutoscaler", "ScaledObject"})
"""Kinds that own the number of replicas of what they scale."""

SCALED = (("apps", "Deployment"), ("argoproj.io", "Rollout"))
"""Kinds that are scaled."""

WHOEVER: Json = {"jsonPointers": ["/spec/replicas"]}
"""The number of replicas is left alone, whoever wrote it."""

BY_SCALER: Json = {"managedFieldsManagers": ["kube-controller-manager"]}
"""It is left alone when the autoscaler wrote it; a zero that Git wrote is raised by Git, for no autoscaler raises a zero.

See https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/ and
https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation .
"""

SELECTOR_DIFFERENCE: Json = {
    "group": "",
    "kind": "Service",
    "jqPathExpressions": ['.spec.selector["rollouts-pod-template-hash"]'],
}
"""A rollout points its Services at one version each."""

WEIGHTS_DIFFERENCE: Json = {
    "group": "networking.istio.io",
    "kind": "VirtualService",
    "jqPathExpressions": [".spec.http[]?.route[]?.weight"],
}
"""A rollout owns the weights of its routes."""


class Projects(Part):
    """The projects that bound the Applications of one Argo CD's share of an environment.

    Args:
        scope: the component they are part of: the share's, or on the management cluster, which is others', its root's.
        id_: construct id.
        member: the environment.
        delivered: the environment's components.
        tenants: tenants of the environment's cluster with their components; their projects live here, because they
            share an Argo CD.
        applications: namespace of the Applications. Default the projects' own.
        management: which share; True for the management cluster's.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        member: Member,
        delivered: Iterable[Delivered],
        tenants: Iterable[tuple[Member, Iterable[Delivered]]] = (),
        *,
        applications: str | None = None,
        management: bool,
    ) -> None:
        super().__init__(scope, id_)
        components = [item for item in delivered if item.management == management]
        if not components or not (management or member.has_cluster):
            return
        by_project: dict[str, list[tuple[Member, Delivered]]] = {}
        for own, items in [(member, components), *([] if management else tenants)]:
            for item in items:
                if item.management == management:
                    by_project.setdefault(own.project(item), []).append((own, item))
        if not management:
            LockedProject(self, "default")
        apart = applications if applications != self.component.namespace_name else None
        for name, bound in sorted(by_project.items()):
            members = {own.environment: own for own, _ in bound}
            items = [item for _, item in bound]
            Project(
                self, name, ProjectProps(owner=member, members=list(members.values()), items=items, applications=apart)
            )


class EnvironmentDelivery(Part):
    """The Applications of one Argo CD's share of an environment.

    Args:
        scope: the component of the share.
        id_: construct id.
        member: the environment.
        delivered: the environment's components.
        management: which share; True for the management cluster's.
    """

    def __init__(
        self, scope: Component | Part, id_: str, member: Member, delivered: Iterable[Delivered], *, management: bool
    ) -> None:
        super().__init__(scope, id_)
        self._member, self._management = member, management
        self._namespace = self.component.namespace_name
        for item in delivered:
            if item.management == management:
                self._add_application(item)

    def _add_application(self, item: Delivered) -> None:
        self.emit(
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "Application",
                "metadata": {
                    "name": self._member.application(item.name, management=self._management),
                    "namespace": self._namespace,
                    "labels": {COMPONENT: item.name},
                    "annotations": {WAVE: str(int(item.wave)), **self._subscription(item)},
                    **({} if item.lasting else {"finalizers": [REMOVED_WITH_IT]}),
                },
                "spec": without_none(
                    {
                        "project": self._member.project(item),
                        **self._sources(item),
                        "destination": {"server": IN_CLUSTER, "namespace": item.namespace},
                        "syncPolicy": self._sync_policy(item),
                        "ignoreDifferences": self._differences(item) or None,
                        "revisionHistoryLimit": 10,
                    }
                ),
            }
        )

    def _subscription(self, item: Delivered) -> dict[str, str]:
        reported_as = None if self._management else self._member.reported.get(item.name)
        return subscription(reported_as) if reported_as is not None else {}

    def _differences(self, item: Delivered) -> list[Json]:
        """What controllers write and self-healing must leave alone."""
        kinds = {(api_group(version), kind) for version, kind, _ in item.objects}
        scaled = any(kind in SCALERS for _, kind in kinds)
        replicas: list[Json] = [
            {
                "group": group,
                "kind": kind,
                **(BY_SCALER if self._member.comes_and_goes and item.helm is None else WHOEVER),
            }
            for group, kind in SCALED
            if scaled and (group, kind) in kinds
        ]
        rolled = ("argoproj.io", "Rollout") in kinds
        weighted = rolled and ("networking.istio.io", "VirtualService") in kinds
        return [
            *replicas,
            *([SELECTOR_DIFFERENCE] if rolled else []),
            *([WEIGHTS_DIFFERENCE] if weighted else []),
            *item.ignore_differences,
        ]

    def _sources(self, item: Delivered) -> Json:
        if item.helm is None:
            repository = self._member.delivery.repository
            folder: Json = {
                "repoURL": repository.url,
                "targetRevision": repository.revision,
                "path": str(component_dir(self._member.system, self._member.environment, item.name)),
                "directory": {"recurse": True},
            }
            return {"source": folder}
        helm: Json = {"releaseName": item.name, "valuesObject": item.helm.values}
        chart: Json = {
            "repoURL": item.helm.repository,
            "chart": item.helm.chart,
            "targetRevision": item.helm.version,
            "helm": helm,
        }
        if item.helm.definitions is None:
            return {"source": chart}
        helm["skipCrds"] = True
        return {"sources": [chart, self._definitions(item.helm.definitions)]}

    @staticmethod
    def _definitions(source: DefinitionSource) -> Json:
        folder: Json = {"repoURL": source.repository, "targetRevision": source.revision, "path": source.path}
        return {**folder, "directory": {"exclude": source.exclude}} if source.exclude else folder

    def _sync_policy(self, item: Delivered) -> Json:
        policy: Json = {"syncOptions": [*SYNC_OPTIONS, *item.sync_options], "retry": RETRY}
        if item.namespace_labels:
            policy["managedNamespaceMetadata"] = {"labels": dict(item.namespace_labels)}
        if self._member.delivery.automated:
            policy = {"automated": {"prune": True, "selfHeal": True}, **policy}
        return policy


class Root(Part):
    """The one Application a person applies by hand: it brings every other, into the namespace `applications`."""

    def __init__(
        self, scope: Component | Part, id_: str, member: Member, *, applications: str, management: bool
    ) -> None:
        super().__init__(scope, id_)
        folder: PurePosixPath = argocd_dir(member.system, member.environment) / (
            MANAGEMENT if management else APPLICATIONS
        )
        repository = member.delivery.repository
        self.emit(
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "Application",
                "metadata": {
                    "name": member.application("root", management=management),
                    "namespace": self.component.namespace_name,
                },
                "spec": {
                    "project": member.bootstrap_project(management=management),
                    "source": {
                        "repoURL": repository.url,
                        "targetRevision": repository.revision,
                        "path": str(folder),
                        "directory": {"recurse": False},
                    },
                    "destination": {"server": IN_CLUSTER, "namespace": applications},
                    "syncPolicy": {
                        "automated": {"prune": True, "selfHeal": True},
                        "syncOptions": ["ServerSideApply=true"],
                        "retry": RETRY,
                    },
                },
            }
        )


class BootstrapProject(Part):
    """The project of the root Applications.

    Where the Argo CD is the environment's own, its root brings projects too. On the management cluster others live beside
    it, so a root there brings Applications alone, and into a namespace whose Applications only the system's own projects
    take.
    See https://argo-cd.readthedocs.io/en/stable/operator-manual/app-any-namespace/ .
    """

    def __init__(
        self, scope: Component | Part, id_: str, member: Member, *, applications: str, management: bool
    ) -> None:
        super().__init__(scope, id_)
        apart = applications != self.component.namespace_name
        if apart:
            self.emit(
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": applications, "labels": RESTRICTED}}
            )
        kinds = ["Application"] if apart else ["AppProject", "Application"]
        self.emit(
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "AppProject",
                "metadata": {
                    "name": member.bootstrap_project(management=management),
                    "namespace": self.component.namespace_name,
                },
                "spec": {
                    "description": f"Roots: they bring {'applications' if apart else 'projects and applications'}, nothing else",
                    "sourceRepos": [member.delivery.repository.url],
                    "destinations": [{"server": IN_CLUSTER, "namespace": applications}],
                    "clusterResourceWhitelist": [],
                    "namespaceResourceWhitelist": [{"group": "argoproj.io", "kind": kind} for kind in kinds],
                },
            }
        )

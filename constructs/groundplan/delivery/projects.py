"""Argo CD projects: what each Application may bring, and where to, kind by kind.

See https://argo-cd.readthedocs.io/en/stable/user-guide/projects/ .
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from groundplan.delivered import Delivered
from groundplan.delivery.member import Member
from groundplan.kubernetes.kinds import api_group, is_cluster_scoped
from groundplan.model.values import go_duration
from groundplan.parts import Component, Json, Part

IN_CLUSTER = "https://kubernetes.default.svc"
"""Every cluster has its own Argo CD, which syncs into the cluster it runs in."""

WAVE = "argocd.argoproj.io/sync-wave"

FIRST = "-100"
"""Wave of projects: an Application without its project is refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectProps:
    """Whose Applications a project bounds."""

    owner: Member
    """The environment that owns the cluster."""

    members: Sequence[Member]
    """The environments it serves: the owner of the cluster, then its tenants."""

    items: Sequence[Delivered]
    """What it bounds."""

    applications: str | None = None
    """Namespace of its Applications. Default Argo CD's own, where any Application may name any project."""


class Project(Part):
    """One AppProject: exactly the sources, destinations and kinds that its Applications need.

    Args:
        scope: the delivery of an environment.
        name: name of the project.
        props: what it bounds, and for whom.
    """

    def __init__(self, scope: Component | Part, name: str, props: ProjectProps) -> None:
        super().__init__(scope, f"project-{name}")
        self._name = name
        self._owner, self._members = props.owner, props.members
        items = props.items
        self._components = {item.name for item in items if item.helm is None and not item.management}
        kinds = {(api_group(version), kind) for item in items for version, kind, _ in item.objects}
        cluster_scoped = {("", "Namespace")} | {pair for pair in kinds if _is_cluster_scoped(*pair)}
        spec: Json = {
            "description": f"{self._owner.title}: {', '.join(member.environment for member in self._members)}",
            "sourceRepos": self._repositories(items),
            "destinations": [{"server": IN_CLUSTER, "namespace": namespace} for namespace in _namespaces(items)],
            "clusterResourceWhitelist": _listed(cluster_scoped),
            "namespaceResourceWhitelist": _listed(kinds - cluster_scoped),
            "roles": [role for role in self._roles() if role["groups"]]
            if self._owner.delivery.sign_in is not None
            else [],
        }
        if props.applications is not None:
            spec["sourceNamespaces"] = [props.applications]
        if all(item.helm is None for item in items):
            # Charts also go to kube-system, where everything of the provider's would be called an orphan.
            spec["orphanedResources"] = {"warn": True}
        windows = self._windows()
        if windows:
            spec["syncWindows"] = windows
        self.emit(
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "AppProject",
                "metadata": {"name": name, "namespace": self.component.namespace_name, "annotations": {WAVE: FIRST},
                             "finalizers": ["resources-finalizer.argocd.argoproj.io"]},
                "spec": spec,
            }
        )  # fmt: skip

    def _repositories(self, items: Iterable[Delivered]) -> list[str]:
        git = self._owner.delivery.repository.url
        return sorted({url for item in items for url in ([git] if item.helm is None else item.helm.repositories)})

    def _roles(self) -> Iterable[Json]:
        everywhere = f"{self._name}/*"
        yield self._role("manager", "sync and roll back", [self._owner.team], everywhere, MANAGE)
        for member in self._members:
            delivery = member.delivery
            own = f"{self._name}/*-{member.suffix}"
            stage = member.environment
            yield self._role(f"manager-{stage}", f"sync and roll back {stage}", delivery.managers, own, MANAGE)
            yield self._role(f"viewer-{stage}", f"look at {stage}", delivery.viewers, own, ("get",))

    def _role(self, name: str, description: str, groups: list[str], what: str, verbs: Iterable[str]) -> Json:
        return {
            "name": name,
            "description": description,
            "groups": [self._owner.delivery.group(group) for group in groups],
            "policies": [f"p, proj:{self._name}:{name}, applications, {verb}, {what}, allow" for verb in verbs],
        }

    def _windows(self) -> list[Json]:
        """Releases of services wait for their hours. What heals a cluster does not, and a standby takes over at any."""
        return [
            {
                "kind": window.kind,
                "schedule": window.schedule,
                "duration": go_duration(window.duration),
                "timeZone": window.time_zone,
                "applications": releases,
                "manualSync": window.manual_sync,
            }
            for member in self._members
            if (releases := self._releases(member))
            for window in member.delivery.windows.values()
        ]

    def _releases(self, member: Member) -> list[str]:
        """Applications of a member's services."""
        released = sorted(member.released & self._components)
        return [member.application(name, management=False) for name in released]


class LockedProject(Part):
    """The project `default`, which Argo CD makes open to everything where nobody renders it: closed.

    See https://argo-cd.readthedocs.io/en/stable/user-guide/projects/#the-default-project .
    """

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, f"project-{id_}")
        self.emit(
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "AppProject",
                "metadata": {"name": id_, "namespace": self.component.namespace_name, "annotations": {WAVE: FIRST}},
                "spec": {
                    "description": "Nothing may use it",
                    "sourceRepos": [],
                    "destinations": [],
                    "clusterResourceWhitelist": [],
                    "namespaceResourceWhitelist": [],
                },
            }
        )


MANAGE = ("get", "sync", "action/*")
"""What a manager may do with an Application."""


def _is_cluster_scoped(group: str, kind: str) -> bool:
    return is_cluster_scoped(f"{group}/v1" if group else "v1", kind)


def _listed(kinds: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"group": group, "kind": kind} for group, kind in sorted(kinds)]


def _namespaces(items: Iterable[Delivered]) -> list[str]:
    named = {namespace for item in items for _, _, namespace in item.objects if namespace}
    return sorted(named | {space for item in items for space in (item.namespace, *item.extra_namespaces)})

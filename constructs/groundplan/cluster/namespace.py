"""A namespace with its quota, its container bounds and a default deny."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.delivered import ASK_FIRST
from groundplan.kubernetes.network_policy import name_resolution
from groundplan.model.namespaces import ContainerLimits, Namespace, Quota
from groundplan.parts import Component, Json, Part
from groundplan.pods import amounts

POD_SECURITY = "pod-security.kubernetes.io"


class GuardedNamespace(Part):
    """A namespace in which nothing runs unbounded, privileged or unreachable-by-rule.

    Emits Namespace, ResourceQuota, LimitRange and the NetworkPolicy that denies what no other policy allows.

    Args:
        scope: the component.
        id_: name of the namespace.
        namespace: its bounds.
        kubernetes: minor version whose pod security standards hold, e.g. `1.32`.
        labels: labels that the way in asks for. Default none.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        namespace: Namespace,
        *,
        kubernetes: str,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self._labels = labels or {}
        self._add_namespace(namespace, f"v{kubernetes}")
        self._add_default_deny()
        if namespace.quota is not None:
            self._add_quota(namespace.quota)
        if namespace.container_limits is not None:
            self._add_limit_range(namespace.container_limits, namespace.max_volume)

    def _add_namespace(self, namespace: Namespace, version: str) -> None:
        security: Json = {}
        for mode in ("enforce", "audit", "warn"):
            level = namespace.pod_security if mode == "enforce" else "restricted"
            security[f"{POD_SECURITY}/{mode}"] = level
            security[f"{POD_SECURITY}/{mode}-version"] = version
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {
                    "name": self.name,
                    "labels": {**security, **self._labels, **namespace.labels},
                    "annotations": ASK_FIRST,  # it takes everything in it along, volumes and databases too
                },
            }
        )

    def _add_default_deny(self) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": "default-deny", "namespace": self.name},
                "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "egress": [name_resolution()]},
            }
        )

    def _add_quota(self, quota: Quota) -> None:
        hard: Json = {
            **{f"requests.{what}": value for what, value in amounts(quota.requests).items()},
            **{f"limits.{what}": value for what, value in amounts(quota.limits).items()},
        }
        if quota.claims is not None:
            hard["persistentvolumeclaims"] = str(quota.claims)
        if quota.load_balancers is not None:
            hard["services.loadbalancers"] = str(quota.load_balancers)
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ResourceQuota",
                "metadata": {"name": quota.name or f"{self.name}-quota", "namespace": self.name},
                "spec": {"hard": hard},
            }
        )

    def _add_limit_range(self, limits: ContainerLimits, max_volume: str | None) -> None:
        rules: list[Json] = [
            {
                "type": "Container",
                "max": amounts(limits.max),
                "min": amounts(limits.min),
                "default": amounts(limits.default),
                "defaultRequest": amounts(limits.default_request),
            }
        ]
        if max_volume is not None:
            rules.append({"type": "PersistentVolumeClaim", "max": {"storage": max_volume}})
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "LimitRange",
                "metadata": {"name": limits.name or f"{self.name}-limit-range", "namespace": self.name},
                "spec": {"limits": rules},
            }
        )

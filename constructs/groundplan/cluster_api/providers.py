"""What a management cluster runs to make clusters of machines. See https://cluster-api-operator.sigs.k8s.io/ ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.cluster_api.infrastructure import Infrastructure
from groundplan.delivered import ASK_FIRST
from groundplan.kubernetes.objects import Json
from groundplan.parts import Component, Part

VERSION = "operator.cluster.x-k8s.io/v1alpha2"

POD_SECURITY = "pod-security.kubernetes.io"

LABELS = ("cluster.x-k8s.io/provider", "clusterctl.cluster.x-k8s.io/core")
"""Labels of what a provider brings, and of what their operator's chart does."""

CORE = (
    ("CoreProvider", "cluster-api", "capi-system"),
    ("BootstrapProvider", "kubeadm", "capi-kubeadm-bootstrap-system"),
    ("ControlPlaneProvider", "kubeadm", "capi-kubeadm-control-plane-system"),
)
"""Kind, name and namespace of what every such cluster needs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvidersProps:
    """Which providers, in which releases."""

    core: str
    """Release of Cluster API itself, e.g. `v1.11.11`."""

    platforms: Sequence[Infrastructure] = ()
    """Who makes machines. Default nobody."""


class Providers(Part):
    """Namespaces and providers: the core, kubeadm, and one for each platform that clusters stand on."""

    def __init__(self, scope: Component | Part, id_: str, props: ProvidersProps) -> None:
        super().__init__(scope, id_)
        for kind, name, namespace in CORE:
            self._add(kind, name, namespace, {"version": props.core})
        for provider in props.platforms:
            spec: Json = {
                "version": provider.release_for(props.core),
                "configSecret": {"name": provider.settings, "namespace": provider.namespace},
            }
            if provider.patches:
                spec["patches"] = list(provider.patches)
            self._add("InfrastructureProvider", provider.name, provider.namespace, spec)
            for item in provider.objects:
                self.emit(item)

    def _add(self, kind: str, name: str, namespace: str, spec: Json) -> None:
        labels = {f"{POD_SECURITY}/enforce": "baseline"}
        metadata = {"name": namespace, "labels": labels, "annotations": dict(ASK_FIRST)}
        self.emit({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        self.emit(
            {
                "apiVersion": VERSION,
                "kind": kind,
                "metadata": {"name": name, "namespace": namespace},
                "spec": spec,
            }
        )

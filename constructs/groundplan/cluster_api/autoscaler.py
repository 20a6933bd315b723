"""Who adds and removes machines of a cluster by what its pods ask for.

See https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/clusterapi/README.md .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.addons.sizes import Size
from groundplan.cluster_api.names import CLUSTER, INFRASTRUCTURE
from groundplan.images import tag
from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.namespaces import KUBE_SYSTEM
from groundplan.kubernetes.network_policy import blocks, name_resolution, ports
from groundplan.kubernetes.objects import Json
from groundplan.kubernetes.rbac import binding, role
from groundplan.parts import Component, Part
from groundplan.pods import spread
from groundplan.security.pod_security import container_security_context, pod_security_context

NAME = "cluster-autoscaler"
PORT = 8085
API = 6443
USER = 65532
"""A user of the image that is not root."""

KUBECONFIG = "/etc/kubernetes/cluster"

API_VERSION = "v1beta1"
"""Version in which every release of the autoscaler for Kubernetes 1.28 to 1.35 reads machines."""

FLAGS = {
    "balance-similar-node-groups": "true",
    "expander": "least-waste",
    "scale-down-unneeded-time": "10m",
    "scale-down-utilization-threshold": "0.5",
    "skip-nodes-with-system-pods": "false",
}
"""How it chooses. Pools of one kind in several zones grow alike, and what fits best grows first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AutoscalerProps:
    """Whose machines it counts, and what it is."""

    cluster: str
    """Name of the cluster."""

    system: str
    """System it belongs to."""

    templates: str
    """Templates of its machines as the API server lists them, small and in the plural."""

    image: str
    """Image, in the cluster's own minor: the program simulates its scheduler."""

    size: Size
    """How many pods, of which one works, and how large."""

    network: str
    """Address block in which the cluster has its API server."""

    here: Sequence[Json]
    """Where the management cluster has its own, as peers of a network policy."""


class Autoscaler(Part):
    """A Deployment where the machines are objects, so that the cluster itself holds no key to them.

    It asks the cluster with the kubeconfig that Cluster API made, and may change the pools of its own namespace alone.
    Emits ServiceAccount, Role, RoleBinding, Deployment, PodDisruptionBudget and NetworkPolicy.
    """

    def __init__(self, scope: Component | Part, id_: str, props: AutoscalerProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        self._metadata: Json = {"name": NAME, "labels": selector_labels(NAME)}
        self._add_rights()
        self._add_deployment()
        self._add_budget()
        self._add_policy()

    def _add_rights(self) -> None:
        account: Json = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": self._metadata}
        self.emit({**account, "automountServiceAccountToken": False})
        look = ["get", "list", "watch"]
        pools = ["machinedeployments", "machinepools", "machines", "machinesets"]
        rules = [
            {"apiGroups": [CLUSTER], "resources": pools, "verbs": [*look, "update"]},
            {"apiGroups": [CLUSTER], "resources": ["machinedeployments/scale"], "verbs": ["get", "patch", "update"]},
            {"apiGroups": [INFRASTRUCTURE], "resources": [self._props.templates], "verbs": look},
        ]
        self.emit(role(self._metadata, rules))
        self.emit(binding(self._metadata, NAME, account=NAME, namespace=self.component.namespace_name))

    def _add_deployment(self) -> None:
        props = self._props
        labels = {**workload_labels(NAME, tag(props.image)), "app.kubernetes.io/part-of": props.system}
        self.emit(
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": NAME, "labels": labels},
                "spec": {
                    "replicas": props.size.replicas,
                    "selector": {"matchLabels": selector_labels(NAME)},
                    "template": {
                        "metadata": {"labels": labels},
                        "spec": {
                            "serviceAccountName": NAME,
                            "automountServiceAccountToken": True,
                            "enableServiceLinks": False,
                            "priorityClassName": "system-cluster-critical",
                            "securityContext": pod_security_context(USER),
                            "topologySpreadConstraints": spread(selector_labels(NAME)),
                            "containers": [self._container()],
                            "volumes": [
                                {
                                    "name": "kubeconfig",
                                    "secret": {"secretName": f"{props.cluster}-kubeconfig", "defaultMode": 0o440},
                                }
                            ],
                        },
                    },
                },
            }
        )

    def _container(self) -> Json:
        props = self._props
        probe = {"httpGet": {"path": "/health-check", "port": PORT}, "periodSeconds": 10, "timeoutSeconds": 5}
        groups = f"clusterapi:clusterName={props.cluster},namespace={self.component.namespace_name}"
        flags = {
            "cloud-provider": "clusterapi",
            "clusterapi-cloud-config-authoritative": "true",
            "kubeconfig": f"{KUBECONFIG}/value",
            "namespace": KUBE_SYSTEM,
            "node-group-auto-discovery": groups,
            **FLAGS,
        }
        return {
            "name": NAME,
            "image": props.image,
            "imagePullPolicy": "IfNotPresent",
            "command": ["./cluster-autoscaler"],
            "args": [f"--{name}={value}" for name, value in sorted(flags.items())],
            "env": [{"name": "CAPI_VERSION", "value": API_VERSION}],
            "ports": [{"name": "http", "containerPort": PORT, "protocol": "TCP"}],
            "livenessProbe": {**probe, "initialDelaySeconds": 60},
            "readinessProbe": probe,
            "resources": {
                "requests": {"cpu": props.size.cpu, "memory": props.size.memory},
                "limits": {"cpu": "1", "memory": props.size.limit, "ephemeral-storage": "64Mi"},
            },
            "securityContext": container_security_context(),
            "volumeMounts": [{"name": "kubeconfig", "mountPath": KUBECONFIG, "readOnly": True}],
        }

    def _add_budget(self) -> None:
        if self._props.size.replicas > 1:
            spec = {"maxUnavailable": 1, "selector": {"matchLabels": selector_labels(NAME)}}
            self.emit(
                {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": self._metadata, "spec": spec}
            )

    def _add_policy(self) -> None:
        egress = [
            name_resolution(),
            {"to": list(self._props.here), "ports": ports(443, API)},
            {"to": blocks([self._props.network]), "ports": ports(API)},
        ]
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": self._metadata,
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(NAME)},
                    "policyTypes": ["Ingress", "Egress"],
                    "egress": egress,
                },
            }
        )

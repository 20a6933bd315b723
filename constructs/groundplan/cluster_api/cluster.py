"""A cluster of machines: who it is, its control plane, its pools, and who replaces a machine that fails.

See https://cluster-api.sigs.k8s.io/user/concepts .
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.cluster_api.encryption_key import KEY, NAME, EncryptionKey
from groundplan.cluster_api.hardening import (
    AUDIT_FOLDER,
    AUDIT_POLICY,
    ENCRYPTION,
    ENCRYPTION_FOLDER,
    MOST_PODS,
    PATCHES,
    api_server_flags,
    audit_policy,
    kubelet_patch,
)
from groundplan.cluster_api.names import (
    BOOTSTRAP,
    CAPACITY,
    CLUSTER,
    CONTROL_PLANE,
    INFRASTRUCTURE,
    SIZE,
    VERSION,
    arguments,
    named_by_content,
    refers,
)
from groundplan.cluster_api.versions import patch_of
from groundplan.delivered import ASK_FIRST
from groundplan.kubernetes.objects import Json
from groundplan.model.cluster import NodePool
from groundplan.model.cluster_api import ClusterApi
from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Part
from groundplan.pods import POOL_LABEL

CLUSTER_LABEL = "cluster.x-k8s.io/cluster-name"
"""Label by which machines are told to belong to a cluster."""

DEPLOYMENT_LABEL = "cluster.x-k8s.io/deployment-name"
CONTROL_PLANE_LABEL = "cluster.x-k8s.io/control-plane"
ROOT_ONLY = "0600"

UNHEALTHY_AFTER = 300
"""Seconds after which a node that is not ready is replaced."""

STARTS_WITHIN = 1200
"""Seconds in which a machine must have become a node."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterProps:
    """What one cluster is made of, whoever's machines they are."""

    name: str
    """Name of the cluster."""

    kubernetes: str
    """Minor version, e.g. `1.28`."""

    settings: ClusterApi
    """Sizes and choices."""

    infrastructure: str
    """Kind of the platform's object for the network and the API server's address; it has the cluster's name."""

    machines: str
    """Kind of the platform's templates of machines."""

    control_plane_template: str
    """Name of the template of control-plane machines."""

    node_name: str
    """What a machine calls itself, as cloud-init fills it in."""

    issuer: str | None = None
    """Address at which others find the keys of ServiceAccounts' tokens. Default none."""

    people: Mapping[str, str] = field(default_factory=dict)
    """Flags by which the API server knows people. Default none."""

    files: Sequence[Json] = ()
    """Further files of every machine. Default none."""

    kubelet_flags: Mapping[str, str] = field(default_factory=dict)
    """Further flags of every kubelet. Default none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkersProps:
    """Equal machines in one zone."""

    pool: str
    """Pool they are of."""

    nodes: NodePool
    """What the pool is."""

    zone: str
    """Zone they stand in, as the platform names it."""

    fewest: int
    """Fewest machines of the pool in this zone."""

    most: int
    """Most machines of the pool in this zone."""

    template: str
    """Name of the platform's template of these machines."""


class SelfMadeCluster(Part):
    """A cluster's own objects: Cluster, KubeadmControlPlane, MachineHealthCheck, and the key of its Secrets.

    The platform adds the infrastructure the two refer to, and `Workers` for each pool and zone.
    """

    def __init__(self, scope: Component | Part, id_: str, props: ClusterProps) -> None:
        super().__init__(scope, id_)
        self.props = props
        EncryptionKey(self, "encryption")
        self._add_cluster()
        self._add_control_plane()
        add_health_check(self, props.name, f"{props.name}-control-plane", {CONTROL_PLANE_LABEL: ""}, at_once="1")

    def _add_cluster(self) -> None:
        name, settings = self.props.name, self.props.settings
        self.emit(
            {
                "apiVersion": f"{CLUSTER}/{VERSION}",
                "kind": "Cluster",
                "metadata": {"name": name, "annotations": dict(ASK_FIRST)},
                "spec": {
                    "clusterNetwork": {
                        "pods": {"cidrBlocks": [settings.pods]},
                        "services": {"cidrBlocks": [settings.services]},
                    },
                    "controlPlaneRef": refers(CONTROL_PLANE, "KubeadmControlPlane", name),
                    "infrastructureRef": refers(INFRASTRUCTURE, self.props.infrastructure, name),
                },
            }
        )

    def _add_control_plane(self) -> None:
        props, settings = self.props, self.props.settings
        self.emit(
            {
                "apiVersion": f"{CONTROL_PLANE}/{VERSION}",
                "kind": "KubeadmControlPlane",
                "metadata": {"name": props.name, "annotations": dict(ASK_FIRST)},
                "spec": {
                    "replicas": settings.control_plane.nodes,
                    "version": patch_of(props.kubernetes),
                    "rollout": {
                        "before": {"certificatesExpiryDays": 30},
                        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}},
                    },
                    "remediation": {"maxRetry": 3, "minHealthyPeriodSeconds": 3600, "retryPeriodSeconds": 600},
                    "machineTemplate": {
                        "spec": {
                            "infrastructureRef": refers(INFRASTRUCTURE, props.machines, props.control_plane_template),
                            "deletion": deletion(settings),
                        }
                    },
                    "kubeadmConfigSpec": self._kubeadm(),
                },
            }
        )

    def _kubeadm(self) -> Json:
        props = self.props
        quiet = arguments({"profiling": "false"})
        registration = registered(props)
        patches = {"directory": PATCHES}
        return {
            "clusterConfiguration": {
                "apiServer": {
                    "extraArgs": arguments(
                        api_server_flags(props.settings.audit, issuer=props.issuer, people=props.people)
                    ),
                    "extraVolumes": [
                        _mounted("audit-policy", AUDIT_POLICY, "File", read_only=True),
                        _mounted("audit-log", AUDIT_FOLDER, "DirectoryOrCreate", read_only=False),
                        _mounted("encryption", ENCRYPTION_FOLDER, "Directory", read_only=True),
                    ],
                },
                "controllerManager": {
                    "extraArgs": arguments(
                        {"allocate-node-cidrs": "false", "cloud-provider": "external", "profiling": "false"}
                    )
                },
                "scheduler": {"extraArgs": quiet},
            },
            "files": [
                {"path": AUDIT_POLICY, "owner": "root:root", "permissions": ROOT_ONLY, "content": audit_policy()},
                {
                    "path": ENCRYPTION,
                    "owner": "root:root",
                    "permissions": ROOT_ONLY,
                    "contentFrom": {"secret": {"name": NAME, "key": KEY}},
                },
                kubelet_file(),
                *props.files,
            ],
            "initConfiguration": {"nodeRegistration": registration, "patches": patches},
            "joinConfiguration": {"nodeRegistration": registration, "patches": patches},
        }


class Workers(Part):
    """Machines of one pool in one zone: MachineDeployment, its KubeadmConfigTemplate and MachineHealthCheck.

    A new machine is there before an old one is drained, and pools that may grow are left to the autoscaler.
    """

    def __init__(self, scope: Component | Part, id_: str, cluster: ClusterProps, props: WorkersProps) -> None:
        super().__init__(scope, f"workers-{id_}")
        self._cluster = cluster
        self._props = props
        self._add_deployment(id_, self._add_configuration(id_))
        add_health_check(self, cluster.name, id_, {DEPLOYMENT_LABEL: id_}, at_once="40%")

    def _add_configuration(self, name: str) -> str:
        spec: Json = {
            "template": {
                "spec": {
                    "files": [kubelet_file(), *self._cluster.files],
                    "joinConfiguration": {
                        "nodeRegistration": self._registration(),
                        "patches": {"directory": PATCHES},
                    },
                }
            }
        }
        full = named_by_content(name, spec)
        self.emit(
            {
                "apiVersion": f"{BOOTSTRAP}/{VERSION}",
                "kind": "KubeadmConfigTemplate",
                "metadata": {"name": full},
                "spec": spec,
            }
        )
        return full

    def _registration(self) -> Json:
        pool = self._props.nodes
        labels = {POOL_LABEL: self._props.pool, **pool.labels}
        registration = registered(
            self._cluster, {"node-labels": ",".join(f"{key}={value}" for key, value in sorted(labels.items()))}
        )
        if pool.taint is not None:
            taint = pool.taint
            registration["taints"] = [{"key": taint.key, "value": taint.value, "effect": taint.effect}]
        return registration

    def _add_deployment(self, name: str, configuration: str) -> None:
        cluster, props = self._cluster, self._props
        elastic = props.most > props.fewest
        labels = {CLUSTER_LABEL: cluster.name, DEPLOYMENT_LABEL: name}
        metadata: Json = {"name": name}
        if elastic:
            metadata["annotations"] = self._annotations()
        self.emit(
            {
                "apiVersion": f"{CLUSTER}/{VERSION}",
                "kind": "MachineDeployment",
                "metadata": metadata,
                "spec": {
                    "clusterName": cluster.name,
                    **({} if elastic else {"replicas": props.fewest}),
                    "selector": {"matchLabels": labels},
                    "rollout": {
                        "strategy": {
                            "type": "RollingUpdate",
                            "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
                        }
                    },
                    "template": {
                        "metadata": {"labels": labels},
                        "spec": {
                            "clusterName": cluster.name,
                            "version": patch_of(cluster.kubernetes),
                            "failureDomain": props.zone,
                            "bootstrap": {"configRef": refers(BOOTSTRAP, "KubeadmConfigTemplate", configuration)},
                            "infrastructureRef": refers(INFRASTRUCTURE, cluster.machines, props.template),
                            "deletion": deletion(cluster.settings),
                        },
                    },
                },
            }
        )

    def _annotations(self) -> dict[str, str]:
        """Bounds of the pool, and what a machine of it will be."""
        pool, props = self._props.nodes, self._props
        labels = {POOL_LABEL: props.pool, "topology.kubernetes.io/zone": props.zone, **pool.labels}
        taint = pool.taint
        return {
            CAPACITY.format("cpu"): pool.cpu,
            CAPACITY.format("ephemeral-disk"): pool.disk,
            CAPACITY.format("labels"): ",".join(f"{key}={value}" for key, value in sorted(labels.items())),
            CAPACITY.format("maxPods"): str(MOST_PODS),
            CAPACITY.format("memory"): pool.memory,
            **({CAPACITY.format("taints"): f"{taint.key}={taint.value}:{taint.effect}"} if taint is not None else {}),
            SIZE.format("max"): str(props.most),
            SIZE.format("min"): str(props.fewest),
        }


def add_health_check(scope: Part, cluster: str, name: str, labels: Mapping[str, str], *, at_once: str) -> None:
    """Replace machines whose node is not ready, or never came.

    Args:
        scope: whose machines they are.
        cluster: name of the cluster.
        name: name of the check.
        labels: labels of the machines beside the cluster's.
        at_once: most machines that may be unhealthy before nothing is replaced any more: then it is not the machines.
    """
    conditions = [{"type": "Ready", "status": status, "timeoutSeconds": UNHEALTHY_AFTER} for status in ("Unknown", "False")]  # fmt: skip
    limit: int | str = int(at_once) if at_once.isdigit() else at_once
    scope.emit(
        {
            "apiVersion": f"{CLUSTER}/{VERSION}",
            "kind": "MachineHealthCheck",
            "metadata": {"name": name},
            "spec": {
                "clusterName": cluster,
                "selector": {"matchLabels": {CLUSTER_LABEL: cluster, **labels}},
                "checks": {"nodeStartupTimeoutSeconds": STARTS_WITHIN, "unhealthyNodeConditions": conditions},
                "remediation": {"triggerIf": {"unhealthyLessThanOrEqualTo": limit}},
            },
        }
    )


def deletion(settings: ClusterApi) -> Json:
    """How long each step may take when a machine goes."""
    return {
        "nodeDeletionTimeoutSeconds": 600,
        "nodeDrainTimeoutSeconds": whole_seconds(settings.drain),
        "nodeVolumeDetachTimeoutSeconds": 300,
    }


def registered(props: ClusterProps, flags: Mapping[str, str] | None = None) -> Json:
    """How a machine becomes a node."""
    return {
        "name": props.node_name,
        "kubeletExtraArgs": arguments({"cloud-provider": "external", **props.kubelet_flags, **(flags or {})}),
    }


def kubelet_file() -> Json:
    """The file from which kubeadm takes the kubelet's further settings."""
    return {
        "path": f"{PATCHES}/kubeletconfiguration0+strategic.yaml",
        "owner": "root:root",
        "permissions": "0644",
        "content": kubelet_patch(),
    }


def shares(number: int, places: int) -> list[int]:
    """`number` in as equal parts as there are places, the larger ones first."""
    return [number // places + (1 if index < number % places else 0) for index in range(places)]


def _mounted(name: str, path: str, kind: str, *, read_only: bool) -> Json:
    return {"name": name, "hostPath": path, "mountPath": path, "pathType": kind, "readOnly": read_only}

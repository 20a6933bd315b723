"""A regional cluster of Google Kubernetes Engine: private nodes, Dataplane V2, identities for pods, autoscaled pools.

See https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster .
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from groundplan.model.cluster import NodePool
from groundplan.model.values import quantity
from groundplan.parts import Component, Json, Part
from groundplan.platforms.gcp.chapter import Access, Gke, Maintenance
from groundplan.platforms.gcp.keys import CLUSTER, DISKS, key_object
from groundplan.platforms.gcp.names import node_tag, nodes_account, object_name
from groundplan.platforms.gcp.network import NETWORK
from groundplan.platforms.gcp.resource import GcpPart, reference, reference_to
from groundplan.platforms.gcp.site import Site
from groundplan.platforms.gcp.words import EFFECTS, PODS, SERVICES
from groundplan.pods import POOL_LABEL

NODES = "nodes"
"""Object name of the service account of nodes."""

REPOSITORY = "images"
"""Object name of the repository of images."""

NODE_ROLE = "roles/container.defaultNodeServiceAccount"
"""What a node does itself: it writes logs and metrics. See
https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts ."""

ACCESS_ROLES = {"admin": "roles/container.admin", "edit": "roles/container.developer", "view": "roles/container.viewer"}
"""What somebody may do in the whole cluster, to the role that lets them."""

MAX_PODS = 110
"""Pods of a node; each takes 256 addresses of the pods' range for them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GkeClusterProps:
    """What a cluster is made of."""

    gke: Gke
    """What its chapter says."""

    kubernetes: str
    """Minor version of the control plane."""

    subnet: str
    """Subnet of its nodes, with the ranges of pods and Services."""

    zones: Sequence[str]
    """Zones its nodes stand in."""

    pools: Mapping[str, NodePool]
    """Node pools by name."""

    access: Mapping[str, Access] = field(default_factory=dict)
    """Who may use its API. Default nobody."""

    pull_from: Sequence[Json] = ()
    """Repositories that nodes pull from, as rights name them. Default none."""

    right_sizing: bool = False
    """Whether recommendations are kept. Default false."""


class GkeCluster(GcpPart):
    """The cluster, its node pools, who nodes are and who administers it.

    Emits ContainerCluster, ContainerNodePools, the IAMServiceAccount of the nodes, and IAMPolicyMembers.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: GkeClusterProps) -> None:
        super().__init__(scope, id_, site)
        self._props = props
        self._add_nodes_account()
        self._add_cluster()
        for name, pool in props.pools.items():
            self._add_pool(name, pool)
        for name, access in props.access.items():
            self.permit(access.member, ACCESS_ROLES[access.level], self.whole_project, name=object_name("people", name))

    def _add_nodes_account(self) -> None:
        name = nodes_account(self.site.cluster)
        self.emit_resource(
            "IAMServiceAccount",
            NODES,
            {"displayName": f"Nodes of cluster {self.site.cluster}: join it, write logs and metrics, pull images"},
            called=name,
        )
        member = self.site.account(name)
        self.permit(member, NODE_ROLE, self.whole_project, name=NODES)
        for number, repository in enumerate(self._props.pull_from, 1):
            role = "roles/artifactregistry.reader"
            self.permit(member, role, repository, name=object_name(NODES, str(number) if number > 1 else ""))

    def _add_cluster(self) -> None:
        site, gke = self.site, self._props.gke
        self.emit_resource(
            "ContainerCluster",
            "cluster",
            {
                "description": f"{site.system}, {site.environment}",
                "location": site.region,
                "nodeLocations": list(self._props.zones),
                "minMasterVersion": self._props.kubernetes,
                "releaseChannel": {"channel": gke.channel},
                "initialNodeCount": 1,
                "networkRef": reference(NETWORK),
                "subnetworkRef": reference(self._props.subnet),
                "networkingMode": "VPC_NATIVE",
                "ipAllocationPolicy": {"clusterSecondaryRangeName": PODS, "servicesSecondaryRangeName": SERVICES},
                "defaultMaxPodsPerNode": MAX_PODS,
                "datapathProvider": "ADVANCED_DATAPATH",
                "enableL4IlbSubsetting": True,
                "disableL4LbFirewallReconciliation": True,
                "enableShieldedNodes": True,
                "enableIntranodeVisibility": True,
                "databaseEncryption": {"state": "ENCRYPTED", "keyName": site.key(CLUSTER)},
                "workloadIdentityConfig": {"workloadPool": site.pool},
                "masterAuth": {"clientCertificateConfig": {"issueClientCertificate": False}},
                "loggingConfig": {
                    "enableComponents": ["SYSTEM_COMPONENTS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"]
                },
                "monitoringConfig": {
                    "enableComponents": ["SYSTEM_COMPONENTS"],
                    "managedPrometheus": {"enabled": False},
                },
                "addonsConfig": {
                    "gcePersistentDiskCsiDriverConfig": {"enabled": True},
                    "httpLoadBalancing": {"disabled": False},
                },
                "verticalPodAutoscaling": {"enabled": self._props.right_sizing},
                "costManagementConfig": {"enabled": True},
                "securityPostureConfig": {"mode": "BASIC"},
                "maintenancePolicy": _maintenance(gke.maintenance) if gke.maintenance is not None else None,
                **self._way_in(),
            },
            called=site.cluster,
            annotations={"cnrm.cloud.google.com/remove-default-node-pool": "true"},
            confirm=True,
        )

    def _way_in(self) -> Json:
        """A private address, and a name that opens to whoever IAM permits; a public address where networks are listed."""
        blocks = [{"cidrBlock": block} for block in self._props.gke.api_cidrs]
        return {
            "privateClusterConfig": {"enablePrivateNodes": True, "enablePrivateEndpoint": not blocks},
            "masterAuthorizedNetworksConfig": {
                "gcpPublicCidrsAccessEnabled": False,
                **({"cidrBlocks": blocks} if blocks else {}),
            },
            "controlPlaneEndpointsConfig": {"dnsEndpointConfig": {"allowExternalTraffic": True}},
        }

    def _add_pool(self, name: str, pool: NodePool) -> None:
        zones = max(1, len(self._props.zones))
        self.emit_resource(
            "ContainerNodePool",
            name,
            {
                "clusterRef": reference("cluster"),
                "location": self.site.region,
                "nodeLocations": list(self._props.zones),
                "initialNodeCount": math.ceil(pool.min / zones),
                "autoscaling": {
                    "totalMinNodeCount": pool.min,
                    "totalMaxNodeCount": pool.max,
                    "locationPolicy": "ANY" if self._is_spot(name) else "BALANCED",
                },
                "maxPodsPerNode": MAX_PODS,
                "management": {"autoRepair": True, "autoUpgrade": True},
                "upgradeSettings": {"strategy": "SURGE", "maxSurge": 1, "maxUnavailable": 0},
                "networkConfig": {"enablePrivateNodes": True},
                "nodeConfig": self._node(name, pool),
            },
            called=name,
        )

    def _node(self, name: str, pool: NodePool) -> Json:
        config: Json = {
            "machineType": pool.instance,
            "imageType": "COS_CONTAINERD",
            "diskType": "pd-balanced",
            "diskSizeGb": math.ceil(quantity(pool.disk) / 2**30),
            "bootDiskKMSCryptoKeyRef": reference(key_object(self.site, DISKS, self.site.region)),
            "serviceAccountRef": reference(NODES),
            "oauthScopes": ["https://www.googleapis.com/auth/cloud-platform"],
            "workloadMetadataConfig": {"mode": "GKE_METADATA"},
            "shieldedInstanceConfig": {"enableSecureBoot": True, "enableIntegrityMonitoring": True},
            "metadata": {"disable-legacy-endpoints": "true"},
            "tags": [node_tag(self.site.cluster)],
            "labels": {POOL_LABEL: name, **pool.labels},
        }
        if pool.taint is not None:
            taint = pool.taint
            config["taint"] = [{"key": taint.key, "value": taint.value, "effect": EFFECTS[taint.effect]}]
        if self._is_spot(name):
            config["spot"] = True
        return config

    def _is_spot(self, name: str) -> bool:
        return name in self._props.gke.spot_pools


def own_repository() -> Json:
    """The environment's own repository, as rights name it."""
    return reference_to("ArtifactRegistryRepository", REPOSITORY)


def _maintenance(window: Maintenance) -> Json:
    """Google takes begin and end of the first window."""
    end = datetime.fromisoformat(window.begin.removesuffix("Z")) + timedelta(hours=window.hours)
    return {
        "recurringWindow": {
            "startTime": window.begin,
            "endTime": f"{end.isoformat()}Z",
            "recurrence": window.repeats,
        }
    }

"""An EKS cluster: control plane, add-ons, and who may use it. See https://docs.aws.amazon.com/eks/latest/best-practices/ ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.kubernetes.accounts import VIEWERS
from groundplan.kubernetes.namespaces import KUBE_SYSTEM
from groundplan.model.cluster import NodePool
from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.chapter import Access, Network
from groundplan.platforms.aws.identity import Role
from groundplan.platforms.aws.machines import NodeGroup
from groundplan.platforms.aws.policies import trust_pods, trust_service
from groundplan.platforms.aws.resource import AwsPart, reference
from groundplan.platforms.aws.site import Site

CONTROL_PLANE_LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

SERVICE_NETWORK = "172.20.0.0/16"
"""Addresses of Services; virtual, so every cluster has the same, and outside the 10/8 networks that nodes use."""

ADDONS = ("vpc-cni", "kube-proxy", "coredns", "eks-pod-identity-agent", "aws-ebs-csi-driver")
"""Add-ons every cluster has. See https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html ."""

ADDON_SETTINGS: dict[str, Json] = {"vpc-cni": {"enableNetworkPolicy": "true"}}
"""Without this setting the network plug-in accepts NetworkPolicies and enforces none."""

ADDON_IDENTITIES = {
    "vpc-cni": ("aws-node", "AmazonEKS_CNI_Policy"),
    "aws-ebs-csi-driver": ("ebs-csi-controller-sa", "service-role/AmazonEBSCSIDriverPolicy"),
}
"""Add-on to its service account and the AWS-managed policy it needs."""

ACCESS_POLICIES = {
    "admin": "AmazonEKSClusterAdminPolicy",
    "edit": "AmazonEKSEditPolicy",
    "view": "AmazonEKSViewPolicy",
}
"""Level to the policy of the cluster's API. None of them but an administrator's reads Secrets, as AmazonEKSAdminViewPolicy does.

See https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html .
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class EksClusterProps:
    """What a cluster is made of, and who may use it."""

    network: Network
    """The network it stands in; its app subnets hold the control plane's addresses."""

    kubernetes: str
    """Minor version, e.g. `1.32`."""

    pools: Mapping[str, NodePool] = field(default_factory=dict)
    """Node pools by name. Default none."""

    addons: Mapping[str, str] = field(default_factory=dict)
    """Versions of add-ons. Default AWS' choice for the cluster's version."""

    access: Mapping[str, Access] = field(default_factory=dict)
    """Who may use the API, by name. Default nobody: whoever made it has no rights by that."""

    api_cidrs: Sequence[str] = ()
    """Networks that may reach a public address of the API. Default none: it has a private one only."""

    protected: bool = False
    """True where AWS refuses to delete it. Default false."""


class EksCluster(AwsPart):
    """A Kubernetes cluster in the app subnets of the network, with its nodes, add-ons and access.

    Emits KMS Key and Alias, Roles, Cluster, AccessEntries, LaunchTemplates and Nodegroups, and Addons. The API endpoint
    is private unless networks are named, Secrets are encrypted with an own key, and whoever created the cluster gets
    no rights by that.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: EksClusterProps) -> None:
        super().__init__(scope, id_, site)
        self._props = props
        self._add_key()
        self._add_roles()
        self._add_cluster()
        self._add_access()
        for name, pool in props.pools.items():
            NodeGroup(self, name, site, pool, props.network, kubernetes=props.kubernetes)
        for addon in ADDONS:
            self._add_addon(addon)

    def _add_key(self) -> None:
        tags = [{"tagKey": key, "tagValue": value} for key, value in self.tag_map(self.cluster_name).items()]
        self.emit_resource(
            "kms",
            "Key",
            "cluster",
            {"description": f"Secrets of cluster {self.cluster_name}", "enableKeyRotation": True, "tags": tags},
            retain=True,
        )
        self.emit_resource(
            "kms",
            "Alias",
            "cluster",
            {"name": f"alias/{self.cluster_name}", "targetKeyRef": reference("cluster")},
        )

    def _add_roles(self) -> None:
        Role(
            self,
            "cluster",
            self.site,
            role=self.site.role_name("cluster"),
            trust=trust_service("eks.amazonaws.com"),
            managed=["AmazonEKSClusterPolicy"],
            description=f"Control plane of cluster {self.cluster_name}",
        )
        Role(
            self,
            "nodes",
            self.site,
            role=self.site.role_name("nodes"),
            trust=trust_service("ec2.amazonaws.com"),
            managed=["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"],
            description=f"Nodes of cluster {self.cluster_name}: join it and pull images",
        )

    def _add_cluster(self) -> None:
        api_cidrs = self._props.api_cidrs
        subnets = [name for name, subnet in self._props.network.subnets.items() if subnet.tier == "app"]
        endpoint: Json = {"endpointPrivateAccess": True, "endpointPublicAccess": bool(api_cidrs)}
        if api_cidrs:
            endpoint["publicAccessCIDRs"] = list(api_cidrs)
        self.emit_resource(
            "eks",
            "Cluster",
            self.cluster_name,
            {
                "name": self.cluster_name,
                "version": self._props.kubernetes,
                "roleRef": reference("cluster"),
                "resourcesVPCConfig": {
                    **endpoint,
                    "subnetRefs": [reference(name) for name in subnets],
                    "securityGroupRefs": [reference("control-plane")],
                },
                "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
                "bootstrapSelfManagedAddons": False,
                "deletionProtection": self._props.protected,
                "encryptionConfig": [{"provider": {"keyRef": reference("cluster")}, "resources": ["secrets"]}],
                "kubernetesNetworkConfig": {"ipFamily": "ipv4", "serviceIPv4CIDR": SERVICE_NETWORK},
                "logging": {"clusterLogging": [{"enabled": True, "types": CONTROL_PLANE_LOGS}]},
                "upgradePolicy": {"supportType": "STANDARD"},
                "tags": self.tag_map(self.cluster_name),
            },
            confirm=True,
            adopt={"name": self.cluster_name},
        )

    def _add_access(self) -> None:
        for name, access in self._props.access.items():
            policy = ACCESS_POLICIES[access.level]
            self.emit_resource(
                "eks",
                "AccessEntry",
                name,
                {
                    "clusterRef": reference(self.cluster_name),
                    "principalARN": access.principal,
                    "type": "STANDARD",
                    "kubernetesGroups": [VIEWERS] if access.level != "admin" else None,
                    "accessPolicies": [
                        {
                            "policyARN": f"arn:aws:eks::aws:cluster-access-policy/{policy}",
                            "accessScope": {"type": "cluster"},
                        }
                    ],
                    "tags": self.tag_map(),
                },
            )

    def _add_addon(self, addon: str) -> None:
        identity = None
        if addon in ADDON_IDENTITIES:
            service_account, policy = ADDON_IDENTITIES[addon]
            Role(
                self,
                addon,
                self.site,
                role=self.site.role_name(addon),
                trust=trust_pods(self.cluster_name, KUBE_SYSTEM, service_account),
                managed=[policy],
                description=f"Add-on {addon} of cluster {self.cluster_name}",
            )
            identity = [{"serviceAccount": service_account, "roleRef": reference(addon)}]
        settings = ADDON_SETTINGS.get(addon)
        self.emit_resource(
            "eks",
            "Addon",
            addon,
            {
                "name": addon,
                "clusterRef": reference(self.cluster_name),
                "addonVersion": self._props.addons.get(addon),
                "configurationValues": json.dumps(settings, sort_keys=True) if settings else None,
                "podIdentityAssociations": identity,
                "resolveConflicts": "OVERWRITE",
                "tags": self.tag_map(),
            },
        )

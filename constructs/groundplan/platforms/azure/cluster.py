"""The AKS cluster and its node pools. See https://learn.microsoft.com/azure/aks/ ."""

from __future__ import annotations

import ipaddress
import re

from groundplan.model.cluster import NodePool
from groundplan.model.values import quantity
from groundplan.parts import Component, Json, Part, without_none
from groundplan.platforms.azure.chapter import ServerMaintenance
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.facts import edge_of
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.network import NETWORK, subnet_reference
from groundplan.platforms.azure.registry import ACR_PULL
from groundplan.platforms.azure.resources import AzurePart, reference
from groundplan.platforms.azure.windows import utc_offset, utc_slots
from groundplan.pods import POOL_LABEL

CONTAINER_SERVICE = "containerservice.azure.com/v1api20240901"
GROUP = "containerservice.azure.com"

OIDC_CONFIG_MAP = "oidc-issuer"
"""ConfigMap the operator writes the cluster's token issuer into; federated identities read it from there."""

CLUSTER_IDENTITY = "cluster-identity"
"""ConfigMap the operator writes the ids of the cluster's own identity into."""

GATEWAY_CONTROLLER = "gateway-controller"
"""ConfigMap the operator writes the identity of AKS' ingress controller into, which AKS makes by itself."""

NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
MANAGED_IDENTITY_OPERATOR = "f1a07417-d97a-45cb-824c-7a7467783830"
"""Built-in roles of the cluster's own identity."""

MANAGED_IDENTITY = "managedidentity.azure.com/v1api20230131"

LOGS = (
    "cluster-autoscaler",
    "guard",
    "kube-apiserver",
    "kube-audit-admin",
    "kube-controller-manager",
    "kube-scheduler",
)
"""Logs of the control plane; `kube-audit-admin` leaves out reads, which are most of an audit log."""


class AksCluster(AzurePart):
    """A private, identity-integrated cluster with its node pools and maintenance windows."""

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        self._name = self.azure_name(AzureKind.CLUSTER)
        self._add_identity()
        self._add_kubelet_identity()
        self._add_outbound_addresses()
        self._add_cluster()
        for name, pool in self._user_pools().items():
            self._add_pool(name, pool)
        if self.azure.cluster.maintenance is not None:
            self._add_maintenance(self.azure.cluster.maintenance)
        diagnose(self, reference(GROUP, "ManagedCluster", object_name(self._name)), *LOGS)

    @property
    def _identity(self) -> str:
        return self.azure_name(AzureKind.IDENTITY, "cluster")

    def _user_pools(self) -> dict[str, NodePool]:
        return {name: pool for name, pool in self.environment.cluster.node_pools.items() if name != self._system_pool()}

    def _system_pool(self) -> str:
        """The pool that carries the cluster's own pods: `system`, or the first one."""
        pools = self.environment.cluster.node_pools
        return "system" if "system" in pools else next(iter(pools))

    def _add_identity(self) -> None:
        self.add(
            MANAGED_IDENTITY,
            "UserAssignedIdentity",
            self._identity,
            {
                "location": self.location,
                "operatorSpec": {"configMaps": {"principalId": {"name": CLUSTER_IDENTITY, "key": "principalId"}}},
            },
        )
        network = object_name(self.azure_name(AzureKind.VIRTUAL_NETWORK))
        self._grant(
            "cluster-network-contributor",
            CLUSTER_IDENTITY,
            NETWORK_CONTRIBUTOR,
            {"group": "network.azure.com", "kind": "VirtualNetwork", "name": network},
        )

    def _outbound(self) -> list[str]:
        """Names of the addresses connections to the outside come from."""
        count = self.azure.cluster.outbound_addresses
        purposes = ["outbound", *(f"outbound{number}" for number in range(2, count + 1))][:count]
        return [self.azure_name(AzureKind.PUBLIC_IP, purpose) for purpose in purposes]

    def _add_outbound_addresses(self) -> None:
        """Addresses that stay when the cluster is made anew; the cluster may use them."""
        zones = self.environment.zones
        for name in self._outbound():
            spec: Json = {
                "location": self.location,
                "sku": {"name": "Standard"},
                "publicIPAllocationMethod": "Static",
                **({"zones": list(zones)} if zones else {}),
            }
            self.add(NETWORK, "PublicIPAddress", name, spec, keep=True)
            scope = reference("network.azure.com", "PublicIPAddress", object_name(name))
            self._grant(f"cluster-uses-{object_name(name)}", CLUSTER_IDENTITY, NETWORK_CONTRIBUTOR, scope)

    def _add_kubelet_identity(self) -> None:
        """The nodes' own identity, which pulls images; the cluster may hand it out."""
        name = self.azure_name(AzureKind.IDENTITY, "kubelet")
        keys = ("clientId", "principalId")
        self.add(
            MANAGED_IDENTITY,
            "UserAssignedIdentity",
            name,
            {
                "location": self.location,
                "operatorSpec": {"configMaps": {key: {"name": "kubelet-identity", "key": key} for key in keys}},
            },
        )
        kubelet = {"group": "managedidentity.azure.com", "kind": "UserAssignedIdentity", "name": object_name(name)}
        registry = object_name(self.azure_name(AzureKind.REGISTRY))
        self._grant("cluster-hands-out-kubelet", CLUSTER_IDENTITY, MANAGED_IDENTITY_OPERATOR, kubelet)
        self._grant(
            "kubelet-pulls-images",
            "kubelet-identity",
            ACR_PULL,
            {"group": "containerregistry.azure.com", "kind": "Registry", "name": registry},
        )

    def _grant(self, name: str, config: str, role: str, scope: Json) -> None:
        self.emit(
            {
                "apiVersion": "authorization.azure.com/v1api20220401",
                "kind": "RoleAssignment",
                "metadata": {"name": name},
                "spec": {
                    "owner": scope,
                    "principalIdFromConfig": {"name": config, "key": "principalId"},
                    "principalType": "ServicePrincipal",
                    "roleDefinitionReference": {"armId": self.built_in_role(role)},
                },
            }
        )

    def _add_cluster(self) -> None:
        settings, cluster = self.azure.cluster, self.environment.cluster
        system = self._system_pool()
        spec: Json = {
            "location": self.location,
            "kubernetesVersion": cluster.kubernetes,
            "dnsPrefix": self._name,
            "sku": {"name": "Base", "tier": settings.tier},
            "supportPlan": "AKSLongTermSupport" if settings.tier == "Premium" else "KubernetesOfficial",
            "identity": {
                "type": "UserAssigned",
                "userAssignedIdentities": [
                    {
                        "reference": reference(
                            "managedidentity.azure.com", "UserAssignedIdentity", object_name(self._identity)
                        )
                    }
                ],
            },
            "identityProfile": {"kubeletidentity": {"resourceReference": self._kubelet_reference()}},
            "agentPoolProfiles": [
                {"name": system, "mode": "System", **self._pool_spec(system, cluster.node_pools[system])}
            ],
            "aadProfile": {
                "managed": True,
                "enableAzureRBAC": True,
                "adminGroupObjectIDs": list(settings.admin_groups),
                "tenantID": self.azure.tenant,
            },
            "enableRBAC": True,
            "disableLocalAccounts": True,
            "apiServerAccessProfile": self._api_access(),
            "networkProfile": self._network_profile(),
            "oidcIssuerProfile": {"enabled": True},
            "securityProfile": {
                "workloadIdentity": {"enabled": True},
                "imageCleaner": {"enabled": True, "intervalHours": 168},
            },
            "storageProfile": {
                "diskCSIDriver": {"enabled": True},
                "fileCSIDriver": {"enabled": True},
                "snapshotController": {"enabled": True},
            },
            "workloadAutoScalerProfile": {
                "keda": {"enabled": True},
                "verticalPodAutoscaler": {"enabled": True},
            },
            "autoScalerProfile": {
                "expander": "least-waste",
                "balance-similar-node-groups": "true",
                "scale-down-utilization-threshold": "0.5",
            },
            # the minor version is this repository's decision; the provider patches within it
            "autoUpgradeProfile": {"upgradeChannel": "patch", "nodeOSUpgradeChannel": "SecurityPatch"},
            "operatorSpec": {"configMaps": {"oidcIssuerProfile": {"name": OIDC_CONFIG_MAP, "key": "issuer"}}},
        }
        if self._has_gateway:
            config: Json = spec["operatorSpec"]
            config["configMapExpressions"] = [
                {
                    "name": GATEWAY_CONTROLLER,
                    "key": "principalId",
                    "value": 'self.status.addonProfiles["ingressApplicationGateway"].identity.objectId',
                }
            ]
        if settings.tier != "Free":
            spec["metricsProfile"] = {"costAnalysis": {"enabled": True}}
        spec |= self._addons()
        self.add(CONTAINER_SERVICE, "ManagedCluster", self._name, spec, keep=True)

    def _kubelet_reference(self) -> Json:
        name = object_name(self.azure_name(AzureKind.IDENTITY, "kubelet"))
        return reference("managedidentity.azure.com", "UserAssignedIdentity", name)

    @property
    def _has_gateway(self) -> bool:
        return edge_of(self.environment).gateway is not None

    def _addons(self) -> Json:
        """Add-ons of the cluster that other chapters ask for."""
        profiles: Json = {}
        if self._has_gateway:
            gateway = self.arm_id(
                "Microsoft.Network/applicationGateways", self.azure_name(AzureKind.APPLICATION_GATEWAY)
            )
            profiles["ingressApplicationGateway"] = {"enabled": True, "config": {"applicationGatewayId": gateway}}
        if self.azure.monitor is not None:
            workspace = self.arm_id(
                "Microsoft.OperationalInsights/workspaces", self.azure_name(AzureKind.LOG_WORKSPACE)
            )
            profiles["omsagent"] = {
                "enabled": True,
                "config": {"logAnalyticsWorkspaceResourceID": workspace, "useAADAuth": "true"},
            }
        if self.azure.vault is not None:
            profiles["azureKeyvaultSecretsProvider"] = {"enabled": True, "config": {"enableSecretRotation": "true"}}
        return {"addonProfiles": profiles} if profiles else {}

    def _api_access(self) -> Json:
        if not self.azure.cluster.private:
            return {"authorizedIPRanges": list(self.azure.cluster.api_cidrs), "disableRunCommand": True}
        return {
            "enablePrivateCluster": True,
            "enablePrivateClusterPublicFQDN": False,
            "privateDNSZone": "system",
            "disableRunCommand": True,
        }

    def _network_profile(self) -> Json:
        settings = self.azure.cluster
        return without_none(
            {
                "networkPlugin": "azure",
                "networkPluginMode": "overlay" if settings.network_mode == "overlay" else None,
                "networkPolicy": settings.network_policy,
                "networkDataplane": "cilium" if settings.network_policy == "cilium" else "azure",
                "podCidr": settings.pod_cidr if settings.network_mode == "overlay" else None,
                "serviceCidr": settings.service_cidr,
                # the tenth address, as Azure's own tools choose it
                "dnsServiceIP": str(ipaddress.ip_network(settings.service_cidr)[10]),
                "loadBalancerSku": "standard",
                "loadBalancerProfile": self._load_balancer_profile(),
                "outboundType": "loadBalancer",
            }
        )

    def _load_balancer_profile(self) -> Json | None:
        addresses = [
            {"reference": reference("network.azure.com", "PublicIPAddress", object_name(name))}
            for name in self._outbound()
        ]
        return {"outboundIPs": {"publicIPs": addresses}} if addresses else None

    def _pool_spec(self, name: str, pool: NodePool) -> Json:
        if not re.fullmatch(r"[a-z][a-z0-9]{0,11}", name):
            raise self.fail(
                f"node pool `{name}` is not a name AKS takes", "use at most 12 lower-case letters and digits"
            )
        spec: Json = {
            "count": max(pool.min, 1),
            "enableAutoScaling": True,
            "minCount": pool.min,
            "maxCount": pool.max,
            "vmSize": pool.instance,
            "osType": "Linux",
            "osSKU": "AzureLinux",
            "osDiskSizeGB": int(quantity(pool.disk) / 2**30),
            "type": "VirtualMachineScaleSets",
            "vnetSubnetReference": subnet_reference(self, self.azure.cluster.subnet),
            "nodeLabels": {POOL_LABEL: name, **pool.labels},
            "upgradeSettings": {"maxSurge": "33%", "drainTimeoutInMinutes": 30},
        }
        if self.environment.zones:
            spec["availabilityZones"] = list(self.environment.zones)
        if pool.taint is not None:
            spec["nodeTaints"] = [f"{pool.taint.key}={pool.taint.value}:{pool.taint.effect}"]
        if name in self.azure.cluster.spot_pools:
            spec |= {"scaleSetPriority": "Spot", "scaleSetEvictionPolicy": "Delete", "spotMaxPrice": -1}
        return spec

    def _add_pool(self, name: str, pool: NodePool) -> None:
        self.emit(
            {
                "apiVersion": CONTAINER_SERVICE,
                "kind": "ManagedClustersAgentPool",
                "metadata": {"name": object_name(f"{self._name}-{name}")},
                "spec": {
                    "azureName": name,
                    "owner": {"name": object_name(self._name)},
                    "mode": "User",
                    **self._pool_spec(name, pool),
                    "tags": self.tags,
                },
            }
        )

    def _add_maintenance(self, window: ServerMaintenance) -> None:
        """The general window in UTC hour slots, and the two upgrade windows in the zone's own time."""
        hours = window.hours
        slots: dict[str, list[int]] = {}
        for day, hour in utc_slots(window):
            slots.setdefault(day, []).append(hour)
        self._add_window("default", {"timeInWeek": [{"day": day, "hourSlots": own} for day, own in slots.items()]})
        schedule: Json = (
            {"relativeMonthly": {"dayOfWeek": window.day, "intervalMonths": 1, "weekIndex": "First"}}
            if window.monthly
            else {"weekly": {"dayOfWeek": window.day, "intervalWeeks": 1}}
        )
        upgrade: Json = {
            "maintenanceWindow": {
                "schedule": schedule,
                "durationHours": max(hours, 4),
                "startTime": window.start,
                "utcOffset": utc_offset(window),
            }
        }
        self._add_window("aksManagedAutoUpgradeSchedule", upgrade)
        self._add_window("aksManagedNodeOSUpgradeSchedule", upgrade)

    def _add_window(self, azure_name: str, spec: Json) -> None:
        self.emit(
            {
                "apiVersion": CONTAINER_SERVICE,
                "kind": "MaintenanceConfiguration",
                "metadata": {"name": object_name(f"{self._name}-{azure_name}")},
                "spec": {"azureName": azure_name, "owner": {"name": object_name(self._name)}, **spec},
            }
        )

"""The AKS cluster and its node pools. See https://learn.microsoft.com/azure/aks/ ."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from groundplan.model.cluster import NodePool
from groundplan.parts import Component, Json, Part, without_none
from groundplan.platforms.azure.chapter import AzureCluster, ServerMaintenance
from groundplan.platforms.azure.cluster_identity import (
    ClusterIdentity,
    identity_reference,
    kubelet_reference,
    outbound_addresses,
)
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.node_pools import pool_spec
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site
from groundplan.platforms.azure.windows import utc_offset, utc_slots

CONTAINER_SERVICE = "containerservice.azure.com/v1api20240901"
GROUP = "containerservice.azure.com"

OIDC_CONFIG_MAP = "oidc-issuer"
"""ConfigMap the operator writes the cluster's token issuer into; federated identities read it from there."""

GATEWAY_CONTROLLER = "gateway-controller"
"""ConfigMap the operator writes the identity of AKS' ingress controller into, which AKS makes by itself."""

LOGS = (
    "cluster-autoscaler",
    "guard",
    "kube-apiserver",
    "kube-audit-admin",
    "kube-controller-manager",
    "kube-scheduler",
)
"""Logs of the control plane; `kube-audit-admin` leaves out reads, which are most of an audit log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AksClusterProps:
    """What a cluster is made of, and which add-ons others need of it."""

    settings: AzureCluster
    """Tier, network, access and maintenance."""

    kubernetes: str
    """Minor version, e.g. `1.32`."""

    pools: Mapping[str, NodePool]
    """Node pools by name, at least one."""

    gateway: bool = False
    """Whether its own controller leads an Application Gateway to the pods. Default false."""

    queues: bool = False
    """Whether workloads are scaled by queues or by the hour, which KEDA does. Default false."""

    right_sizing: bool = False
    """Whether recommendations of sizes are kept, which the vertical pod autoscaler does. Default false."""

    patience: int | None = None
    """Seconds that pods get on a node that is removed. Default the autoscaler's own ten minutes."""

    registry: Json | None = None
    """Registry its nodes pull from, as the scope of a role. Default none that they need a right at."""


class AksCluster(AzurePart):
    """A private, identity-integrated cluster with its node pools and maintenance windows."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: AksClusterProps) -> None:
        super().__init__(scope, id_, site)
        self._props = props
        self._settings = props.settings
        self._name = self.azure_name(AzureKind.CLUSTER)
        outbound = self._settings.outbound_addresses
        ClusterIdentity(self, "identity", site, outbound=outbound, registry=props.registry)
        self._add_cluster()
        for name, pool in self._user_pools().items():
            self._add_pool(name, pool)
        if self._settings.maintenance is not None:
            self._add_maintenance(self._settings.maintenance)
        diagnose(self, reference(GROUP, "ManagedCluster", object_name(self._name)), *LOGS)

    def _user_pools(self) -> dict[str, NodePool]:
        return {name: pool for name, pool in self._props.pools.items() if name != self._system_pool()}

    def _system_pool(self) -> str:
        """The pool that carries the cluster's own pods: `system`, or the first one."""
        pools = self._props.pools
        return "system" if "system" in pools else next(iter(pools))

    def _add_cluster(self) -> None:
        settings, pools = self._settings, self._props.pools
        system = self._system_pool()
        spec: Json = {
            "location": self.location,
            "kubernetesVersion": self._props.kubernetes,
            "dnsPrefix": self._name,
            "sku": {"name": "Base", "tier": settings.tier},
            "supportPlan": "AKSLongTermSupport" if settings.tier == "Premium" else "KubernetesOfficial",
            "identity": {
                "type": "UserAssigned",
                "userAssignedIdentities": [{"reference": identity_reference(self.site)}],
            },
            "identityProfile": {"kubeletidentity": {"resourceReference": kubelet_reference(self.site)}},
            "agentPoolProfiles": [{"name": system, "mode": "System", **self._pool_spec(system, pools[system])}],
            "aadProfile": {
                "managed": True,
                "enableAzureRBAC": True,
                "adminGroupObjectIDs": list(settings.admin_groups),
                "tenantID": self.site.tenant,
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
                "keda": {"enabled": self._props.queues},
                "verticalPodAutoscaler": {"enabled": self._props.right_sizing},
            },
            "autoScalerProfile": {
                "expander": "least-waste",
                "balance-similar-node-groups": "true",
                "scale-down-utilization-threshold": "0.5",
                **({"max-graceful-termination-sec": str(waits)} if (waits := self._props.patience) is not None else {}),
            },
            # the minor version is this repository's decision; the provider patches within it
            "autoUpgradeProfile": {"upgradeChannel": "patch", "nodeOSUpgradeChannel": "SecurityPatch"},
            "operatorSpec": {"configMaps": {"oidcIssuerProfile": {"name": OIDC_CONFIG_MAP, "key": "issuer"}}},
        }
        if self._props.gateway:
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

    def _addons(self) -> Json:
        """Add-ons of the cluster that other chapters ask for."""
        profiles: Json = {}
        if self._props.gateway:
            gateway = self.site.arm_id(
                "Microsoft.Network/applicationGateways", self.azure_name(AzureKind.APPLICATION_GATEWAY)
            )
            profiles["ingressApplicationGateway"] = {"enabled": True, "config": {"applicationGatewayId": gateway}}
        if self.site.workspace is not None:
            workspace = self.site.arm_id("Microsoft.OperationalInsights/workspaces", self.site.workspace)
            profiles["omsagent"] = {
                "enabled": True,
                "config": {"logAnalyticsWorkspaceResourceID": workspace, "useAADAuth": "true"},
            }
        return {"addonProfiles": profiles} if profiles else {}

    def _api_access(self) -> Json:
        if not self._settings.private:
            return {"authorizedIPRanges": list(self._settings.api_cidrs), "disableRunCommand": True}
        return {
            "enablePrivateCluster": True,
            "enablePrivateClusterPublicFQDN": False,
            "privateDNSZone": "system",
            "disableRunCommand": True,
        }

    def _network_profile(self) -> Json:
        settings = self._settings
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
            for name in outbound_addresses(self.site, self._settings.outbound_addresses)
        ]
        return {"outboundIPs": {"publicIPs": addresses}} if addresses else None

    def _pool_spec(self, name: str, pool: NodePool) -> Json:
        settings = self._settings
        spot = name in settings.spot_pools
        return pool_spec(
            self.site,
            name,
            pool,
            subnet=settings.subnet,
            pods=settings.pods_per_node,
            spot=spot,
            kubernetes=self._props.kubernetes,
        )

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
                    "tags": self.site.tags,
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

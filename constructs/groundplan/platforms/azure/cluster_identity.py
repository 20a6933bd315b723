"""Who a cluster is to Azure: its own identity, the nodes', and the public addresses it calls out from.

See https://learn.microsoft.com/azure/aks/use-managed-identity .
"""

from __future__ import annotations

from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.network import NETWORK
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.registry import ACR_PULL
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site

CLUSTER_IDENTITY = "cluster-identity"
KUBELET_IDENTITY = "kubelet-identity"
"""ConfigMaps the operator writes the ids of the cluster's own identity and of its nodes' into."""

NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
MANAGED_IDENTITY_OPERATOR = "f1a07417-d97a-45cb-824c-7a7467783830"
"""Built-in roles of the cluster's own identity."""

MANAGED_IDENTITY = "managedidentity.azure.com/v1api20230131"
GROUP = "managedidentity.azure.com"


def identity_reference(site: Site) -> Json:
    """Reference to the cluster's own identity."""
    return _reference(site, "cluster")


def kubelet_reference(site: Site) -> Json:
    """Reference to the nodes' identity."""
    return _reference(site, "kubelet")


def _reference(site: Site, purpose: str) -> Json:
    return reference(GROUP, "UserAssignedIdentity", object_name(site.name(AzureKind.IDENTITY, purpose)))


def outbound_addresses(site: Site, count: int) -> list[str]:
    """Azure names of `count` addresses that connections to the outside come from."""
    purposes = ["outbound", *(f"outbound{number}" for number in range(2, count + 1))][:count]
    return [site.name(AzureKind.PUBLIC_IP, purpose) for purpose in purposes]


class ClusterIdentity(AzurePart):
    """The identities of a cluster and its nodes with what they may do, and the addresses it calls out from.

    Args:
        scope: scope.
        id_: construct id.
        site: where the cluster stands.
        outbound: number of public addresses of its own.
        registry: the registry its images come from, as the scope of a role. Default none that takes one.
    """

    def __init__(
        self, scope: Component | Part, id_: str, site: Site, *, outbound: int, registry: Json | None = None
    ) -> None:
        super().__init__(scope, id_, site)
        self._add_identity("cluster", CLUSTER_IDENTITY, ("principalId",))
        network = object_name(self.azure_name(AzureKind.VIRTUAL_NETWORK))
        scope_ = reference("network.azure.com", "VirtualNetwork", network)
        self.grant("cluster-network-contributor", to=CLUSTER_IDENTITY, role=NETWORK_CONTRIBUTOR, scope=scope_)
        self._add_kubelet(registry)
        for name in outbound_addresses(site, outbound):
            self._add_outbound(name)

    def _add_identity(self, purpose: str, config: str, keys: tuple[str, ...]) -> None:
        spec: Json = {
            "location": self.location,
            "operatorSpec": {"configMaps": {key: {"name": config, "key": key} for key in keys}},
        }
        self.add(MANAGED_IDENTITY, "UserAssignedIdentity", self.azure_name(AzureKind.IDENTITY, purpose), spec)

    def _add_kubelet(self, registry: Json | None) -> None:
        """The nodes' own identity, which pulls images; the cluster may hand it out."""
        self._add_identity("kubelet", KUBELET_IDENTITY, ("clientId", "principalId"))
        kubelet = kubelet_reference(self.site)
        self.grant("cluster-hands-out-kubelet", to=CLUSTER_IDENTITY, role=MANAGED_IDENTITY_OPERATOR, scope=kubelet)
        if registry is not None:
            self.grant("kubelet-pulls-images", to=KUBELET_IDENTITY, role=ACR_PULL, scope=registry)

    def _add_outbound(self, name: str) -> None:
        """An address that stays when the cluster is made anew; the cluster may use it."""
        spec: Json = {
            "location": self.location,
            "sku": {"name": "Standard"},
            "publicIPAllocationMethod": "Static",
            **({"zones": list(self.site.zones)} if self.site.zones else {}),
        }
        self.add(NETWORK, "PublicIPAddress", name, spec, keep=True)
        scope = reference("network.azure.com", "PublicIPAddress", object_name(name))
        self.grant(f"cluster-uses-{object_name(name)}", to=CLUSTER_IDENTITY, role=NETWORK_CONTRIBUTOR, scope=scope)

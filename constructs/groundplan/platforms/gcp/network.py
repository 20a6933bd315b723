"""A network of Google Cloud: subnets, the way out, and peers.

See https://cloud.google.com/vpc/docs/vpc and https://cloud.google.com/nat/docs/overview .
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from groundplan.parts import Component, Json, Part
from groundplan.platforms.gcp.chapter import Network as NetworkModel
from groundplan.platforms.gcp.chapter import Subnet
from groundplan.platforms.gcp.facts import PRIVATE_TIERS
from groundplan.platforms.gcp.resource import GcpPart, reference
from groundplan.platforms.gcp.site import Site
from groundplan.platforms.gcp.words import PODS, SERVICES

NETWORK = "network"
"""Object name of the network."""

FLOW_LOGS: Json = {"aggregationInterval": "INTERVAL_10_MIN", "flowSampling": 0.5, "metadata": "INCLUDE_ALL_METADATA"}
"""Half of the connections, in sums of ten minutes: who talked to whom, at a bearable price."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkProps:
    """What a network is made of, and which others it has ways to."""

    network: NetworkModel
    """Addresses and subnets."""

    cluster_subnet: str
    """The subnet whose ranges pods and Services take from."""

    peers: Mapping[str, str] = field(default_factory=dict)
    """Peer to Google's name of its network. Default none."""


class Network(GcpPart):
    """The network of one cluster.

    Emits ComputeNetwork, ComputeSubnetworks, ComputeRouter, ComputeRouterNAT with its ComputeAddresses, and
    ComputeNetworkPeerings. A network of Google's is open to nobody until a firewall says so.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: NetworkProps) -> None:
        super().__init__(scope, id_, site)
        self._props, self._network = props, props.network
        self.emit_resource(
            "ComputeNetwork",
            NETWORK,
            {
                "description": f"Network of cluster {site.cluster}",
                "autoCreateSubnetworks": False,
                "routingMode": "REGIONAL",
            },
            called=site.cluster,
            confirm=True,
        )
        for name, subnet in self._network.subnets.items():
            self._add_subnet(name, subnet)
        self._add_way_out()
        for name, theirs in props.peers.items():
            self._add_peering(name, theirs)

    def _add_subnet(self, name: str, subnet: Subnet) -> None:
        blocks = {PODS: self._network.pods, SERVICES: self._network.services}
        ranges = [{"rangeName": what, "ipCidrRange": block} for what, block in blocks.items()]
        self.emit_resource(
            "ComputeSubnetwork",
            name,
            {
                "description": f"Tier {subnet.tier}",
                "networkRef": reference(NETWORK),
                "region": self.site.region,
                "ipCidrRange": subnet.cidr,
                "privateIpGoogleAccess": True,
                "stackType": "IPV4_ONLY",
                "secondaryIpRange": ranges if name == self._props.cluster_subnet else None,
                "logConfig": dict(FLOW_LOGS) if self._network.flow_logs else None,
            },
            called=f"{self.site.cluster}-{name}",
            confirm=True,
        )

    def _add_way_out(self) -> None:
        site = self.site
        addresses = [f"nat-{number}" for number in range(1, self._network.nat_addresses + 1)]
        for name in addresses:
            self.emit_resource(
                "ComputeAddress",
                name,
                {
                    "description": f"What cluster {site.cluster} goes out by",
                    "addressType": "EXTERNAL",
                    "location": site.region,
                },
                called=f"{site.cluster}-{name}",
                confirm=True,
            )
        self.emit_resource(
            "ComputeRouter",
            "way-out",
            {"networkRef": reference(NETWORK), "region": site.region},
            called=f"{site.cluster}-way-out",
        )
        private = [name for name, subnet in self._network.subnets.items() if subnet.tier in PRIVATE_TIERS]
        self.emit_resource(
            "ComputeRouterNAT",
            "way-out",
            {
                "routerRef": reference("way-out"),
                "region": site.region,
                "natIpAllocateOption": "MANUAL_ONLY",
                "natIps": [reference(name) for name in addresses],
                "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS",
                "subnetwork": [
                    {"subnetworkRef": reference(name), "sourceIpRangesToNat": ["ALL_IP_RANGES"]} for name in private
                ],
                "enableDynamicPortAllocation": True,
                "enableEndpointIndependentMapping": False,
                "minPortsPerVm": 64,
                "maxPortsPerVm": 4096,
                "logConfig": {"enable": True, "filter": "ERRORS_ONLY"},
            },
            called=f"{site.cluster}-way-out",
        )

    def _add_peering(self, name: str, theirs: str) -> None:
        """Each side makes its half; packets flow when both are there. Pods of both sides are known to either."""
        self.emit_resource(
            "ComputeNetworkPeering",
            name,
            {
                "networkRef": reference(NETWORK),
                "peerNetworkRef": {"external": theirs},
                "exportCustomRoutes": False,
                "importCustomRoutes": False,
            },
            called=f"{self.site.cluster}-{name}",
        )

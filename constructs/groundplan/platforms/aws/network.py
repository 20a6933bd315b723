"""A VPC of three tiers: public, app and db. See https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.model.environment import Environment
from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.chapter import Network as NetworkModel
from groundplan.platforms.aws.chapter import Subnet
from groundplan.platforms.aws.facts import network_of
from groundplan.platforms.aws.resource import AwsPart, reference
from groundplan.platforms.aws.site import Site

ANYWHERE = "0.0.0.0/0"

SUBNET_ROLES = {"public": {"kubernetes.io/role/elb": "1"}, "app": {"kubernetes.io/role/internal-elb": "1"}}
"""Tags by which the AWS Load Balancer Controller finds the subnets for public and for internal load balancers."""

ENDPOINT_SERVICES = {"storage": ("s3",), "registry": ("ecr.api", "ecr.dkr"), "secrets": ("secretsmanager",)}
"""Our name of a provider service to the endpoint services it takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkProps:
    """What a network is made of, and which others it has ways to."""

    network: NetworkModel
    """Addresses, subnets, gateways and endpoints."""

    zones: Sequence[str]
    """Availability zones, which subnets count from 1."""

    peers: Mapping[str, str] = field(default_factory=dict)
    """Peer to the address block of its network. Default none."""


class Network(AwsPart):
    """The network of one cluster: subnets, gateways, routes and endpoints.

    Emits VPC, InternetGateway, RouteTables, Subnets, NATGateways with their ElasticIPAddresses, and VPCEndpoints. Every
    object refers to those it needs; the controllers wait for one another, so nothing here is ordered, and no two
    objects may wait for each other.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: NetworkProps) -> None:
        super().__init__(scope, id_, site)
        network = self.network = props.network
        self._zones, self._peers = props.zones, props.peers
        self._add_vpc()
        self._add_internet_gateway()
        self._add_route_tables()
        for name, subnet in network.subnets.items():
            self._add_subnet(name, subnet)
        for zone in self._nat_zones():
            self._add_nat(zone)
        self._add_endpoints()

    def _add_vpc(self) -> None:
        self.emit_resource(
            "ec2",
            "VPC",
            "network",
            {
                "cidrBlocks": [self.network.cidr],
                "enableDNSSupport": True,
                "enableDNSHostnames": True,
                "disallowSecurityGroupDefaultRules": True,
                "tags": self.tags(self.cluster_name),
            },
            confirm=True,
        )

    def _add_internet_gateway(self) -> None:
        self.emit_resource(
            "ec2",
            "InternetGateway",
            "internet",
            {"vpcRef": reference("network"), "tags": self.tags(f"{self.cluster_name}-internet")},
        )

    def _add_route_tables(self) -> None:
        self._add_route_table("public", {"gatewayRef": reference("internet")})
        for tier, zone in sorted({(subnet.tier, subnet.zone) for subnet in self.network.subnets.values()}):
            if tier != "public":
                self._add_route_table(f"{tier}-{zone}", {"natGatewayRef": reference(f"nat-{self._nat_zone(zone)}")})

    def _add_route_table(self, name: str, way_out: Json) -> None:
        self.emit_resource(
            "ec2",
            "RouteTable",
            name,
            {
                "vpcRef": reference("network"),
                "routes": [{"destinationCIDRBlock": ANYWHERE, **way_out}, *self._peer_routes()],
                "tags": self.tags(f"{self.cluster_name}-{name}"),
            },
        )

    def _peer_routes(self) -> list[Json]:
        """Ways to the peers whose connection has an id.

        By id and not by reference: a reference would make every subnet wait for a connection that the other region
        has yet to accept.
        """
        routes = []
        for name, cidr in self._peers.items():
            connection = self.assigned(f"peering.{name}")
            if connection is not None:
                routes.append({"destinationCIDRBlock": cidr, "vpcPeeringConnectionID": connection})
        return routes

    def _add_subnet(self, name: str, subnet: Subnet) -> None:
        table = "public" if subnet.tier == "public" else f"{subnet.tier}-{subnet.zone}"
        bastion = self.network.bastion
        tags = {
            **self.tag_map(f"{self.cluster_name}-{name}"),
            f"kubernetes.io/cluster/{self.cluster_name}": "shared",
            **SUBNET_ROLES.get(subnet.tier, {}),
        }
        self.emit_resource(
            "ec2",
            "Subnet",
            name,
            {
                "vpcRef": reference("network"),
                "availabilityZone": self._zones[subnet.zone - 1],
                "cidrBlock": subnet.cidr,
                # A bastion reaches Session Manager through a public address; load balancers and NAT bring their own.
                "mapPublicIPOnLaunch": bastion is not None and bastion.subnet == name,
                "routeTableRefs": [reference(table)],
                "tags": [{"key": key, "value": value} for key, value in tags.items()],
            },
        )

    def _nat_zones(self) -> list[int]:
        zones = sorted({subnet.zone for subnet in self.network.subnets.values() if subnet.tier == "public"})
        private = any(subnet.tier != "public" for subnet in self.network.subnets.values())
        if not private:
            return []
        return zones[:1] if self.network.nat == "single" else zones

    def _nat_zone(self, zone: int) -> int:
        """The zone whose NAT gateway serves `zone`: its own, or the only one."""
        return zone if zone in self._nat_zones() else self._nat_zones()[0]

    def _public_subnet(self, zone: int) -> str:
        return next(
            name for name, subnet in self.network.subnets.items() if subnet.tier == "public" and subnet.zone == zone
        )

    def _add_nat(self, zone: int) -> None:
        name = f"nat-{zone}"
        self.emit_resource("ec2", "ElasticIPAddress", name, {"tags": self.tags(f"{self.cluster_name}-{name}")})
        self.emit_resource(
            "ec2",
            "NATGateway",
            name,
            {
                "allocationRef": reference(name),
                "connectivityType": "public",
                "subnetRef": reference(self._public_subnet(zone)),
                "tags": self.tags(f"{self.cluster_name}-{name}"),
            },
        )

    def _add_endpoints(self) -> None:
        for wanted in ("storage", *self.network.endpoints):
            for service in ENDPOINT_SERVICES[wanted]:
                reach = self._gateway_reach() if wanted == "storage" else self._interface_reach()
                name = service.replace(".", "-")
                self.emit_resource(
                    "ec2",
                    "VPCEndpoint",
                    name,
                    {
                        "vpcRef": reference("network"),
                        "serviceName": f"com.amazonaws.{self.region}.{service}",
                        **reach,
                        "tags": self.tags(f"{self.cluster_name}-{name}"),
                    },
                )

    def _gateway_reach(self) -> Json:
        private = sorted({(subnet.tier, subnet.zone) for subnet in self.network.subnets.values()})
        tables = [f"{tier}-{zone}" for tier, zone in private if tier != "public"]
        return {"vpcEndpointType": "Gateway", "routeTableRefs": [reference(table) for table in tables]}

    def _interface_reach(self) -> Json:
        subnets = [name for name, subnet in self.network.subnets.items() if subnet.tier == "app"]
        return {
            "vpcEndpointType": "Interface",
            "privateDNSEnabled": True,
            "subnetRefs": [reference(name) for name in subnets],
            "securityGroupRefs": [reference("endpoints")],
        }


def peer_cidrs(environment: Environment, network: NetworkModel) -> dict[str, str]:
    """Peer to the address block of its network, for the peers whose environment is known."""
    others = {name: environment.neighbour(peer.environment) for name, peer in sorted(network.peers.items())}
    networks = {name: network_of(other) for name, other in others.items() if other is not None}
    return {name: theirs.cidr for name, theirs in networks.items() if theirs is not None}

"""Who may connect to what in the network, tier by tier.

A group refers to the groups it admits, and a controller waits for what is referred to, so references must not form a
circle: alb, control plane and bastion come first, then the app nodes, then the db nodes. Where traffic runs the other
way the sender's subnets are named instead. See https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html .

These objects own their groups' rules: the controller revokes every rule that is not written here. So load balancers wear
groups from here too, and nothing else in the cluster may open a port for itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.chapter import Network
from groundplan.platforms.aws.network import ANYWHERE
from groundplan.platforms.aws.resource import AwsPart, reference
from groundplan.platforms.aws.site import Site

HTTPS = 443
DNS = 53
KUBELET = 10250
UNPRIVILEGED = (1024, 65535)
"""Ports that pods which are not root can listen on."""

DATABASE_PORTS = {"postgres": 5432, "redis": 6379}
INSTANCE_MANAGER = 8000
"""Where a CloudNativePG instance says how it is; load balancers of replication ask there."""

DATABASE_OBSERVERS = {"node exporter": 9100, "CloudNativePG instance manager": INSTANCE_MANAGER, "Redis exporter": 9121,
                      "PostgreSQL exporter": 9187, "kubelet": KUBELET}  # fmt: skip
"""What operators and Prometheus on the app nodes ask of the db nodes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SecurityGroupsProps:
    """Who stands in the network and who comes to it from outside."""

    network: Network
    """Subnets by tier, bastion and endpoints."""

    sources: Sequence[str] = ()
    """Networks that public load balancers admit. Default none: there is no way in."""

    peers: Sequence[str] = ()
    """Address blocks of peered networks, whose standbys follow databases here. Default none."""

    listens: Mapping[str, int] = field(default_factory=dict)
    """What each kind of database listens on where that is not its usual port. Default nothing."""

    load_balancer_tag: str
    """Name by which the controller finds the group of public load balancers."""

    replication_tag: str
    """Name by which it finds the group of those that standbys follow databases through."""


class GroupPart(AwsPart):
    """Part that renders security groups."""

    def add_group(
        self, name: str, description: str, ingress: list[Json], *, tag: str | None = None, owned: bool = False
    ) -> None:
        """Add a group of the cluster's network; what wears it may talk to everywhere.

        Args:
            name: what stands behind the cluster's name in its own.
            description: who wears it.
            ingress: rules that admit somebody.
            tag: name that it is looked for by. Default its own.
            owned: whether the cluster's controllers may change it. Default false.
        """
        tags = self.tags(tag or f"{self.cluster_name}-{name}")
        if owned:
            tags.append({"key": f"kubernetes.io/cluster/{self.cluster_name}", "value": "owned"})
        self.emit_resource(
            "ec2",
            "SecurityGroup",
            name,
            {
                "name": f"{self.cluster_name}-{name}",
                "description": description,
                "vpcRef": reference("network"),
                "ingressRules": ingress,
                "egressRules": [{"ipProtocol": "-1", "ipRanges": [{"cidrIP": ANYWHERE, "description": "everywhere"}]}],
                "tags": tags,
            },
        )


class SecurityGroups(GroupPart):
    """The security groups of a three-tier network; nothing but the load balancers is open to the Internet."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: SecurityGroupsProps) -> None:
        super().__init__(scope, id_, site)
        network = self.network = props.network
        self._props, self._peers = props, sorted(props.peers)
        self._add_load_balancers()
        self._add_control_plane()
        self._add_app_nodes()
        if self._cidrs("db"):
            self._add_replication()
            self._add_db_nodes()
        if network.bastion is not None:
            self._add_bastion()
        if network.endpoints:
            self._add_endpoints()

    def _add_load_balancers(self) -> None:
        sources = list(self._props.sources)
        rules = [from_networks(sources, HTTPS, "HTTPS from outside")] if sources else []
        self.add_group("alb", "Public load balancers", rules, tag=self._props.load_balancer_tag)

    def _add_control_plane(self) -> None:
        nodes = [*self._cidrs("app"), *self._cidrs("db")]
        rules = [from_networks(nodes, HTTPS, "nodes and pods to the API server")]
        if self.network.bastion is not None:
            rules.append(from_group("bastion", HTTPS, "people to the API server, through the bastion"))
        self.add_group("control-plane", "Kubernetes API server", rules)

    def _add_app_nodes(self) -> None:
        databases = self._cidrs("db")
        rules = [
            from_itself(None, "within the group"),
            from_group("alb", UNPRIVILEGED, "load balancers to pods"),
            from_group("control-plane", HTTPS, "API server to webhooks"),
            from_group("control-plane", UNPRIVILEGED, "API server to kubelets and webhooks"),
        ]
        if databases:
            rules += [
                from_networks(databases, DNS, "db nodes to the name server", protocol=protocol)
                for protocol in ("tcp", "udp")
            ]
        self.add_group("app-nodes", "Nodes of the app tier", rules, owned=True)

    def _add_replication(self) -> None:
        if self._peers:
            self.add_group(
                "replication",
                "Internal load balancers of replicated databases",
                [from_networks(self._peers, DATABASE_PORTS["postgres"], "standbys in peered networks")],
                tag=self._props.replication_tag,
            )

    def _add_db_nodes(self) -> None:
        rules = [from_itself(None, "within the group"), from_group("control-plane", KUBELET, "API server to kubelets")]
        for what, port in self._database_ports().items():
            rules.append(from_group("app-nodes", port, f"app nodes to {what}"))
            if self.network.bastion is not None:
                rules.append(from_group("bastion", port, f"bastion to {what}"))
        rules += [
            from_group("app-nodes", port, f"app nodes to the {what}") for what, port in DATABASE_OBSERVERS.items()
        ]
        if self._peers:
            rules += [
                from_networks(self._peers, DATABASE_PORTS["postgres"], "replication from peered networks"),
                from_group("replication", DATABASE_PORTS["postgres"], "replication's load balancers to postgres"),
                from_group("replication", INSTANCE_MANAGER, "replication's load balancers ask for health"),
            ]
        self.add_group("db-nodes", "Nodes of the db tier", rules, owned=True)

    def _database_ports(self) -> dict[str, int]:
        """The default ports, and whatever the stores of this environment say instead."""
        return {**DATABASE_PORTS, **self._props.listens}

    def _add_bastion(self) -> None:
        self.add_group("bastion", "Bastion: Session Manager only, nothing comes in", [])

    def _add_endpoints(self) -> None:
        self.add_group(
            "endpoints",
            "Interface endpoints of AWS services",
            [from_networks([self.network.cidr], HTTPS, "the network to AWS services")],
        )

    def _cidrs(self, tier: str) -> list[str]:
        return [subnet.cidr for subnet in self.network.subnets.values() if subnet.tier == tier]


def from_networks(cidrs: list[str], port: int, why: str, *, protocol: str = "tcp") -> Json:
    """A rule that admits address blocks to one port."""
    return {
        "ipProtocol": protocol,
        "fromPort": port,
        "toPort": port,
        "ipRanges": [{"cidrIP": cidr, "description": why} for cidr in cidrs],
    }


def from_group(group: str, ports: int | tuple[int, int], why: str) -> Json:
    """A rule that admits the members of another group to one port or a range."""
    low, high = (ports, ports) if isinstance(ports, int) else ports
    return {
        "ipProtocol": "tcp",
        "fromPort": low,
        "toPort": high,
        "userIDGroupPairs": [{"groupRef": reference(group), "description": why}],
    }


def from_itself(ports: tuple[int, int] | None, why: str, *, protocol: str = "tcp") -> Json:
    """A rule that admits members of the group to ports of one another, or to all where none are named.

    A pair that names no group means the group itself.
    """
    pair = [{"description": why}]
    if ports is None:
        return {"ipProtocol": "-1", "userIDGroupPairs": pair}
    return {"ipProtocol": protocol, "fromPort": ports[0], "toPort": ports[1], "userIDGroupPairs": pair}

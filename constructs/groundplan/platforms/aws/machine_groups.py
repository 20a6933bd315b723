"""Who may connect to whom where machines are a cluster by themselves, and pods have addresses of their own.

Packets between pods travel inside packets between machines, so groups tell machines apart and network policies pods.
Every machine wears `machines`; those of the control plane wear `control-plane` beside it, and those that load balancers
lead to wear `app-nodes`. See https://docs.tigera.io/calico/latest/getting-started/kubernetes/requirements#network-requirements
and https://kubernetes.io/docs/reference/networking/ports-and-protocols/ .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.chapter import Network
from groundplan.platforms.aws.network import ANYWHERE
from groundplan.platforms.aws.resource import AwsPart, reference
from groundplan.platforms.aws.security_groups import from_group, from_networks
from groundplan.platforms.aws.site import Site

API = 6443
ETCD = (2379, 2380)
VXLAN = 4789
TYPHA = 5473
KUBELET = 10250
NODE_EXPORTER = 9100
NODE_PORTS = (30000, 32767)

AMONG_MACHINES = {
    "the pod network's routes": TYPHA,
    "the kubelet": KUBELET,
    "the node exporter": NODE_EXPORTER,
}
"""What listens on machines themselves and is asked by pods or machines, by its TCP port."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineGroupsProps:
    """Who stands in the network and who comes to it from outside."""

    network: Network
    """Subnets by tier, bastion and endpoints."""

    managers: Sequence[str]
    """Address blocks of the management cluster, which asks the API server."""

    sources: Sequence[str] = ()
    """Networks that public load balancers admit. Default none: there are no such load balancers."""

    ports: Sequence[int] = (443,)
    """Ports of public load balancers. Default HTTPS alone."""

    load_balancer_tag: str
    """Name by which the controller finds the group of public load balancers."""


class MachineGroups(AwsPart):
    """The security groups of a cluster of machines; nothing but public load balancers is open to the Internet."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: MachineGroupsProps) -> None:
        super().__init__(scope, id_, site)
        self._props = props
        network = props.network
        bastion = network.bastion is not None
        public = [
            from_networks(list(props.sources), port, "requests from outside") for port in props.ports if props.sources
        ]
        self._add_group("alb", "Public load balancers", public, tag=props.load_balancer_tag)
        if bastion:
            self._add_group("bastion", "Bastion: Session Manager only, nothing comes in", [])
        self._add_group("balancers", "Worn by machines for load balancers that the cluster makes; nothing comes in by it", [])  # fmt: skip
        self._add_group("machines", "Every machine of the cluster", _among_machines())
        admitted = [
            from_group("machines", API, "machines and pods to the API server"),
            from_networks(list(props.managers), API, "the management cluster to the API server"),
        ]
        if bastion:
            admitted.append(from_group("bastion", API, "people to the API server, through the bastion"))
        self._add_group("api-server", "Load balancer of the Kubernetes API", admitted)
        self._add_group(
            "control-plane",
            "Machines of the control plane",
            [
                from_itself(ETCD, "etcd"),
                from_group("api-server", API, "the load balancer to the API server"),
                from_group("machines", API, "pods to the API server"),
            ],
        )
        self._add_group("app-nodes", "Machines that load balancers lead to", [from_group("alb", NODE_PORTS, "load balancers to Services")])  # fmt: skip
        if set(network.endpoints) - {"storage"}:
            self._add_group(
                "endpoints",
                "Interface endpoints of AWS services",
                [from_networks([network.cidr], 443, "the network to AWS services")],
            )

    def _add_group(self, name: str, description: str, ingress: list[Json], *, tag: str | None = None) -> None:
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
                "tags": self.tags(tag or f"{self.cluster_name}-{name}"),
            },
        )


def _among_machines() -> list[Json]:
    pods = from_itself((VXLAN, VXLAN), "packets between pods", protocol="udp")
    return [pods, *(from_itself((port, port), what) for what, port in AMONG_MACHINES.items())]


def from_itself(ports: tuple[int, int], why: str, *, protocol: str = "tcp") -> Json:
    """A rule that admits members of the group to ports of one another; a pair that names no group means the group itself."""
    return {
        "ipProtocol": protocol,
        "fromPort": ports[0],
        "toPort": ports[1],
        "userIDGroupPairs": [{"description": why}],
    }

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
from groundplan.platforms.aws.security_groups import GroupPart, from_group, from_itself, from_networks
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


class MachineGroups(GroupPart):
    """The security groups of a cluster of machines; nothing but public load balancers is open to the Internet."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: MachineGroupsProps) -> None:
        super().__init__(scope, id_, site)
        self._props = props
        network = props.network
        bastion = network.bastion is not None
        public = [
            from_networks(list(props.sources), port, "requests from outside") for port in props.ports if props.sources
        ]
        self.add_group("alb", "Public load balancers", public, tag=props.load_balancer_tag)
        if bastion:
            self.add_group("bastion", "Bastion: Session Manager only, nothing comes in", [])
        self.add_group("balancers", "Worn by machines for load balancers that the cluster makes; nothing comes in by it", [])  # fmt: skip
        self.add_group("machines", "Every machine of the cluster", _among_machines())
        admitted = [
            from_group("machines", API, "machines and pods to the API server"),
            from_networks(list(props.managers), API, "the management cluster to the API server"),
        ]
        if bastion:
            admitted.append(from_group("bastion", API, "people to the API server, through the bastion"))
        self.add_group("api-server", "Load balancer of the Kubernetes API", admitted)
        self.add_group(
            "control-plane",
            "Machines of the control plane",
            [
                from_itself(ETCD, "etcd"),
                from_group("api-server", API, "the load balancer to the API server"),
                from_group("machines", API, "pods to the API server"),
            ],
        )
        self.add_group("app-nodes", "Machines that load balancers lead to", [from_group("alb", NODE_PORTS, "load balancers to Services")])  # fmt: skip
        if set(network.endpoints) - {"storage"}:
            self.add_group(
                "endpoints",
                "Interface endpoints of AWS services",
                [from_networks([network.cidr], 443, "the network to AWS services")],
            )


def _among_machines() -> list[Json]:
    pods = from_itself((VXLAN, VXLAN), "packets between pods", protocol="udp")
    return [pods, *(from_itself((port, port), what) for what, port in AMONG_MACHINES.items())]

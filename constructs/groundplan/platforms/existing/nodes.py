"""Nodes of a cluster that somebody else made: what the environment file says of them is all there is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from groundplan.facts.capacity import Amount
from groundplan.model.values import quantity
from groundplan.platforms.existing.chapter import StatedNodes
from groundplan.platforms.nodes import SERVED, Nodes, PlatformPods, Pool

SYSTEM = (
    PlatformPods(name="kube-proxy and the pod network", each=Amount(Decimal("0.1"), Decimal(64 * 2**20))),
    PlatformPods(name="coredns", each=Amount(Decimal("0.1"), Decimal(70 * 2**20)), count=2),
)
"""What any cluster runs; whoever runs more states less as `cpu` and `memory`."""

KEPT = Amount(Decimal("0.1"), Decimal(256 * 2**20))
"""What the kubelet and the system keep of a node: what kubeadm's and k3s' users are told to keep at least.

See https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/ .
"""


def stated(groups: dict[str, StatedNodes], zones: Sequence[str]) -> Nodes | None:
    """The nodes as stated; None where nothing is."""
    if not groups:
        return None
    return Nodes(pools=tuple(_pool(name, group, zones) for name, group in groups.items()), pods=SYSTEM)


def _pool(name: str, group: StatedNodes, zones: Sequence[str]) -> Pool:
    disk = quantity(group.disk) * SERVED
    whole = Amount(quantity(group.cpu), quantity(group.memory), disk)
    return Pool(
        name=name,
        machine=f"{group.cpu} CPU, {group.memory}",
        each=whole - KEPT,
        pods=group.pods,
        fewest=group.count,
        most=group.count,
        zones=tuple(zones),
        labels=group.labels,
        taints=tuple(taint.model_dump() for taint in group.taints),
        setting=f"platform.existing.nodes.{name}.count",
        machine_setting=f"platform.existing.nodes.{name}",
    )

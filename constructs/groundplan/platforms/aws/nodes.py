"""Nodes of EKS, read from the rendered node groups, their launch templates and subnets.

See https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html and, for what the kubelet keeps,
https://github.com/awslabs/amazon-eks-ami .
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from groundplan.facts.capacity import Amount
from groundplan.kubernetes.kinds import api_group
from groundplan.model.values import quantity
from groundplan.platforms.aws.words import TAINT_EFFECTS
from groundplan.platforms.machine_pools import Machine
from groundplan.platforms.nodes import SERVED, Json, Nodes, Pool, Subnet, platform_pods
from groundplan.platforms.resources import data_of

PACKAGE = "groundplan.platforms.aws"
MEBI = Decimal(2**20)
GIBI = Decimal(2**30)

RESERVED = 5
"""Addresses of a subnet that AWS keeps."""

EFFECTS = {value: key for key, value in TAINT_EFFECTS.items()}
"""Effects of taints as Kubernetes writes them, by how EKS does."""


def nodes_of(documents: Iterable[Json]) -> Nodes | None:
    """The nodes of the one cluster among the rendered documents of an environment; None where there is none."""
    items = [item for item in documents if api_group(str(item["apiVersion"])).endswith(".services.k8s.aws")]
    groups = [item for item in items if item["kind"] == "Nodegroup"]
    if not groups:
        return None
    known = [item for item in groups if _machine_of(item) in _table()["machines"]]
    return Nodes(
        pools=tuple(_pool(item, items) for item in known),
        pods=platform_pods(_table()["pods_of_the_platform"], _of(items, "Addon")),
        subnets=tuple(_subnet(tier, known, items) for tier in _tiers(known)),
        unknown=tuple((_named(item), _machine_of(item)) for item in groups if item not in known),
    )


def _table() -> Mapping[str, Any]:
    return data_of(PACKAGE, "nodes.yaml")


def _of(items: Iterable[Json], kind: str) -> list[Json]:
    return [item for item in items if item["kind"] == kind]


def _named(item: Json) -> str:
    return f"{item['kind']} {item['metadata']['name']}"


def _machine_of(group: Json) -> str:
    return str(group["spec"]["instanceTypes"][0])


def _pool(group: Json, items: Sequence[Json]) -> Pool:
    spec = group["spec"]
    machine = _table()["machines"][_machine_of(group)]
    name = str(spec["name"])
    scaling = spec["scalingConfig"]
    pods = most_pods(machine)
    return Pool(
        name=name,
        machine=_machine_of(group),
        each=_left(machine, pods, _disk(group, items)),
        pods=pods,
        fewest=int(scaling["minSize"]),
        most=int(scaling["maxSize"]),
        surge=int((spec.get("updateConfig") or {}).get("maxUnavailable", 1)),
        zones=tuple(dict.fromkeys(subnet["spec"]["availabilityZone"] for subnet in _subnets_of(group, items))),
        labels=spec.get("labels", {}),
        taints=tuple({**taint, "effect": EFFECTS[taint["effect"]]} for taint in spec.get("taints", ())),
        volumes=int(machine["volumes"]),
        sustained=Decimal(str(machine["sustained"])) if "sustained" in machine else None,
        name_of_object=_named(group),
        path=("spec", "scalingConfig", "maxSize"),
        setting=f"cluster.node_pools.{name}.max",
        machine_setting=f"cluster.node_pools.{name}.instance",
    )


def machine_of(template: Json) -> Machine:
    """What a template of machines makes."""
    spec = template["spec"]["template"]["spec"]
    kind = str(spec.get("instanceType", ""))
    row = _table()["machines"].get(kind)
    if row is None:
        return Machine(type=kind, cpu=None)
    return Machine(
        type=kind,
        cpu=Decimal(int(row["cpu"])),
        memory=quantity(row["memory"]) * Decimal(str(_table()["seen_percent"])) / 100,
        disk=Decimal(int((spec.get("rootVolume") or {}).get("size", 8))),
        volumes=int(row["volumes"]),
        sustained=Decimal(str(row["sustained"])) if "sustained" in row else None,
    )


def most_pods(machine: Mapping[str, Any]) -> int:
    """Pods a machine takes: each has an address of a network interface, the first of which is the interface's own."""
    return int(machine["interfaces"]) * (int(machine["addresses"]) - 1) + 2


def _left(machine: Mapping[str, Any], pods: int, disk: int) -> Amount:
    """What the kubelet leaves to pods of one machine."""
    seen = quantity(machine["memory"]) * Decimal(str(_table()["seen_percent"])) / 100
    kept = (255 + 11 * pods + 100) * MEBI
    return Amount(
        Decimal(int(machine["cpu"])) - Decimal(kept_millicores(int(machine["cpu"]))) / 1000,
        seen - kept,
        Decimal(disk) * GIBI * SERVED - GIBI,
    )


def kept_millicores(cores: int) -> int:
    """Millicores that EKS keeps of a machine: 6 % of a core, 1 % of the second, half a percent of two more, then a quarter."""
    shares = [60, 10, 5, 5]
    return int(sum(shares[:cores]) + Decimal("2.5") * max(0, cores - len(shares)))


def _disk(group: Json, items: Iterable[Json]) -> int:
    wanted = (group["spec"].get("launchTemplate") or {}).get("name")
    for item in _of(items, "LaunchTemplate"):
        if item["spec"]["name"] == wanted:
            devices = item["spec"]["data"].get("blockDeviceMappings", ())
            return int(next((device["ebs"]["volumeSize"] for device in devices), 20))
    return int(group["spec"].get("diskSize", 20))


def _subnets_of(group: Json, items: Iterable[Json]) -> list[Json]:
    names = {entry["from"]["name"] for entry in group["spec"].get("subnetRefs", ())}
    return [item for item in _of(items, "Subnet") if item["metadata"]["name"] in names]


def _tiers(groups: Iterable[Json]) -> Iterator[tuple[str, ...]]:
    """The sets of subnets that node groups stand in, each once."""
    yield from dict.fromkeys(
        tuple(entry["from"]["name"] for entry in group["spec"].get("subnetRefs", ())) for group in groups
    )


def _subnet(names: tuple[str, ...], groups: Iterable[Json], items: Sequence[Json]) -> Subnet:
    """Addresses of the subnets together: pods take one each, and a node keeps an interface full of them ready.

    See https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/eni-and-ip-target.md .
    """
    inside = [item for item in _of(items, "Subnet") if item["metadata"]["name"] in names]
    pools = [
        group for group in groups if tuple(entry["from"]["name"] for entry in group["spec"]["subnetRefs"]) == names
    ]
    largest = max(int(_table()["machines"][_machine_of(group)]["addresses"]) for group in pools)
    return Subnet(
        name=f"Subnet {names[0]}",
        path=("spec", "cidrBlock"),
        pools=tuple(str(group["spec"]["name"]) for group in pools),
        free=sum(ipaddress.ip_network(item["spec"]["cidrBlock"]).num_addresses - RESERVED for item in inside),
        node=0,
        interface=largest,
        beside=tuple(f"Subnet {name}" for name in names[1:]),
        setting="platform.aws.network.subnets",
    )

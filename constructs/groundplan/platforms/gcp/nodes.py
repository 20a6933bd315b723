"""Nodes of GKE, read from the rendered node pools and the subnet of their cluster.

See https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes .
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from groundplan.facts.capacity import Amount
from groundplan.kubernetes.kinds import api_group
from groundplan.model.values import quantity
from groundplan.platforms.gcp.words import EFFECTS, POD_BLOCK, PODS
from groundplan.platforms.nodes import Json, Nodes, Pool, Subnet, platform_pods
from groundplan.platforms.resources import data_of

PACKAGE = "groundplan.platforms.gcp"
MEBI = Decimal(2**20)
GIBI = Decimal(2**30)

RESERVED = 4
"""Addresses of a subnet that Google keeps."""

READ = {value: key for key, value in EFFECTS.items()}
"""Effects of taints as Kubernetes writes them, by how Google does."""


def nodes_of(documents: Iterable[Json]) -> Nodes | None:
    """The nodes of the one cluster among the rendered documents of an environment; None where there is none."""
    items = [item for item in documents if api_group(str(item["apiVersion"])).endswith(".cnrm.cloud.google.com")]
    pools = _of(items, "ContainerNodePool")
    if not pools:
        return None
    known = [item for item in pools if _machine_of(item) in _table()["machines"]]
    return Nodes(
        pools=tuple(_pool(item) for item in known),
        pods=platform_pods(_table()["pods_of_the_platform"], _of(items, "ContainerCluster")),
        subnets=tuple(_subnets(known, items)),
        unknown=tuple((_named(item), _machine_of(item)) for item in pools if item not in known),
    )


def _table() -> Mapping[str, Any]:
    return data_of(PACKAGE, "nodes.yaml")


def _of(items: Iterable[Json], kind: str) -> list[Json]:
    return [item for item in items if item["kind"] == kind]


def _named(item: Json) -> str:
    return f"{item['kind']} {item['metadata']['name']}"


def _machine_of(pool: Json) -> str:
    return str(pool["spec"]["nodeConfig"]["machineType"])


def _pool(item: Json) -> Pool:
    spec, config = item["spec"], item["spec"]["nodeConfig"]
    machine = _table()["machines"][_machine_of(item)]
    name = str(spec.get("resourceID", item["metadata"]["name"]))
    scaling = spec["autoscaling"]
    return Pool(
        name=name,
        machine=_machine_of(item),
        each=_left(machine, int(config.get("diskSizeGb", 100))),
        pods=int(spec.get("maxPodsPerNode", 110)),
        fewest=int(scaling["totalMinNodeCount"]),
        most=int(scaling["totalMaxNodeCount"]),
        surge=int((spec.get("upgradeSettings") or {}).get("maxSurge", 0)),
        zones=tuple(spec.get("nodeLocations", ())),
        labels=config.get("labels", {}),
        taints=tuple({**taint, "effect": READ[taint["effect"]]} for taint in config.get("taint", ())),
        volumes=int(machine["volumes"]),
        sustained=Decimal(str(machine["sustained"])) if "sustained" in machine else None,
        name_of_object=_named(item),
        path=("spec", "autoscaling", "totalMaxNodeCount"),
        setting=f"cluster.node_pools.{name}.max",
        machine_setting=f"cluster.node_pools.{name}.instance",
    )


def _left(machine: Mapping[str, Any], disk: int) -> Amount:
    """What the kubelet leaves to pods of one machine."""
    memory = quantity(machine["memory"])
    return Amount(
        Decimal(str(machine["cpu"])) - kept_cores(machine),
        memory - _kept(memory, _table()["kept_memory"], GIBI) - 100 * MEBI,
        left_of_disk(disk),
    )


def kept_cores(machine: Mapping[str, Any]) -> Decimal:
    """Cores that GKE keeps of a machine; of one that shares its cores a fixed part."""
    if "sustained" in machine:
        return Decimal("1.06")
    return _kept(Decimal(str(machine["cpu"])), _table()["kept_cores"], Decimal(1))


def _kept(whole: Decimal, shares: Sequence[Sequence[Any]], unit: Decimal) -> Decimal:
    """A falling share: `[4, 0.25]` is a quarter of the next four units; `[null, ...]` is of the rest."""
    kept, left = Decimal(0), whole
    for width, share in shares:
        part = left if width is None else min(left, Decimal(str(width)) * unit)
        kept, left = kept + part * Decimal(str(share)), left - part
    return kept


def left_of_disk(size: int) -> Decimal:
    """What a boot disk of `size` GiB leaves to images, logs and scratch space of pods."""
    whole = Decimal(size) * GIBI
    kept = min(whole / 2, 6 * GIBI + whole * Decimal("0.35"), 100 * GIBI)
    return whole - kept - whole / 10


def _subnets(pools: Sequence[Json], items: Sequence[Json]) -> Iterable[Subnet]:
    """Nodes take one address of the cluster's subnet each, and with each 256 of the range of pods."""
    names = tuple(str(item["spec"].get("resourceID", item["metadata"]["name"])) for item in pools)
    for cluster in _of(items, "ContainerCluster"):
        wanted = (cluster["spec"].get("subnetworkRef") or {}).get("name")
        for item in _of(items, "ComputeSubnetwork"):
            if item["metadata"]["name"] != wanted:
                continue
            block = ipaddress.ip_network(item["spec"]["ipCidrRange"])
            yield Subnet(
                name=_named(item),
                path=("spec", "ipCidrRange"),
                pools=names,
                free=block.num_addresses - RESERVED,
                setting=f"platform.gcp.network.subnets.{wanted}.cidr",
            )
            for index, entry in enumerate(item["spec"].get("secondaryIpRange", ())):
                if entry["rangeName"] == PODS:
                    yield Subnet(
                        name=_named(item),
                        path=("spec", "secondaryIpRange", index, "ipCidrRange"),
                        pools=names,
                        free=ipaddress.ip_network(entry["ipCidrRange"]).num_addresses,
                        node=POD_BLOCK,
                        setting="platform.gcp.network.pods",
                    )

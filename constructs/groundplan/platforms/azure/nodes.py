"""Nodes of AKS, read from the rendered cluster and its pools.

See https://learn.microsoft.com/azure/aks/node-resource-reservations .
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from groundplan.facts.capacity import Amount
from groundplan.kubernetes.kinds import api_group
from groundplan.model.values import quantity
from groundplan.platforms.nodes import SERVED, Json, Nodes, Pool, Subnet, platform_pods
from groundplan.platforms.resources import data_of

PACKAGE = "groundplan.platforms.azure"
MEBI = Decimal(2**20)

SPOT: Json = {"key": "kubernetes.azure.com/scalesetpriority", "value": "spot", "effect": "NoSchedule"}
"""Taint that AKS puts on every node of a spot pool. See https://learn.microsoft.com/azure/aks/spot-node-pool ."""

NEW_RESERVATIONS = (1, 29)
"""Kubernetes minor from which less memory is reserved."""

RESERVED = 5
"""Addresses of a subnet that Azure keeps."""


def nodes_of(documents: Iterable[Json]) -> Nodes | None:
    """The nodes of the one cluster among the rendered documents of an environment; None where there is none."""
    items = [item for item in documents if api_group(str(item["apiVersion"])).endswith(".azure.com")]
    cluster = next((item for item in items if item["kind"] == "ManagedCluster"), None)
    if cluster is None:
        return None
    known = set(_table()["machines"])
    found = list(_profiles(cluster, items))
    return Nodes(
        pools=tuple(_pool(cluster, *entry) for entry in found if entry[2]["vmSize"] in known),
        pods=platform_pods(_table()["pods_of_the_platform"], [cluster]),
        subnets=tuple(_subnets(cluster, found, items)),
        unknown=tuple((entry[0], str(entry[2]["vmSize"])) for entry in found if entry[2]["vmSize"] not in known),
    )


Entry = tuple[str, tuple[str | int, ...], Mapping[str, Any]]
"""`Kind name` of the object, where the pool stands in it, and the pool."""


def _table() -> Mapping[str, Any]:
    return data_of(PACKAGE, "nodes.yaml")


def _profiles(cluster: Json, items: Iterable[Json]) -> Iterator[Entry]:
    name = cluster["metadata"]["name"]
    for index, profile in enumerate(cluster["spec"].get("agentPoolProfiles", ())):
        yield f"ManagedCluster {name}", ("spec", "agentPoolProfiles", index), profile
    for item in items:
        if item["kind"] == "ManagedClustersAgentPool" and item["spec"]["owner"]["name"] == name:
            profile = {"name": item["spec"]["azureName"], **item["spec"]}
            yield f"ManagedClustersAgentPool {item['metadata']['name']}", ("spec",), profile


def _pool(cluster: Json, owner: str, path: tuple[str | int, ...], profile: Mapping[str, Any]) -> Pool:
    machine = _table()["machines"][profile["vmSize"]]
    scaled = profile.get("enableAutoScaling", False)
    most = int(profile["maxCount"] if scaled else profile["count"])
    pods = _pods(cluster, profile)
    spot = profile.get("scaleSetPriority") == "Spot"
    mode = str(profile.get("mode", "User")).lower()
    name = str(profile["name"])
    return Pool(
        name=name,
        machine=str(profile["vmSize"]),
        each=_left(machine, pods, str(cluster["spec"]["kubernetesVersion"]), int(profile.get("osDiskSizeGB", 128))),
        pods=pods,
        fewest=int(profile["minCount"] if scaled else profile["count"]),
        most=most,
        surge=_surge(profile, most),
        zones=tuple(profile.get("availabilityZones", ())),
        labels={**profile.get("nodeLabels", {}), "kubernetes.azure.com/mode": mode},
        taints=(*map(_taint, profile.get("nodeTaints", ())), *([SPOT] if spot else [])),
        volumes=int(machine["volumes"]),
        sustained=Decimal(str(machine["sustained"])) if "sustained" in machine else None,
        name_of_object=owner,
        path=(*path, "maxCount" if scaled else "count"),
        setting=f"cluster.node_pools.{name}.max",
        machine_setting=f"cluster.node_pools.{name}.instance",
    )


def _pods(cluster: Json, profile: Mapping[str, Any]) -> int:
    overlay = cluster["spec"]["networkProfile"].get("networkPluginMode") == "overlay"
    return int(profile.get("maxPods") or _table()["pods"]["overlay" if overlay else "flat"])


def _left(machine: Mapping[str, Any], pods: int, version: str, disk: int) -> Amount:
    """What the kubelet leaves to pods of one machine."""
    cores, memory = int(machine["cpu"]), quantity(machine["memory"])
    seen = memory * Decimal(str(_table()["seen_percent"])) / 100
    return Amount(
        Decimal(cores) - Decimal(kept_millicores(cores)) / 1000,
        seen - kept_memory(memory, pods, version),
        Decimal(disk) * 2**30 * SERVED,
    )


def kept_millicores(cores: int) -> int:
    """Millicores that AKS keeps of a machine: the row of the next larger host."""
    rows: Mapping[int, int] = {int(key): int(value) for key, value in _table()["kept_millicores"].items()}
    return next((rows[size] for size in sorted(rows) if size >= cores), max(rows.values()))


def kept_memory(memory: Decimal, pods: int, version: str) -> Decimal:
    """Bytes that AKS keeps of a machine with `memory` bytes that takes `pods`, and the share it evicts at."""
    major, minor = (int(part) for part in version.split(".")[:2])
    if (major, minor) >= NEW_RESERVATIONS:
        return min((20 * pods + 50) * MEBI, memory / 4) + 100 * MEBI
    kept, rest = Decimal(0), memory / 2**30
    for size, percent in ((4, 25), (4, 20), (8, 10), (112, 6), (10**6, 2)):
        part = min(rest, Decimal(size))
        kept, rest = kept + part * percent / 100, rest - part
    return kept * 2**30 + 750 * MEBI


def _surge(profile: Mapping[str, Any], most: int) -> int:
    said = str((profile.get("upgradeSettings") or {}).get("maxSurge", "10%"))
    return math.ceil(most * int(said[:-1]) / 100) if said.endswith("%") else int(said)


def _taint(text: str) -> Json:
    pair, _, effect = text.partition(":")
    key, _, value = pair.partition("=")
    return {"key": key, "value": value, "effect": effect}


def _subnets(cluster: Json, found: Iterable[Entry], items: Iterable[Json]) -> Iterator[Subnet]:
    flat = cluster["spec"]["networkProfile"].get("networkPluginMode") != "overlay"
    entries = list(found)
    for item in items:
        if item["kind"] != "VirtualNetworksSubnet":
            continue
        name = item["metadata"]["name"]
        pools = [entry[2] for entry in entries if entry[2].get("vnetSubnetReference", {}).get("name") == name]
        if pools:
            block = ipaddress.ip_network(item["spec"]["addressPrefix"])
            each = max(_pods(cluster, profile) for profile in pools) if flat else 0
            yield Subnet(
                name=f"VirtualNetworksSubnet {name}",
                path=("spec", "addressPrefix"),
                pools=tuple(str(profile["name"]) for profile in pools),
                free=block.num_addresses - RESERVED,
                node=1 + each,
                setting="platform.azure.network.subnets",
            )

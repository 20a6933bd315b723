"""Nodes as a platform knows them: what each leaves to pods, how many there are, and what the platform itself runs on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from groundplan.facts.capacity import Amount
from groundplan.model.values import quantity
from groundplan.yaml.marked import YamlPath

Json = Mapping[str, Any]

SERVED = Decimal("0.9")
"""Share of a node's file system that the kubelet gives to pods before it evicts them.

See https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/ .
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Equal nodes."""

    name: str
    """Name of the pool."""

    machine: str
    """Machine type, or what the environment calls it."""

    each: Amount
    """What one node leaves to pods (`allocatable`), those of the platform included."""

    pods: int
    """Pods that one node takes."""

    fewest: int
    """Fewest nodes."""

    most: int
    """Most nodes an autoscaler makes."""

    surge: int = 0
    """Nodes that an upgrade adds for a while. Default none."""

    zones: tuple[str, ...] = ()
    """Zones the nodes are spread over. Default one nobody names."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the nodes. Default none."""

    taints: tuple[Json, ...] = ()
    """Taints of the nodes, as Kubernetes writes them. Default none."""

    volumes: int = 0
    """Disks one node can carry; 0 where nobody counts. Default 0."""

    sustained: Decimal | None = None
    """Cores one node may use all the time, of a machine that saves up for bursts. Default all it has."""

    name_of_object: str = ""
    """`Kind name` of the rendered object that makes it; empty where the environment alone tells of it."""

    path: YamlPath = ()
    """Field of that object that bounds the number of nodes."""

    setting: str
    """Where a person writes the number of nodes: `cluster.node_pools.app.max`."""

    machine_setting: str
    """Where a person writes how large they are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformPods:
    """Pods that the platform runs by itself."""

    name: str
    """What they are."""

    each: Amount
    """What one requests."""

    count: int | None = None
    """How many in the cluster. Default None: one on each node."""

    host_network: bool = False
    """Whether they use the addresses of their nodes. Default false."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels their nodes must have. Default any."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subnet:
    """Addresses that some pools take from."""

    name: str
    """`Kind name` of the rendered object."""

    path: YamlPath
    """Field that holds the block."""

    pools: tuple[str, ...]
    """Pools whose nodes stand in it, by name."""

    free: int
    """Addresses nodes and pods may take."""

    node: int = 1
    """Addresses a node takes whatever runs on it. Default its own."""

    interface: int = 0
    """Addresses a node takes at once, as often as its pods need them and once more to spare; the first is not a pod's.
    Default 0: pods take none here."""

    beside: tuple[str, ...] = ()
    """Further objects whose blocks are counted in `free`. Default none."""

    setting: str = ""
    """Where a person writes the block."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Nodes:
    """Everything that stands under the pods of one cluster."""

    pools: tuple[Pool, ...]
    """Its pools."""

    pods: tuple[PlatformPods, ...] = ()
    """What the platform runs on them. Default nothing."""

    subnets: tuple[Subnet, ...] = ()
    """Where their addresses come from. Default nobody counts."""

    unknown: tuple[tuple[str, str], ...] = ()
    """(`Kind name`, machine type) of pools whose machine no table describes. Default none."""


def platform_pods(rows: Iterable[Json], documents: Iterable[Json] = ()) -> tuple[PlatformPods, ...]:
    """Rows of a platform's table that hold for what is rendered.

    Args:
        rows: `name`, `cpu`, `memory`, `on` (`node`, or how many in the cluster), `labels` of their nodes, `host_network`,
            which is true of what is on each node unless it says otherwise, and `when`: paths of the documents to the value
            that brings them, `*` for any.
        documents: rendered objects that `when` speaks of.
    """
    documents = list(documents)
    return tuple(
        PlatformPods(
            name=str(row["name"]),
            each=Amount(quantity(str(row["cpu"])), quantity(str(row["memory"]))),
            count=None if row["on"] == "node" else int(row["on"]),
            labels=row.get("labels", {}),
            host_network=bool(row.get("host_network", row["on"] == "node")),
        )
        for row in rows
        if _holds(row.get("when", {}), documents)
    )


def _holds(conditions: Json, documents: Iterable[Json]) -> bool:
    return not conditions or any(
        all(_agrees(document, path.split("."), wanted) for path, wanted in conditions.items()) for document in documents
    )


def _agrees(document: Any, path: list[str], wanted: object) -> bool:
    for step in path:
        document = document.get(step) if isinstance(document, Mapping) else None
    return document is not None and (wanted == "*" or document == wanted)

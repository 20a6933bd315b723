"""What the pods of changed components ask for, at their fewest and at their most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from groundplan.kubernetes.validation import quantity
from groundplan.layout import DIST
from groundplan.review.beyond.sides import Side
from groundplan.review.report import Entry

Json = Mapping[str, Any]

SCALERS = {
    "HorizontalPodAutoscaler": ("minReplicas", "maxReplicas"),
    "ScaledObject": ("minReplicaCount", "maxReplicaCount"),
}
"""Kinds that decide how many pods there are, and their fields for the fewest and the most."""


@dataclass(frozen=True, slots=True)
class Size:
    """What pods ask for together."""

    pods: int = 0
    """How many."""

    cpu: Decimal = Decimal(0)
    """Cores."""

    memory: Decimal = Decimal(0)
    """Bytes."""

    def __add__(self, other: Size) -> Size:
        return Size(self.pods + other.pods, self.cpu + other.cpu, self.memory + other.memory)

    def times(self, count: int) -> Size:
        """As many pods of this size."""
        return Size(self.pods * count, self.cpu * count, self.memory * count)

    def __str__(self) -> str:
        return f"{self.pods} pods, {self.cpu.normalize():f} CPU, {self.memory / 2**30:.1f} GiB"


@dataclass(frozen=True, slots=True)
class Resized:
    """An environment whose services ask for something else."""

    scope: str
    """`system/environment`."""

    least: tuple[Size, Size]
    """At their fewest pods, before and after; of the changed components alone."""

    most: tuple[Size, Size]
    """At their most."""


def resized(entries: Iterable[Entry], before: Side, after: Side) -> tuple[Resized, ...]:
    """Environments whose components ask for something else, by name."""
    folders: dict[str, set[str]] = {}
    for entry in entries:
        if entry.change.path.startswith(f"{DIST}/"):
            scope = entry.change.identity.scope
            folders.setdefault(scope, set()).add(f"{DIST}/{scope}/{entry.change.component}")
    found = []
    for scope, touched in sorted(folders.items()):
        sides = [_sizes(side.objects(*sorted(touched)).values()) for side in (before, after)]
        least, most = ((sides[0][index], sides[1][index]) for index in (0, 1))
        if least[0] != least[1] or most[0] != most[1]:
            found.append(Resized(scope, least, most))
    return tuple(found)


def _sizes(objects: Iterable[Json]) -> tuple[Size, Size]:
    listed = list(objects)
    scaled = dict(_scaled(listed))
    least, most = Size(), Size()
    for item in listed:
        spec = item.get("spec") or {}
        pod = (spec.get("template") or {}).get("spec") or {}
        if "containers" not in pod or (
            "replicas" not in spec and (item["kind"], item["metadata"]["name"]) not in scaled
        ):
            continue
        size = _of_pod(pod)
        few, many = scaled.get((item["kind"], item["metadata"]["name"]), (spec.get("replicas", 1),) * 2)
        if spec.get("replicas") == 0:  # it waits for a failover
            few = many = 0
        least, most = least + size.times(few), most + size.times(many)
    return least, most


def _scaled(objects: Iterable[Json]) -> Iterator[tuple[tuple[str, str], tuple[int, int]]]:
    for item in objects:
        if item["kind"] in SCALERS:
            low, high = SCALERS[item["kind"]]
            target = item["spec"]["scaleTargetRef"]
            few = int(item["spec"].get(low) or 0)
            yield (target.get("kind", "Deployment"), target["name"]), (few, int(item["spec"].get(high) or few))


def _of_pod(pod: Json) -> Size:
    requests = [container.get("resources", {}).get("requests", {}) for container in pod["containers"]]
    cpu, memory = (
        sum((quantity(str(request.get(name, 0))) or Decimal(0) for request in requests), Decimal(0))
        for name in ("cpu", "memory")
    )
    return Size(1, cpu, memory)

"""Sizes of volumes against what their class can make: a claim below the least waits or pays for more, one above never binds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.effects import table
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.model.values import quantity
from groundplan.yaml.marked import YamlPath

CLAIMS = ("storageClassName", "storageClass")
"""How a claim, or what becomes one, names its class."""


CLAIMING = frozenset(
    [
        "Application",
        "Cluster",
        "Elasticsearch",
        "Kafka",
        "KafkaNodePool",
        "PersistentVolumeClaim",
        "Prometheus",
        "Redis",
        "StatefulSet",
    ]
)
"""Kinds that are claims, or make some; charts are told by their Application."""


def bounded(inventory: Inventory) -> Iterator[Finding]:
    """Claims of what is rendered, and of charts and operators that are told a class and a size."""
    classes = {
        (item.cluster, item.name): item for item in inventory.by_kind.get(("storage.k8s.io", "StorageClass"), ())
    }
    for item in (item for item in inventory if item.kind in CLAIMING):
        for field, name, size in _claims(item.document, ()):
            known = classes.get((item.cluster, name))
            if known is None and item.kind == "Application":
                where = (item.spec.get("destination") or {}).get("server")
                known = classes.get((item.scope, name)) if where else None
            limits = _limits(name, known)
            if limits is None:
                continue
            least, most = (quantity(str(limits[key])) for key in ("least", "most"))
            if not least <= quantity(size) <= most:
                message = f"asks class {name} for {size}, and it makes {limits['least']} to {limits['most']}"
                advice = (
                    f"ask for {limits['least'] if quantity(size) < least else limits['most']}, or name another class"
                )
                yield inventory.finding(item, field, "capacity.volume", message, advice)


def _claims(value: Any, path: YamlPath) -> Iterator[tuple[YamlPath, str, str]]:
    """Every place that names a class and a size beside it."""
    if isinstance(value, Mapping):
        name = next((value[key] for key in CLAIMS if isinstance(value.get(key), str)), "")
        size = ((value.get("resources") or {}).get("requests") or {}).get("storage") if name else None
        size = size or (value.get("size") if name else None)
        if isinstance(size, str):
            yield path, str(name), size
        for key, inner in value.items():
            yield from _claims(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _claims(inner, (*path, index))


def _limits(name: str, known: Object | None) -> Mapping[str, Any] | None:
    """What the class makes; None where nobody knows."""
    rows = table("volumes.yaml")
    if known is None:
        row = rows.get(name)
        return rows.get(str(row["is"])) if row is not None and "is" in row else None
    maker, told = str(known.document.get("provisioner")), known.document.get("parameters") or {}
    kind = str(told.get("skuName") or told.get("skuname") or told.get("type") or "").partition("_")[0]
    return rows.get(f"{maker} {kind}") or rows.get(maker)

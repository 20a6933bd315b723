"""How large the volume of a database is, by the names it is reached by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from groundplan.checks.inventory import Inventory, Object
from groundplan.kubernetes.validation import quantity


def volumes(_: Inventory, objects: Iterable[Object]) -> Iterator[tuple[str, tuple[Decimal, Object]]]:
    """Host name to bytes, of the databases among the objects of one environment."""
    for item in objects:
        if (item.group, item.kind) == ("postgresql.cnpg.io", "Cluster"):
            more = ((item.spec.get("managed") or {}).get("services") or {}).get("additional", ())
            named = [service["serviceTemplate"]["metadata"]["name"] for service in more]
            size = quantity(str(item.spec["storage"]["size"])) or Decimal(0)
            for name in (f"{item.name}-rw", *named):
                yield name, (size, item)
                yield f"{name}.{item.namespace}.svc.cluster.local", (size, item)

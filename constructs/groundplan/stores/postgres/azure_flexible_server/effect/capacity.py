"""How large the volume of a server is, by the name it is reached by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from groundplan.checks.inventory import Inventory, Object


def volumes(inventory: Inventory, _: Iterable[Object]) -> Iterator[tuple[str, tuple[Decimal, Object]]]:
    """Host name to bytes, of every server: whoever is told the name reaches it."""
    for item in inventory.by_kind.get(("dbforpostgresql.azure.com", "FlexibleServer"), ()):
        size = Decimal((item.spec.get("storage") or {}).get("storageSizeGB", 0)) * 2**30
        yield f"{item.spec.get('azureName', item.name)}.postgres.database.azure.com", (size, item)

"""Whether people are told the name that a database gives its owner."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding


def told(inventory: Inventory, item: Object, page: str) -> Iterator[Finding]:
    """The owner of a database has the name that the database says, whatever is in the vault."""
    name = str((item.spec.get("target") or {}).get("name", item.name))
    for cluster in inventory.by_kind.get(("postgresql.cnpg.io", "Cluster"), ()):
        made = (cluster.spec.get("bootstrap") or {}).get("initdb") or {}
        if (cluster.cluster, cluster.namespace, (made.get("secret") or {}).get("name")) != (
            item.cluster,
            item.namespace,
            name,
        ):
            continue
        fixed = ((item.spec.get("target") or {}).get("template") or {}).get("data") or {}
        if fixed.get("username") != made.get("owner") and f"`{made.get('owner')}`" not in page:
            message = f"draws the user name of {cluster}, which must be `{made.get('owner')}`, and no page says so"
            yield inventory.finding(
                item, ("spec", "data"), "credentials.owner", message, "say it on the page, or write it here"
            )

"""What people are told: every key that they put into a vault has its command on the page, and every name that must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from groundplan.checks.credentials.vaults import vaults
from groundplan.checks.credentials.world import ESO
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding


def told(inventory: Inventory, root: Path) -> Iterator[Finding]:
    """Keys that are drawn, that nothing pushes, and that the page has no command for."""
    pages: dict[str, str] = {}
    pushed = {
        str(entry["match"]["remoteRef"]["remoteKey"])
        for item in inventory.by_kind.get((ESO, "PushSecret"), ())
        for entry in item.spec.get("data") or []
    }
    for item in inventory.by_kind.get((ESO, "ExternalSecret"), ()):
        if item.system not in pages:
            file = root / "docs" / "systems" / item.system / "secrets.md"
            pages[item.system] = file.read_text("utf-8") if file.is_file() else ""
        known = {match["key"] for vault in vaults() for match in re.finditer(vault.put, pages[item.system])}
        for index, entry in enumerate(item.spec.get("data") or []):
            key = str((entry.get("remoteRef") or {}).get("key"))
            if key not in known and key not in pushed:
                message = f"draws `{key}`, and docs/systems/{item.system}/secrets.md has no command that puts it there"
                field = ("spec", "data", index, "remoteRef", "key")
                yield inventory.finding(
                    item, field, "credentials.page", message, "render the page anew, or name who puts it there"
                )
        yield from _owner(inventory, item, pages[item.system])


def _owner(inventory: Inventory, item: Object, page: str) -> Iterator[Finding]:
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

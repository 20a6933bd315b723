"""What people are told: every key that they put into a vault has its command on the page, and every name that must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from groundplan.checks.credentials.vaults import address_of, vaults
from groundplan.checks.credentials.world import ESO
from groundplan.checks.effects import effects
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
        known = {
            match["key"]
            for vault in vaults()
            for match in re.finditer(vault.put, pages[item.system])
            if _is_of(match, _vault_of(inventory, item))
        }
        for index, entry in enumerate(item.spec.get("data") or []):
            key = str((entry.get("remoteRef") or {}).get("key"))
            if key not in known and key not in pushed:
                message = f"draws `{key}`, and docs/systems/{item.system}/secrets.md has no command that puts it there"
                field = ("spec", "data", index, "remoteRef", "key")
                yield inventory.finding(
                    item, field, "credentials.page", message, "render the page anew, or name who puts it there"
                )
        for module in effects("logins"):
            yield from module.told(inventory, item, pages[item.system])


def _is_of(match: re.Match[str], address: str) -> bool:
    """Whether a command speaks of the vault that is read; one that names none speaks of the account's."""
    vault = match.groupdict().get("vault")
    return vault is None or f"//{vault}." in address


def _vault_of(inventory: Inventory, item: Object) -> str:
    reference = item.spec.get("secretStoreRef") or {}
    kind, name = str(reference.get("kind", "SecretStore")), str(reference.get("name", ""))
    store = inventory.find(item.cluster, ESO, kind, item.namespace, name)
    return address_of(store) if store is not None else ""

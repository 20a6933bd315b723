"""Key Vault, as the credentials gate asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from groundplan.checks.credentials.vaults import Vault
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.platforms.azure.effect.rotation import unwatched
from groundplan.platforms.azure.effect.served import Served


class KeyVault(Vault):
    """A vault with an address of its own."""

    put = r"--vault-name (?P<vault>\S+) --name (?P<key>\S+)"

    def address(self, provider: Mapping[str, Any]) -> str:
        """Its URL."""
        return str(provider.get("vaultUrl", ""))

    def gaps(self, inventory: Inventory, item: Object, provider: Mapping[str, Any]) -> Iterator[Finding]:
        """A vault that nothing makes."""
        if "vaultUrl" not in provider:
            return
        name = (urlsplit(str(provider["vaultUrl"])).hostname or "").partition(".")[0]
        vaults = inventory.by_kind.get(("keyvault.azure.com", "Vault"), ())
        if not any(vault.spec.get("azureName") == name for vault in vaults):
            field, message = ("spec", "secretStoreRef"), f"reads vault `{name}`, which nothing makes"
            yield inventory.finding(item, field, "credentials.no-vault", message, "name one that is rendered")

    def served(self, inventory: Inventory, root: Path) -> Iterator[Finding]:
        """Names that a gateway or Front Door is asked by, and values that are promised an end."""
        yield from Served(inventory, root).findings()
        yield from unwatched(inventory, root)


READER = KeyVault

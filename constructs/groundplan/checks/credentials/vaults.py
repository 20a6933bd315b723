"""What the credentials gate asks whoever knows a vault: `effect/credentials.py` of a platform's folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from groundplan.checks.effects import effects
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding


class Vault:
    """One product that keeps secrets, as a SecretStore names it."""

    put: ClassVar[str]
    """Expression for what a command says that puts a value there, with the group `key`."""

    def address(self, provider: Mapping[str, Any]) -> str:
        """Which one a store of it means. Default empty: it is an account's, and its secrets are told by their names."""
        return ""

    def gaps(self, inventory: Inventory, item: Object, provider: Mapping[str, Any]) -> Iterator[Finding]:
        """Where what an ExternalSecret draws by such a store leads nowhere. Default none; also for stores of others."""
        yield from ()

    def served(self, inventory: Inventory, root: Path) -> Iterator[Finding]:
        """Names that are served with a certificate of it that is for others, or that lead nowhere. Default none.

        Args:
            inventory: the rendered tree.
            root: the repository, whose pages have people make certificates and records.
        """
        yield from ()


@cache
def vaults() -> tuple[Vault, ...]:
    """Every one that some platform has."""
    return tuple(module.READER() for module in effects("credentials"))


def provider_of(store: Object) -> Mapping[str, Any]:
    """The settings of the one provider that a SecretStore names; none where it names none."""
    listed: Mapping[str, Mapping[str, Any]] = store.spec.get("provider") or {}
    return next(iter(listed.values()), {})


def address_of(store: Object) -> str:
    """The vault behind a SecretStore: where it is, or what product where that is all that is said."""
    found = (vault.address(provider_of(store)) for vault in vaults())
    return next((address for address in found if address), next(iter(store.spec.get("provider") or {}), ""))

"""What the documents say of an Azure Cache for Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundplan.markdown import section, shell
from groundplan.model.recovery import Recovery
from groundplan.model.values import seconds
from groundplan.stores.answers import Description
from groundplan.stores.pages import ManualAccess, StorePages
from groundplan.stores.redis.azure_cache.words import VERSION
from groundplan.stores.redis.names import evicts

if TYPE_CHECKING:
    from groundplan.stores.redis.azure_cache.store import AzureCacheStore

CLIENTS = {
    "C0": 256, "C1": 1000, "C2": 2000, "C3": 5000, "C4": 10_000, "C5": 15_000, "C6": 20_000,
    "P1": 7500, "P2": 15_000, "P3": 30_000, "P4": 40_000, "P5": 40_000,
}  # fmt: skip
"""Size of a cache to its most clients, for each shard. See
https://learn.microsoft.com/azure/azure-cache-for-redis/cache-planning-faq ."""


class AzureCachePages(StorePages[Any]):
    """A cache of each region, filled anew."""

    store: AzureCacheStore

    @property
    def _sku(self) -> str:
        settings = self.store.settings
        return f"{'P' if settings.tier == 'Premium' else 'C'}{settings.capacity}"

    def description(self) -> Description:
        """Tier and shards: what is rented, for it has no volume of ours."""
        settings = self.store.settings
        shards = f", {settings.shards} shards" if settings.shards else ""
        return Description(
            what=f"Redis {VERSION}",
            run_by=self.store.engine,
            how=evicts(self.store.chapter),
            size=f"{settings.tier} {self._sku}{shards}",
        )

    def connections(self) -> int | None:
        """What its size admits."""
        return CLIENTS.get(self._sku)

    def loss(self, recovery: Recovery) -> tuple[str, str]:
        """Snapshots stay in their region."""
        settings = self.store.settings
        if settings.persistence != "rdb":
            return "nothing in the other region", "everything: it is filled anew"
        every = f"{settings.snapshot_minutes}m"
        verdict = "" if seconds(every) <= seconds(recovery.rpo) else f", which is more than {recovery.rpo}"
        return f"snapshots every {every}{verdict}, in its own region", "everything: it is filled anew"

    def follow(self, context: str) -> list[str]:
        """A cache of the other region is one of its own."""
        return [
            section(
                "The caches",
                f"`{self.store.name}` of this region is a cache of its own, empty and ready; there is "
                "no link to break. Sessions begin anew. Loading an export of the old region into it is an "
                "administrator's decision, and the one who decides is named in the incident:",
                shell(
                    f"az redis import --resource-group {self.store.resource_group} "
                    f"--name {self.store.azure_name} --files EXPORT --file-format RDB "
                    "--preferred-data-archive-auth-method ManagedIdentity"
                ),
                level=3,
            )
        ]

    def rebuild(self, context: str) -> list[str]:
        """What it was left with is older than what is served now."""
        return [
            section(
                f"The keys of {self.store.name}",
                f"`{self.store.azure_name}` still holds what it held when its region was lost. Nobody reads it yet; empty it, "
                "so that nobody is told what was true then:",
                shell(
                    'az rest --method post --uri "https://management.azure.com$(az redis show --resource-group '
                    f"{self.store.resource_group} --name {self.store.azure_name} --query id --output tsv)"
                    '/flush?api-version=2024-11-01"'
                ),
                level=3,
            )
        ]

    def not_covered(self) -> str:
        """It is not replicated."""
        return f"`{self.store.name}` is not replicated: what it holds must be reconstructible."

    def manual_access(self, identity: str) -> ManualAccess:
        """The policy of those who read and write."""
        group = self.store.resource_group
        principal = f'"$(az identity show --resource-group {group} --name {identity} --query principalId --output tsv)"'
        command = (
            f"az redis access-policy-assignment create --resource-group {group} "
            f"--name {self.store.azure_name} --policy-assignment-name {identity} "
            f'--access-policy-name "Data Contributor" --object-id {principal} --object-id-alias {identity}'
        )
        return ManualAccess(section="Access to caches", introduction="", commands=(command,))

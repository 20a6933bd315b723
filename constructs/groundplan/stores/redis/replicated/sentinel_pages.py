"""What the documents say of a Redis with sentinels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.stores.answers import Description
from groundplan.stores.redis.names import evicts
from groundplan.stores.redis.replicated.pages import ReplicatedPages

if TYPE_CHECKING:
    from groundplan.stores.redis.replicated.sentinel import SentinelStore


class SentinelPages(ReplicatedPages):
    """Who may lead, and who decides."""

    store: SentinelStore

    def description(self) -> Description:
        """Version, servers and sentinels, and the volume of each."""
        settings = self.store.settings
        return Description(
            what=f"Redis {settings.version}",
            run_by=self.store.engine,
            how=f"{settings.members} servers, {settings.members} sentinels, {evicts(self.store.chapter)}",
            size=settings.storage,
        )

"""A cluster that somebody else made: nothing is rented, and what is not known is left to whoever made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from groundplan.platforms.existing.chapter import Existing as Settings
from groundplan.platforms.platform import Platform

if TYPE_CHECKING:
    from groundplan.platforms.nodes import Nodes


class Existing(Platform):
    """The common answers, and what the chapter says of storage and ways in."""

    @property
    def _settings(self) -> Settings:
        return self.environment.platform.existing or Settings()

    @property
    def block_storage(self) -> str:
        """The class the chapter names."""
        return self._settings.storage_class

    @property
    def load_balancers(self) -> bool:
        """As the chapter says."""
        return self._settings.load_balancers

    @property
    def buckets(self) -> frozenset[str]:
        """Those the chapter names."""
        return frozenset(self._settings.buckets)

    @property
    def open_nodes(self) -> int | None:
        """As many as the chapter states without a taint."""
        groups = self._settings.nodes.values()
        return sum(group.count for group in groups if not group.taints) if groups else None

    def nodes(self, documents: Iterable[Mapping[str, Any]]) -> Nodes | None:
        """Those the chapter states."""
        from groundplan.platforms.existing.nodes import stated

        return stated(self._settings.nodes, self._settings.zones)

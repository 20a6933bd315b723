"""A cluster that somebody else made: nothing is rented, and what is not known is left to whoever made it."""

from __future__ import annotations

from groundplan.platforms.existing.chapter import Existing as Settings
from groundplan.platforms.platform import Platform


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

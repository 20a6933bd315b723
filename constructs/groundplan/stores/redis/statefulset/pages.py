"""What the documents say of a Redis in the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundplan.model.recovery import Recovery
from groundplan.stores.answers import Description
from groundplan.stores.pages import StorePages
from groundplan.stores.redis.names import evicts

if TYPE_CHECKING:
    from groundplan.stores.redis.statefulset.store import StatefulSetStore

CLIENTS = 10_000
"""A Redis server's own default of maxclients."""


class StatefulSetPages(StorePages[Any]):
    """One server that is filled anew."""

    store: StatefulSetStore

    def description(self) -> Description:
        """Version of its image, and its volume."""
        store = self.store
        return Description(
            what=f"Redis {store.settings.version}",
            run_by=store.engine,
            how=evicts(store.chapter),
            size=store.settings.storage,
        )

    def connections(self) -> int:
        """What the server admits."""
        return CLIENTS

    def start(self, context: str) -> list[str]:
        """One server."""
        namespace = self.store.environment.namespace
        return [f"kubectl --context {context} --namespace {namespace} scale statefulset/{self.store.name} --replicas=1"]

    def loss(self, recovery: Recovery) -> tuple[str, str]:
        """Nothing is copied."""
        return "nothing in the other region", "everything: it is filled anew"

    def not_covered(self) -> str:
        """It is not replicated."""
        return f"`{self.store.name}` is not replicated: what it holds must be reconstructible."

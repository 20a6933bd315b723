"""What the documents say of a Redis Cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.markdown import section, shell
from groundplan.stores.answers import Description
from groundplan.stores.redis.names import evicts
from groundplan.stores.redis.replicated.pages import ReplicatedPages

if TYPE_CHECKING:
    from groundplan.stores.redis.replicated.cluster import ClusterStore


class ClusterPages(ReplicatedPages):
    """Shards, and how keys are spread over more of them."""

    store: ClusterStore

    def description(self) -> Description:
        """Version, shards and copies of each, and the volume of each server."""
        settings = self.store.settings
        replicas = f"{settings.replicas} replica{'s' if settings.replicas > 1 else ''} each"
        return Description(
            what=f"Redis {settings.version}",
            run_by=self.store.engine,
            how=f"{settings.shards} shards, {replicas}, {evicts(self.store.chapter)}",
            size=settings.storage,
        )

    def restore(self, context: str) -> list[str]:
        """From a copy; and how keys come to a shard that was added."""
        store = self.store
        kubectl = f"kubectl --context {context} --namespace {store.environment.namespace}"
        rebalance = (
            f"{kubectl} exec {store.name}-0-0 --container redis -- sh -c 'redis-cli --cluster rebalance localhost:$PORT "
            "--cluster-use-empty-masters --tls --cacert $TLS/ca.crt --user operator'"
        )
        added = (
            "A shard that was added joins without keys. Move its share to it; callers notice nothing:",
            shell(rebalance),
        )
        return [*super().restore(context), section(f"More shards of {store.name}", *added)]

"""A Redis Cluster, as the rest of the house asks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from groundplan.stores.answers import Json
from groundplan.stores.redis.model import RedisCluster
from groundplan.stores.redis.replicated.store import ReplicatedStore
from groundplan.stores.redis.replicated.words import SHARD_LABEL

if TYPE_CHECKING:
    from groundplan.observability.alert import Alert
    from groundplan.stores.redis.replicated.cluster_pages import ClusterPages
    from groundplan.stores.redis.replicated.props import MemberSet

NODE_TIMEOUT = 5000
"""Milliseconds after which a member that does not answer counts as gone."""


class ClusterStore(ReplicatedStore[RedisCluster]):
    """Shards with a primary and replicas each. Callers ask any member, and learn from it who holds a key."""

    engine = "redis-cluster"

    def member_sets(self) -> list[MemberSet]:
        """One set for each shard, so that no two of a shard stand together."""
        from groundplan.stores.redis.replicated.props import MemberSet

        return [
            MemberSet(
                name=f"{self.name}-{shard}",
                size=1 + self.settings.replicas,
                labels={SHARD_LABEL: str(shard)},
                env=[{"name": "SHARD", "value": str(shard)}, {"name": "SHARDS", "value": str(self.settings.shards)}],
            )
            for shard in range(self.settings.shards)
        ]

    @property
    def directives(self) -> Mapping[str, object]:
        """Members are told apart by name; replicas stay with their shard; what is left of the shards goes on."""
        return {
            "cluster-enabled": "yes",
            "cluster-config-file": "nodes.conf",
            "cluster-node-timeout": NODE_TIMEOUT,
            "cluster-preferred-endpoint-type": "hostname",
            "cluster-allow-replica-migration": "no",
            "cluster-require-full-coverage": "no",
            "tls-cluster": "yes",
        }

    @property
    def asked_ports(self) -> tuple[int, ...]:
        """The servers'."""
        return (self.settings.port,)

    def listens(self) -> Mapping[str, int]:
        """Of every pod."""
        return {"redis": self.settings.port}

    def url(self, database: str = "") -> str | None:
        """Any member; a cluster has one database."""
        return f"rediss://{self.name}:{self.settings.port}"

    def queue_trigger(self, queue: str, length: int) -> Json:
        """The length of a list, asked of whichever shard holds it."""
        address = f"{self.name}.{self.environment.namespace}.svc.cluster.local:{self.settings.port}"
        metadata = {"addresses": address, "listName": queue, "listLength": str(length), "enableTLS": "true"}
        return {"type": "redis-cluster", "metadata": metadata}

    def alerts(self) -> Iterator[Alert]:
        """Members, who leads, and keys that nobody holds; nothing while it waits."""
        from groundplan.stores.redis.replicated.cluster_watching import keys
        from groundplan.stores.redis.replicated.watching import alerts, leaders

        if not self.is_waiting:
            yield from alerts(self)
            yield from leaders(self, self.settings.shards)
            yield from keys(self)
        yield from self.copy_alerts()

    def pages(self) -> ClusterPages:
        """What the documents say of it."""
        from groundplan.stores.redis.replicated.cluster_pages import ClusterPages

        return ClusterPages(self)

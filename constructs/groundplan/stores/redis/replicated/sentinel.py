"""A Redis that sentinels watch, as the rest of the house asks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from groundplan.stores.answers import Json, SecretKey
from groundplan.stores.redis.model import RedisSentinel
from groundplan.stores.redis.names import LOGICAL_DATABASES
from groundplan.stores.redis.replicated.store import ReplicatedStore
from groundplan.stores.redis.replicated.words import SENTINEL_PORT, members_service

if TYPE_CHECKING:
    from groundplan.observability.alert import Alert
    from groundplan.stores.redis.replicated.props import MemberSet
    from groundplan.stores.redis.replicated.sentinel_pages import SentinelPages


class SentinelStore(ReplicatedStore[RedisSentinel]):
    """A primary with replicas. Callers ask the sentinels who leads, and connect to that."""

    engine = "redis-sentinel"
    logical_databases = LOGICAL_DATABASES

    def member_sets(self) -> list[MemberSet]:
        """One set: everybody follows the same."""
        from groundplan.stores.redis.replicated.props import MemberSet

        return [MemberSet(name=self.name, size=self.settings.members, labels={})]

    @property
    def directives(self) -> Mapping[str, object]:
        """A primary that nobody follows refuses writes: cut off from the others, it would take what is lost later."""
        return {"min-replicas-to-write": 1, "min-replicas-max-lag": 10}

    @property
    def quorum(self) -> int:
        """Most of them."""
        return self.settings.members // 2 + 1

    @property
    def asked_ports(self) -> tuple[int, ...]:
        """The sentinels', and the servers'."""
        return (SENTINEL_PORT, self.settings.port)

    def listens(self) -> Mapping[str, int]:
        """Of every pod."""
        return {"redis": self.settings.port, "sentinel": SENTINEL_PORT}

    def url(self, database: str = "") -> str | None:
        """The sentinels, and the name by which they know the primary; the store's."""
        return f"rediss-sentinel://{self.name}:{SENTINEL_PORT}/{database or 0}#{self.name}"

    def addresses(self) -> list[tuple[str, int]]:
        """The sentinels, and every server that they may name."""
        return [(self.name, SENTINEL_PORT), (members_service(self.name), self.settings.port)]

    def queue_trigger(self, queue: str, length: int) -> Json:
        """The length of a list, asked of whoever leads."""
        address = f"{self.name}.{self.environment.namespace}.svc.cluster.local:{SENTINEL_PORT}"
        metadata = {
            "addresses": address,
            "sentinelMaster": self.name,
            "listName": queue,
            "listLength": str(length),
            "enableTLS": "true",
        }
        return {"type": "redis-sentinel", "metadata": metadata}

    @property
    def queue_login(self) -> Mapping[str, SecretKey]:
        """Sentinels know the services' login too."""
        login = super().queue_login
        return {**login, "sentinelUsername": login["username"], "sentinelPassword": login["password"]}

    def alerts(self) -> Iterator[Alert]:
        """Members, who leads, and whether enough sentinels watch; nothing while it waits."""
        from groundplan.stores.redis.replicated.sentinel_watching import sentinels
        from groundplan.stores.redis.replicated.watching import alerts, leaders

        if not self.is_waiting:
            yield from alerts(self)
            yield from leaders(self, 1)
            yield from sentinels(self)
        yield from self.copy_alerts()

    def pages(self) -> SentinelPages:
        """What the documents say of it."""
        from groundplan.stores.redis.replicated.sentinel_pages import SentinelPages

        return SentinelPages(self)

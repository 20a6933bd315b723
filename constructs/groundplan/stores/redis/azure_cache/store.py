"""An Azure Cache for Redis, as the rest of the house asks of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.facts.standby import waits
from groundplan.kubernetes.network_policy import ports
from groundplan.platforms.azure.naming import AzureKind
from groundplan.platforms.azure.store import AzureStore
from groundplan.rules.problem import Problem
from groundplan.stores.answers import Json, Reachability, Reference
from groundplan.stores.redis import rules as every_redis
from groundplan.stores.redis.azure_cache import rules
from groundplan.stores.redis.azure_cache.words import ZONE
from groundplan.stores.redis.model import AzureCache, Redis
from groundplan.stores.redis.names import LOGICAL_DATABASES

if TYPE_CHECKING:
    from groundplan.observability.alert import Alert
    from groundplan.parts import Component
    from groundplan.stores.redis.azure_cache.pages import AzureCachePages
    from groundplan.stores.redis.azure_cache.pipelines import AzureCachePipelines

TLS_PORT = 6380
"""TLS port of an Azure Cache for Redis; the plain port is closed."""

SHARD_PORTS = (15000, 15019)
"""TLS ports of the shards: at most ten, with a replica each."""


class AzureCacheStore(AzureStore[Redis, AzureCache]):
    """A cache that Azure runs, reached by its private endpoint."""

    engine = "azure-cache"
    kind = AzureKind.REDIS
    resource = ("cache.azure.com", "Redis")
    logical_databases = LOGICAL_DATABASES

    @property
    def host(self) -> str:
        """Host name services connect to, with TLS."""
        return f"{self.azure_name}.redis.cache.windows.net"

    def url(self, database: str = "") -> str | None:
        """It speaks TLS alone."""
        return f"rediss://{self.host}:{TLS_PORT}" + (f"/{database}" if database else "")

    def egress(self) -> Json | None:
        """To its subnet; a cluster's shards listen on ports of their own."""
        first, last = SHARD_PORTS
        shards = [{"protocol": "TCP", "port": first, "endPort": last}] if self.settings.shards else []
        return self.into(self.settings.subnet, [*ports(TLS_PORT), *shards])

    @property
    def is_waiting(self) -> bool:
        """In a standby it has nobody who asks for it."""
        return waits(self.environment)

    def reachability(self) -> Reachability:
        """It encrypts from the first byte on."""
        return Reachability(address=f"{self.host}:{TLS_PORT}", encrypts_first=True)

    @property
    def private_zone(self) -> str | None:
        """Azure's zone of private endpoints to caches."""
        return ZONE

    def subnets(self) -> Iterator[Reference]:
        """Its endpoint's."""
        yield self.at("subnet"), self.settings.subnet

    def zones(self) -> Iterator[Reference]:
        """Those its nodes are spread over."""
        for index, zone in enumerate(self.settings.zones):
            yield self.at("zones", index), zone

    def problems(self) -> Iterator[Problem]:
        """What the tier does not offer, what persistence needs, and what it may not throw away."""
        yield from rules.problems(self)
        yield from every_redis.problems(self.name, self.chapter)

    def build(self, component: Component) -> None:
        """The cache with its endpoint, patches and alerts."""
        from groundplan.platforms.azure.site import site_of
        from groundplan.platforms.azure.workflow_identities import add_changes
        from groundplan.stores.redis.azure_cache.cache import RedisCache

        RedisCache(
            component,
            self.name,
            site_of(self.environment),
            self.settings,
            eviction=self.chapter.eviction,
            azure_name=self.azure_name,
            purpose=self.purpose,
        )
        add_changes(component, self)

    def alerts(self) -> Iterator[Alert]:
        """Whether it answers; nothing while it waits."""
        from groundplan.stores.rented_alerts import unreachable

        if not self.is_waiting:
            yield unreachable(self.environment.namespace, self.name, alert="CacheDown", look="az redis show")

    def pages(self) -> AzureCachePages:
        """What the documents say of it."""
        from groundplan.stores.redis.azure_cache.pages import AzureCachePages

        return AzureCachePages(self)

    def pipelines(self) -> AzureCachePipelines:
        """Tests run against its version, and a workflow lets identities in."""
        from groundplan.stores.redis.azure_cache.pipelines import AzureCachePipelines

        return AzureCachePipelines(self)

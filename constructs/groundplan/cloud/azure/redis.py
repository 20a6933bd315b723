"""An Azure Cache for Redis. See https://learn.microsoft.com/azure/azure-cache-for-redis/ ."""

from __future__ import annotations

from groundplan.cloud.azure.network import PrivateEndpoint, PrivateZone
from groundplan.cloud.azure.resources import AzurePart, reference
from groundplan.environment.azure import AzureRedis
from groundplan.environment.azure_naming import AzureKind, azure_name, object_name
from groundplan.environment.data import Redis
from groundplan.environment.model import Environment
from groundplan.parts import Component, Json, Part

CACHE = "cache.azure.com/v1api20230801"
ZONE = "privatelink.redis.cache.windows.net"


def cache_host(environment: Environment) -> str:
    """Host name services connect to, with TLS on port 6380."""
    return f"{azure_name(environment, AzureKind.REDIS)}.redis.cache.windows.net"


class RedisCache(AzurePart):
    """A cache that is reached by its private endpoint over TLS and admits Entra identities only."""

    def __init__(self, scope: Component | Part, id_: str, store: Redis) -> None:
        super().__init__(scope, id_)
        self._settings = store.azure or AzureRedis()
        self._name = self.azure_name(AzureKind.REDIS)
        self._add_cache(store)
        PrivateZone(self, "zone", ZONE)
        PrivateEndpoint(
            self,
            "endpoint",
            purpose="redis",
            subnet=self._settings.subnet,
            target=reference("cache.azure.com", "Redis", object_name(self._name)),
            sub_resource="redisCache",
            zone=ZONE,
        )

    def _add_cache(self, store: Redis) -> None:
        settings = self._settings
        spec: Json = {
            "location": self.location,
            "sku": {
                "name": settings.tier,
                "family": "P" if settings.tier == "Premium" else "C",
                "capacity": settings.capacity,
            },
            "redisVersion": "6",
            "enableNonSslPort": False,
            "minimumTlsVersion": settings.minimum_tls,
            "publicNetworkAccess": "Disabled",
            "identity": {"type": "SystemAssigned"},
            "redisConfiguration": self._configuration(store),
        }
        if settings.tier == "Premium":
            spec["replicasPerPrimary"] = settings.replicas_per_primary
            if settings.shards is not None:
                spec["shardCount"] = settings.shards
            if settings.zones:
                spec["zones"] = list(settings.zones)
        self.add(CACHE, "Redis", self._name, spec, keep=True)

    def _configuration(self, store: Redis) -> Json:
        """Entra sign-in, eviction, and one kind of persistence; the connection to storage is by identity, so no key is written."""
        settings = self._settings
        configuration: Json = {"aad-enabled": "true", "maxmemory-policy": store.eviction}
        if settings.persistence == "none":
            return configuration
        account = self.environment.cloud.account if self.environment.cloud is not None else ""
        configuration |= {
            "preferred-data-persistence-auth-method": "ManagedIdentity",
            "storage-subscription-id": account,
        }
        if settings.persistence == "rdb":
            configuration |= {
                "rdb-backup-enabled": "true",
                "rdb-backup-frequency": str(settings.snapshot_minutes),
                "rdb-backup-max-snapshot-count": "1",
            }
        else:
            configuration["aof-backup-enabled"] = "true"
        return configuration

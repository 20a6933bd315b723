"""An Azure Cache for Redis. See https://learn.microsoft.com/azure/azure-cache-for-redis/ ."""

from __future__ import annotations

from groundplan.model.data import Redis
from groundplan.model.environment import Environment
from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.chapter import AzureRedis, ServerMaintenance
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.facts import subscription
from groundplan.platforms.azure.identities import BLOB_CONTRIBUTOR
from groundplan.platforms.azure.identity import AUTHORIZATION
from groundplan.platforms.azure.metric_alerts import Measure, MetricAlerts
from groundplan.platforms.azure.naming import AzureKind, azure_name, object_name, storage_account, store_purpose
from groundplan.platforms.azure.network import PrivateEndpoint
from groundplan.platforms.azure.resources import AzurePart, reference
from groundplan.platforms.azure.windows import window_in_utc

CACHE = "cache.azure.com/v1api20230801"
ZONE = "privatelink.redis.cache.windows.net"

MEASURES = (
    Measure(
        alert="CacheNearlyFull",
        metric="usedmemorypercentage",
        namespace="Microsoft.Cache/redis",
        above=90,
        summary="nine tenths of the memory are used: look which keys grow, or choose a larger capacity",
    ),
)
"""What is watched inside a cache."""

SHORTEST_WINDOW = 5
"""Hours a window for patches lasts at least."""


def cache_name(environment: Environment, store: str) -> str:
    """Azure name of the cache behind a store."""
    return azure_name(environment, AzureKind.REDIS, store_purpose(environment, store))


def cache_host(environment: Environment, store: str) -> str:
    """Host name services connect to, with TLS on port 6380."""
    return f"{cache_name(environment, store)}.redis.cache.windows.net"


class RedisCache(AzurePart):
    """A cache that is reached by its private endpoint over TLS and admits Entra identities only."""

    def __init__(self, scope: Component | Part, id_: str, store: Redis) -> None:
        super().__init__(scope, id_)
        self._settings = store.azure or AzureRedis()
        self._name = cache_name(self.environment, id_)
        self._add_cache(store)
        if self._settings.persistence != "none":
            self._add_grant()
        if self._settings.maintenance is not None:
            self._add_window(self._settings.maintenance)
        target = reference("cache.azure.com", "Redis", object_name(self._name))
        MetricAlerts(self, "alerts", target=target, resource=self._name, measures=MEASURES)
        diagnose(self, target, "MSEntraAuthenticationAuditLog")
        PrivateEndpoint(
            self,
            "endpoint",
            purpose="-".join(filter(None, ("redis", store_purpose(self.environment, id_)))),
            subnet=self._settings.subnet,
            target=target,
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
        if settings.persistence != "none":
            principal = {"name": self._config, "key": "principalId", "value": "self.status.identity.principalId"}
            spec["operatorSpec"] = {"configMapExpressions": [principal]}
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
        account = subscription(self.environment)
        configuration |= {
            "preferred-data-persistence-auth-method": "ManagedIdentity",
            "storage-subscription-id": account,
        }
        # an endpoint and no key: the cache signs in with its own identity
        connection = f"BlobEndpoint=https://{self._storage}.blob.core.windows.net/;"
        if settings.persistence == "rdb":
            configuration |= {
                "rdb-backup-enabled": "true",
                "rdb-backup-frequency": str(settings.snapshot_minutes),
                "rdb-backup-max-snapshot-count": "1",
                "rdb-storage-connection-string": connection,
            }
        else:
            configuration |= {"aof-backup-enabled": "true", "aof-storage-connection-string-0": connection}
        return configuration

    @property
    def _storage(self) -> str:
        """Azure name of the account that persistence writes to."""
        return storage_account(self.environment, self._settings.storage or "main")

    @property
    def _config(self) -> str:
        """ConfigMap of the management cluster that the operator writes the cache's own identity into."""
        return f"{object_name(self._name)}-identity"

    def _add_grant(self) -> None:
        self.emit(
            {
                "apiVersion": AUTHORIZATION,
                "kind": "RoleAssignment",
                "metadata": {"name": object_name(f"{self._name}-persists")},
                "spec": {
                    "owner": reference("storage.azure.com", "StorageAccount", object_name(self._storage)),
                    "principalIdFromConfig": {"name": self._config, "key": "principalId"},
                    "principalType": "ServicePrincipal",
                    "roleDefinitionReference": {"armId": self.built_in_role(BLOB_CONTRIBUTOR)},
                },
            }
        )

    def _add_window(self, window: ServerMaintenance) -> None:
        day, start = window_in_utc(window)
        entry = {
            "dayOfWeek": day,
            "startHourUtc": start.hour,
            "maintenanceWindow": f"PT{max(window.hours, SHORTEST_WINDOW)}H",
        }
        self.emit(
            {
                "apiVersion": CACHE,
                "kind": "RedisPatchSchedule",
                "metadata": {"name": object_name(f"{self._name}-default")},
                "spec": {"owner": {"name": object_name(self._name)}, "scheduleEntries": [entry]},
            }
        )

"""An Azure Cache for Redis. See https://learn.microsoft.com/azure/azure-cache-for-redis/ ."""

from __future__ import annotations

from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.identities import BLOB_CONTRIBUTOR
from groundplan.platforms.azure.metric_alerts import Measure, MetricAlerts
from groundplan.platforms.azure.naming import object_name
from groundplan.platforms.azure.network import PrivateEndpoint
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site
from groundplan.platforms.azure.windows import window_in_utc
from groundplan.stores.redis.azure_cache.words import VERSION, ZONE
from groundplan.stores.redis.model import AzureCache, PatchWindow

CACHE = "cache.azure.com/v1api20230801"

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


class RedisCache(AzurePart):
    """A cache that is reached by its private endpoint over TLS and admits Entra identities only.

    Args:
        scope: the component.
        id_: name of the store.
        site: where it stands.
        settings: what is written of it.
        eviction: what happens when memory is full.
        azure_name: name in Azure.
        purpose: purpose segment of its endpoint's name; empty for the only one.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        settings: AzureCache,
        *,
        eviction: str,
        azure_name: str,
        purpose: str,
    ) -> None:
        super().__init__(scope, id_, site)
        self._settings = settings
        self._name = azure_name
        self._add_cache(eviction)
        if self._settings.persistence != "none":
            self._add_grant()
        if self._settings.maintenance is not None:
            self._add_window(self._settings.maintenance)
        target = reference("cache.azure.com", "Redis", object_name(self._name))
        MetricAlerts(self, "alerts", self.site, target=target, resource=self._name, measures=MEASURES)
        diagnose(self, target, "MSEntraAuthenticationAuditLog")
        PrivateEndpoint(
            self,
            "endpoint",
            self.site,
            purpose="-".join(filter(None, ("redis", purpose))),
            subnet=self._settings.subnet,
            target=target,
            sub_resource="redisCache",
            zone=ZONE,
        )

    def _add_cache(self, eviction: str) -> None:
        settings = self._settings
        spec: Json = {
            "location": self.location,
            "sku": {
                "name": settings.tier,
                "family": "P" if settings.tier == "Premium" else "C",
                "capacity": settings.capacity,
            },
            "redisVersion": VERSION,
            "enableNonSslPort": False,
            "minimumTlsVersion": settings.minimum_tls,
            "publicNetworkAccess": "Disabled",
            "identity": {"type": "SystemAssigned"},
            "redisConfiguration": self._configuration(eviction),
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

    def _configuration(self, eviction: str) -> Json:
        """Entra sign-in, eviction, and one kind of persistence; the connection to storage is by identity, so no key is written."""
        settings = self._settings
        configuration: Json = {"aad-enabled": "true", "maxmemory-policy": eviction}
        if settings.persistence == "none":
            return configuration
        configuration |= {
            "preferred-data-persistence-auth-method": "ManagedIdentity",
            "storage-subscription-id": self.site.subscription,
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
        return self.site.convention.storage_account(self._settings.storage or "main")

    @property
    def _config(self) -> str:
        """ConfigMap of the management cluster that the operator writes the cache's own identity into."""
        return f"{object_name(self._name)}-identity"

    def _add_grant(self) -> None:
        self.grant(
            object_name(f"{self._name}-persists"),
            to=self._config,
            role=BLOB_CONTRIBUTOR,
            scope=reference("storage.azure.com", "StorageAccount", object_name(self._storage)),
        )

    def _add_window(self, window: PatchWindow) -> None:
        day, start = window_in_utc(window)
        entry = {
            "dayOfWeek": day,
            "startHourUtc": start.hour,
            "maintenanceWindow": f"PT{window.hours}H",
        }
        self.emit(
            {
                "apiVersion": CACHE,
                "kind": "RedisPatchSchedule",
                "metadata": {"name": object_name(f"{self._name}-default")},
                "spec": {"owner": {"name": object_name(self._name)}, "scheduleEntries": [entry]},
            }
        )

"""A Redis as it is written: what every engine of it has, and each engine's own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.images import default_image
from groundplan.model.containers import Resources
from groundplan.model.values import ImageReference, Model, Name, Port, Quantity
from groundplan.model.windows import WeeklyWindow
from groundplan.stores.copy_model import Copies
from groundplan.stores.engines import Engines


class RedisInCluster(Model):
    """What every server in the cluster has, with its append-only file on a volume."""

    image: ImageReference = default_image("redis")
    """Server image. Default `redis` of images.yaml, of 7.2: the last with an open licence."""

    exporter_image: ImageReference = default_image("redis-exporter")
    """Image of the metrics exporter beside the server. Default `redis-exporter` of images.yaml."""

    port: Port = 6379
    """Port. Default 6379."""

    storage: Quantity = "8Gi"
    """Volume size for the append-only file. Default 8Gi."""

    storage_class: Name | None = None
    """StorageClass of the volume. Default the platform's general-purpose SSD."""

    resources: Resources
    """CPU and memory of a server."""

    node_pool: Name | None = None
    """Node pool. Default any."""

    max_memory_percent: int = Field(default=75, ge=10, le=90)
    """Share of the memory limit that data may fill. Default 75, the rest is for fork and buffers."""

    @property
    def version(self) -> str:
        """What the image's tag says, to the minor release: `7.2`."""
        return ".".join(self.image.partition("@")[0].rpartition(":")[2].partition("-")[0].split(".")[:2])


class RedisStatefulSet(RedisInCluster):
    """One server in the cluster."""

    service: Name | None = None
    """Name of the Service. Default the store's name."""

    preferred_zone: str | None = None
    """Zone in which it prefers to be until it has a volume, which then holds it there. Default none."""


class RedisReplicated(RedisInCluster):
    """Servers that take over from each other: over TLS, each user with a password and no more rights than its work needs."""

    credentials: Name
    """Secret with `username` and `password` of the services; whoever calls it signs in so."""

    backup: Copies | None = None
    """Copies of what is in memory, one file of each shard. Default none: what it holds can be made again."""


class RedisSentinel(RedisReplicated):
    """One primary, replicas, and a sentinel beside each, of which most choose the next primary.

    See https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/ .
    """

    members: Literal[3, 5] = 3
    """Pods with a server and a sentinel each. Default 3: one may be lost."""


class RedisCluster(RedisReplicated):
    """Shards that hold a part of the keys each. See https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ ."""

    shards: int = Field(default=3, ge=3, le=50)
    """Primaries, of which most must live to choose another; keys are spread over them. Default 3."""

    replicas: int = Field(default=1, ge=1, le=3)
    """Copies of each shard beside its primary. Default 1."""


class PatchWindow(WeeklyWindow):
    """A weekly window for patches."""

    hours: int = Field(default=5, ge=5, le=24)
    """Length in hours, five at least. Default 5."""


class AzureCache(Model):
    """An Azure Cache for Redis. See https://learn.microsoft.com/azure/azure-cache-for-redis/ ."""

    tier: Literal["Basic", "Standard", "Premium"] = "Standard"
    """Service tier. Default Standard."""

    capacity: int = Field(default=1, ge=0, le=6)
    """Size within the tier: C0 to C6, P1 to P5. Default 1."""

    shards: int | None = Field(default=None, ge=1, le=10)
    """Shards of a Premium cluster. Default none: not clustered."""

    replicas_per_primary: int = Field(default=1, ge=1, le=3)
    """Copies of each shard; more than one is Premium only. Default 1."""

    zones: list[str] = []
    """Zones the nodes are spread over; Premium only. Default none."""

    persistence: Literal["none", "rdb", "aof"] = "none"
    """Persistence to storage; Premium offers one of the two, never both. Default none."""

    storage: Name | None = None
    """Storage account of the platform's chapter that persistence writes to, as the cache's own identity. Default none."""

    snapshot_minutes: Literal[15, 30, 60, 360, 720, 1440] = 60
    """Time between two snapshots with `rdb`. Default 60."""

    subnet: Name = "cache"
    """Subnet of the private endpoint. Default `cache`."""

    minimum_tls: Literal["1.2"] = "1.2"
    """Oldest protocol accepted; the service has no newer. Default 1.2."""

    maintenance: PatchWindow | None = None
    """Weekly window for patches; Premium only. Default Azure's choice."""


class RedisEngines(Engines):
    """Who runs a Redis."""

    statefulset: RedisStatefulSet | None = None
    """One server in the cluster."""

    redis_sentinel: RedisSentinel | None = Field(default=None, alias="redis-sentinel")
    """A primary with replicas in the cluster, and sentinels that replace it."""

    redis_cluster: RedisCluster | None = Field(default=None, alias="redis-cluster")
    """Shards in the cluster, with replicas each."""

    azure_cache: AzureCache | None = Field(default=None, alias="azure-cache")
    """A cache that Azure runs."""


class Redis(Model):
    """A Redis cache or queue."""

    type: Literal["redis"]
    """Kind of store."""

    eviction: Literal["noeviction", "allkeys-lru", "volatile-lru"] = "noeviction"
    """What happens when memory is full. Default noeviction: a queue must not lose entries."""

    holds: Literal["anything", "cache", "queue"] = "anything"
    """What services keep in it: a queue must not lose entries, a cache can be filled again and needs no backup. Default anything."""

    engine: RedisEngines
    """Who runs it."""

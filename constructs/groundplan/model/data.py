"""The data chapter: databases, caches and shared files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from groundplan.model.services import ConfigValue, Resources
from groundplan.model.values import CronSchedule, Duration, ImageReference, Model, Name, Port, Quantity, TimeZone
from groundplan.platforms.azure.chapter import AzurePostgres, AzureRedis, AzureShare


class DatabaseBackup(Model):
    """Backup of a database: continuous log archive, base backups and a logical dump."""

    bucket: Name
    """Bucket or container of the platform's chapter that everything goes to."""

    wal_prefix: str = "postgres/wal/"
    """Where the write-ahead log and base backups go. Default postgres/wal/."""

    dump_prefix: str = "postgres/daily/"
    """Where the logical dumps go. Default postgres/daily/."""

    base_schedule: CronSchedule = "30 1 * * *"
    """When a physical base backup is taken, in UTC: the operator knows no other zone. Default 01:30 every day."""

    dump_schedule: CronSchedule | None = None
    """When a logical dump is taken. Default none."""

    time_zone: TimeZone = "UTC"
    """IANA time zone of the dump and the restore test. Default UTC."""

    keep: Duration = "30d"
    """How long backups and log are kept. Default 30d."""

    archive_timeout: Duration = "5m"
    """Most time between two log segments; bounds what a lost disk loses. Default 5m."""

    dump_name: Name = "postgres-backup"
    """Name of the CronJob that dumps. Default postgres-backup."""

    dump_image: ImageReference | None = None
    """Image with pg_dump and a server of the database's major version. Default `postgres:<version>-alpine`."""

    upload_image: ImageReference | None = None
    """Image with the object store's client. Default that of the cloud which runs the database."""

    node_pool: Name | None = None
    """Node pool of the jobs. Default any without a taint."""

    identity: Name | None = None
    """Identity of the platform's chapter that writes the archive and the dumps; it needs the role `blob-write`. Default none,
    as on AWS, where the bucket's own grants make one."""

    restore_test: CronSchedule | None = None
    """When the newest dump is restored into a scratch database and checked. Default never."""

    generation: int = Field(default=1, ge=1)
    """Raise it by one when the database is rebuilt: its archive then begins in a new folder. Default 1."""

    encryption: Literal["bucket", "AES256", "aws:kms"] = "bucket"
    """How objects are encrypted where they are kept. Default as the bucket says, which every bucket here does."""

    scratch: Quantity = "20Gi"
    """Local disk a dump or its restore test may take; above the size of the database's dump. Default 20Gi."""

    oldest: Duration = "26h"
    """Age at which the newest dump counts as missing, for the restore test. Default 26h: daily, and two to spare."""

    @property
    def restore_test_name(self) -> str:
        """Name of the CronJob that restores the newest dump."""
        return f"{self.dump_name}-restore-test"


class Postgres(Model):
    """A PostgreSQL database."""

    type: Literal["postgres"]
    """Kind of store."""

    engine: Literal["cloudnative-pg", "azure-flexible-server"] = "cloudnative-pg"
    """Who runs it. Default CloudNativePG, in the cluster."""

    version: int = Field(ge=13, le=18)
    """Major version."""

    instances: int = Field(default=2, ge=1, le=9)
    """Primary plus standbys. Default 2, in different zones."""

    database: str = "app"
    """Name of the database. Default app."""

    owner: str = "app"
    """Role that owns it. Default app."""

    service: Name | None = None
    """Name of the Service that leads to the primary. Default `<store>-rw`."""

    credentials: Name
    """Secret of type basic-auth with `username` and `password` of the owner."""

    storage: Quantity
    """Volume size per instance."""

    wal_storage: Quantity | None = None
    """Own volume for the write-ahead log. Default none: the log shares the data volume."""

    storage_class: Name | None = None
    """StorageClass of the volumes. Default the provider's general-purpose SSD."""

    image: ImageReference | None = None
    """Server image instead of the pinned one of the major version. Default none."""

    resources: Resources
    """CPU and memory per instance."""

    parameters: dict[str, ConfigValue] = {}
    """postgresql.conf settings over the derived ones (memory, write-ahead log, logging). Default none."""

    node_pool: Name | None = None
    """Node pool of the instances. Default any."""

    preferred_zone: str | None = None
    """Zone in which the primary prefers to be. Default none."""

    backup: DatabaseBackup | None = None
    """Backups. Default none; production environments must have them."""

    port: Port = 5432
    """Port. Default 5432."""

    @property
    def dump_image(self) -> str:
        """Image that dumps it and tests the dump."""
        chosen = self.backup.dump_image if self.backup is not None else None
        return chosen or f"postgres:{self.version}-alpine"

    azure: AzurePostgres | None = None
    """Settings of `azure-flexible-server`; ignored by other engines. Default that engine's own."""


class Redis(Model):
    """A Redis cache or queue."""

    type: Literal["redis"]
    """Kind of store."""

    engine: Literal["statefulset", "azure-cache"] = "statefulset"
    """Who runs it. Default a StatefulSet in the cluster."""

    version: str = "7.2"
    """Version; 7.2 is the last with an open licence. Default 7.2."""

    image: ImageReference = "redis:7.2.5-alpine"
    """Server image. Default redis:7.2.5-alpine."""

    service: Name | None = None
    """Name of the Service. Default the store's name."""

    storage: Quantity = "8Gi"
    """Volume size for the append-only file. Default 8Gi."""

    resources: Resources
    """CPU and memory."""

    storage_class: Name | None = None
    """StorageClass of the volume. Default the provider's general-purpose SSD."""

    exporter_image: ImageReference = "oliver006/redis_exporter:v1.91.1"
    """Image of the metrics exporter beside the server. Default oliver006/redis_exporter:v1.91.1."""

    node_pool: Name | None = None
    """Node pool. Default any."""

    preferred_zone: str | None = None
    """Zone in which it prefers to be until it has a volume, which then holds it there. Default none."""

    max_memory_percent: int = Field(default=75, ge=10, le=90)
    """Share of the memory limit that data may fill. Default 75, the rest is for fork and buffers."""

    eviction: Literal["noeviction", "allkeys-lru", "volatile-lru"] = "noeviction"
    """What happens when memory is full. Default noeviction: a queue must not lose entries."""

    port: Port = 6379
    """Port. Default 6379."""

    azure: AzureRedis | None = None
    """Settings of `azure-cache`; ignored by other engines. Default that engine's own."""


class FileBackup(Model):
    """Regular snapshots of a file system. They lie beside it and are lost with its storage account."""

    schedule: CronSchedule = "0 3 * * *"
    """When a snapshot is taken. Default 03:00 every day."""

    time_zone: TimeZone = "UTC"
    """IANA time zone of the schedule. Default UTC."""

    keep: Duration = "7d"
    """Age at which a snapshot is deleted; the newest good one is kept whatever its age. Default 7d."""

    image: ImageReference = "python:3.12.8-alpine3.21"
    """Image with a Python 3.12 that runs the script. Default python:3.12.8-alpine3.21."""


class Files(Model):
    """A file system several pods share."""

    type: Literal["files"]
    """Kind of store."""

    engine: Literal["csi"] = "csi"
    """Who provides it. Default the storage driver of its StorageClass."""

    size: Quantity
    """Capacity."""

    storage_class: Name | None = None
    """StorageClass that exists and offers ReadWriteMany. Default none: `azure` says where the files lie."""

    azure: AzureShare | None = None
    """Share in a storage account, with a StorageClass of its own. Default none."""

    backup: FileBackup | None = None
    """Snapshots; needs `azure`. Default none."""

    @model_validator(mode="after")
    def _one_place(self) -> Files:
        if (self.storage_class is None) == (self.azure is None):
            raise ValueError("has both or neither of storage_class and azure; write exactly one")
        if self.backup is not None and self.azure is None:
            raise ValueError("has a backup, but no snapshots are known of its StorageClass; write azure instead of it")
        return self


RENTED = frozenset({"azure-cache", "azure-flexible-server"})
"""Engines the cloud runs: their objects are for the management cluster, and they stand outside the environment's own."""

DataStore = Annotated[Postgres | Redis | Files, Field(discriminator="type")]
"""A store, told apart by `type`."""

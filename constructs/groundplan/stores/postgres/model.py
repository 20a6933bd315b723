"""A PostgreSQL database as it is written: what every engine of it has, and each engine's own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.model.containers import ConfigValue, Resources
from groundplan.model.values import CronSchedule, Duration, ImageReference, Model, Name, Quantity, TimeZone
from groundplan.model.windows import WeeklyWindow
from groundplan.stores.engines import Engines

PORT = 5432
"""Where every server listens; no engine can be told otherwise."""


class Dump(Model):
    """A logical dump: it restores onto another version, and past a fault that a log has copied faithfully."""

    schedule: CronSchedule
    """When it is taken."""

    time_zone: TimeZone = "UTC"
    """IANA time zone of the dump and the restore test. Default UTC."""

    bucket: Name
    """Bucket or container it goes to."""

    prefix: str = "postgres/daily/"
    """Folder in the bucket. Default postgres/daily/."""

    name: Name = "postgres-backup"
    """Name of the CronJob that dumps. Default postgres-backup."""

    image: ImageReference | None = None
    """Image with pg_dump and a server of the database's major version. Default `postgres-client` of images.yaml."""

    upload_image: ImageReference | None = None
    """Image with the object store's client. Default that of the cloud which runs the database."""

    node_pool: Name | None = None
    """Node pool of the jobs. Default any without a taint."""

    scratch: Quantity | None = None
    """Disk of its node that a dump may take, and a restore test too. Default by the database's volume: half of it for a
    dump, which is packed twice for a moment, and one and a half times as much for a restore test, which unpacks it into a
    database."""

    restore_test: CronSchedule | None = None
    """When the newest dump is restored into a scratch database and checked. Default never."""

    oldest: Duration = "26h"
    """Age at which the newest dump counts as missing, for the restore test. Default 26h: daily, and two to spare."""

    @property
    def restore_test_name(self) -> str:
        """Name of the CronJob that restores the newest dump."""
        return f"{self.name}-restore-test"


class Archive(Model):
    """The write-ahead log, archived all the time, and base backups: together they restore any moment."""

    bucket: Name
    """Bucket or container it goes to."""

    prefix: str = "postgres/wal/"
    """Folder in the bucket. Default postgres/wal/."""

    schedule: CronSchedule = "30 1 * * *"
    """When a base backup is taken, in UTC: the operator knows no other zone. Default 01:30 every day."""

    keep: Duration = "30d"
    """How long base backups and log are kept. Default 30d."""

    timeout: Duration = "5m"
    """Most time between two log segments; bounds what a lost disk loses. Default 5m."""

    generation: int = Field(default=1, ge=1)
    """Raise it by one when the database is rebuilt: its archive then begins in a new folder. Default 1."""

    encryption: Literal["bucket", "AES256", "aws:kms"] = "bucket"
    """How objects are encrypted where they are kept. Default as the bucket says, which every bucket here does."""


class CloudNativePg(Model):
    """CloudNativePG, in the cluster. See https://cloudnative-pg.io/documentation/current/ ."""

    instances: int = Field(default=2, ge=1, le=9)
    """Primary plus standbys. Default 2, in different zones."""

    storage: Quantity
    """Volume size per instance."""

    wal_storage: Quantity | None = None
    """Own volume for the write-ahead log. Default none: the log shares the data volume."""

    storage_class: Name | None = None
    """StorageClass of the volumes. Default the platform's general-purpose SSD."""

    resources: Resources
    """CPU and memory per instance."""

    service: Name | None = None
    """Name of the Service that leads to the primary. Default `<store>-rw`."""

    image: ImageReference | None = None
    """Server image instead of the pinned one of the major version. Default none."""

    parameters: dict[str, ConfigValue] = {}
    """postgresql.conf settings over the derived ones (memory, write-ahead log, logging). Default none."""

    node_pool: Name | None = None
    """Node pool of the instances. Default any."""

    preferred_zone: str | None = None
    """Zone in which the primary prefers to be. Default none."""

    archive: Archive | None = None
    """Continuous archive. Default none; production environments must have one."""

    follow: Literal["stream", "archive"] = "stream"
    """How a recovery peer's standby follows. Default stream: over the network between the two, a moment behind, with the
    archive where that has a gap. `archive`: by what the bucket replicates to its own alone, which needs no network between
    them and is behind by `archive.timeout` and by what the replication takes."""


class ReadReplica(Model):
    """A readable copy of a Flexible Server."""

    sku: str
    """Compute size."""

    region: str | None = None
    """Region. Default the primary's."""

    purpose: Literal["read", "recovery"]
    """What it is for: to share reads, or to be promoted when the primary's region is lost."""


class AzureFlexibleServer(Model):
    """A PostgreSQL Flexible Server. See https://learn.microsoft.com/azure/postgresql/flexible-server/ ."""

    storage: Quantity
    """Disk; one of the sizes that are sold."""

    sku: str = "Standard_D2s_v3"
    """Compute size. Default Standard_D2s_v3."""

    tier: Literal["Burstable", "GeneralPurpose", "MemoryOptimized"] = "GeneralPurpose"
    """Compute tier. Default GeneralPurpose."""

    high_availability: Literal["zone-redundant", "same-zone", "none"] = "none"
    """Standby with automatic failover. Default none."""

    zone: str = "1"
    """Zone of the primary. Default 1."""

    standby_zone: str = "2"
    """Zone of the standby; another than `zone`. Default 2."""

    subnet: Name = "database"
    """Subnet of the private endpoint, or the delegated one. Default `database`."""

    access: Literal["private-endpoint", "delegated-subnet"] = "private-endpoint"
    """How the server stands in the network; the two exclude each other. Default private-endpoint."""

    minimum_tls: Literal["TLSv1.2", "TLSv1.3"] = "TLSv1.2"
    """Oldest protocol accepted. Default TLSv1.2."""

    keep_backups: Duration | None = None
    """How long the service keeps its own backups, 7d to 35d. Default as the service does."""

    geo_redundant_backup: bool = False
    """Whether backups are copied to the paired region; only at creation. Default false."""

    read_replicas: dict[Name, ReadReplica] = {}
    """Readable copies by name, at most five. Default none."""

    pooler: bool = False
    """Whether the built-in PgBouncer listens on 6432; not on Burstable. Default false."""

    maintenance: WeeklyWindow | None = None
    """Weekly window. Default Azure's choice."""

    parameters: dict[str, str] = {}
    """Server parameters beside the derived ones. Default none."""


class PostgresEngines(Engines):
    """Who runs a PostgreSQL database."""

    cloudnative_pg: CloudNativePg | None = Field(default=None, alias="cloudnative-pg")
    """CloudNativePG, in the cluster."""

    azure_flexible_server: AzureFlexibleServer | None = Field(default=None, alias="azure-flexible-server")
    """A Flexible Server that Azure runs."""


class Postgres(Model):
    """A PostgreSQL database."""

    type: Literal["postgres"]
    """Kind of store."""

    version: int = Field(ge=13, le=18)
    """Major version."""

    database: str = "app"
    """Name of the database. Default app."""

    owner: str = "app"
    """Role that owns it. Default app."""

    credentials: Name
    """Secret of type basic-auth with `username` and `password` of the owner."""

    dump: Dump | None = None
    """Logical dumps. Default none."""

    engine: PostgresEngines
    """Who runs it."""

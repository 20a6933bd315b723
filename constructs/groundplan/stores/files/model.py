"""Shared files as they are written: what every engine of them has, and each engine's own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.images import default_image
from groundplan.model.values import CronSchedule, Duration, ImageReference, Model, Name, Quantity, TimeZone
from groundplan.stores.engines import Engines


class Snapshots(Model):
    """Regular snapshots of a file system. They lie beside it and are lost with its storage account."""

    schedule: CronSchedule = "0 3 * * *"
    """When a snapshot is taken. Default 03:00 every day."""

    time_zone: TimeZone = "UTC"
    """IANA time zone of the schedule. Default UTC."""

    keep: Duration = "7d"
    """Age at which a snapshot is deleted; the newest good one is kept whatever its age. Default 7d."""

    image: ImageReference = default_image("snapshots")
    """Image with a Python 3.12 that runs the script. Default `snapshots` of images.yaml."""


class AzureFiles(Model):
    """A file share in a storage account of the platform's chapter. See https://learn.microsoft.com/azure/storage/files/ .

    The share and its StorageClass follow from the store, so that its size stands in one place.
    """

    account: Name = "main"
    """Storage account of the platform's chapter that holds it. Default `main`."""

    user: int = Field(default=10001, ge=1)
    """User and group that every file belongs to: the protocol knows no owners. Default 10001, as services run."""

    snapshots: Snapshots | None = None
    """Snapshots. Default none."""


class Csi(Model):
    """Whatever the driver of a StorageClass makes."""

    storage_class: Name
    """StorageClass that exists and offers ReadWriteMany."""


class FilesEngines(Engines):
    """Who provides shared files."""

    csi: Csi | None = None
    """The storage driver of a StorageClass that is there."""

    azure_files: AzureFiles | None = Field(default=None, alias="azure-files")
    """A share in a storage account."""


class Files(Model):
    """A file system several pods share."""

    type: Literal["files"]
    """Kind of store."""

    size: Quantity
    """Capacity."""

    engine: FilesEngines
    """Who provides it."""

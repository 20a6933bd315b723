"""The backups chapter: copies of a cluster's objects and volumes outside it, and the proof that they restore."""

from __future__ import annotations

from pydantic import Field

from groundplan.images import default_image
from groundplan.model.values import CronSchedule, Duration, ImageReference, Model, Name

SMALLEST_KEEP = "30d"
"""Least that a copy is kept: a mistake is noticed by whoever looks once a month."""

USUAL_PREFIX = "cluster/"
"""What the names of copies begin with."""


class BackupSchedule(Model):
    """One row of copies."""

    at: CronSchedule
    """When a copy is made, in UTC."""

    keep: Duration
    """Age at which a copy is deleted. At least 30d, and longer than until the next one, so that there always is one."""


class Backups(Model):
    """Copies by Velero: everything the API server knows but Secrets, and the content of volumes.

    Git brings back what is rendered and a store's own copies its data; these bring back what neither holds. Secrets come
    from the vault again, and never lie in a bucket. See https://velero.io/docs/ .
    """

    bucket: Name
    """Bucket or container of the platform's chapter."""

    prefix: str = Field(default=USUAL_PREFIX, pattern=r"^[a-z0-9][a-z0-9-]*/$")
    """What the names of the objects in it begin with. Default `cluster/`."""

    schedules: dict[Name, BackupSchedule] = Field(min_length=1)
    """Rows of copies by name, `daily`, `weekly` and so on."""

    restore_test: CronSchedule
    """When the newest copy is restored into a namespace of its own and compared, in UTC. A copy that nobody has restored is
    a hope, so there is no default and no way without."""

    volumes: bool = True
    """Whether volumes of the cluster's own disks are copied too, from snapshots. Default true."""

    image: ImageReference = default_image("snapshots")
    """Image with a Python 3.12 that runs the restore test. Default `snapshots` of images.yaml."""

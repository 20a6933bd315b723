"""What is written of the copies of a store that go to object storage."""

from __future__ import annotations

from groundplan.model.values import CronSchedule, Duration, Model, Name, Quantity, TimeZone


class Copies(Model):
    """A copy of everything at a moment, and the regular proof that it restores. A copy nobody has restored is a hope."""

    schedule: CronSchedule
    """When one is made. As much is lost at most as changed since the last."""

    time_zone: TimeZone = "UTC"
    """IANA time zone of both schedules. Default UTC."""

    bucket: Name
    """Bucket or container they go to, which says how long they are kept."""

    prefix: str
    """Folder in the bucket, with a slash at its end."""

    restore_test: CronSchedule
    """When the newest copy is restored into a scratch server and looked at."""

    oldest: Duration = "26h"
    """Age at which the newest copy counts as missing. Default 26h: daily, and two to spare."""

    node_pool: Name | None = None
    """Node pool of the jobs. Default any without a taint."""

    scratch: Quantity | None = None
    """Disk of its node that a job may take. Default by the size of the store."""

"""The jobs chapter: work that ends, started by a service while it runs or by the clock."""

from __future__ import annotations

from math import ceil
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from groundplan.kubernetes.schedules import gaps
from groundplan.model.containers import ConfigValue, File, Mount, Resources
from groundplan.model.values import (
    CronSchedule,
    Duration,
    ImageReference,
    Model,
    Name,
    SecretReference,
    ServiceName,
    TimeZone,
    VariableName,
    seconds,
    whole_seconds,
)

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][-._A-Za-z0-9]{0,251}$")]
"""Name of a file that is a key of a ConfigMap."""

TextOrFile = Annotated[
    Annotated[str, Tag("text")] | Annotated[File, Tag("file")],
    Discriminator(lambda value: "file" if isinstance(value, dict | File) else "text"),
]
"""The text of a file, or its place as well."""

LEAST_DEADLINE = 10
"""Seconds. The controller looks every ten; with less it may never start a Job.
See https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline ."""


class Job(Model):
    """What any job is, whoever starts it. See https://kubernetes.io/docs/concepts/workloads/controllers/job/ ."""

    description: str = ""
    """One sentence for the docs."""

    command: list[str] = []
    """Entry point instead of the image's own. Default the image's."""

    resources: Resources
    """CPU and memory of one Job."""

    timeout: Duration = "30m"
    """Time after which a Job is stopped and counts as failed. Default 30m."""

    retries: int = Field(default=0, ge=0, le=10)
    """Further pods when one fails. Default none."""

    user: int = Field(default=10001, ge=1)
    """User and group id of the process; never root. Default 10001."""

    priority: Literal["critical", "high", "normal", "low"] = "low"
    """Who stays when a node is full. Default low: services come first."""

    node_pool: Name | None = None
    """Node pool to run on. Default wherever the scheduler finds room without a taint."""

    env: dict[VariableName, ConfigValue] = {}
    """Plain environment variables. Default none."""

    secrets: dict[VariableName, SecretReference] = {}
    """Environment variable to `<secret>/<key>` of the secrets chapter. Default none."""

    files: dict[FileName, TextOrFile] = {}
    """Files by name, such as the settings of a build tool: their text, which then lies in `/etc/<job>`, or `path` and
    `text` where a tool looks in one place alone. Default none."""

    mounts: dict[Name, Mount] = {}
    """Writable directories. Default none: /tmp is always writable, the rest of the file system never."""

    @property
    def secret_names(self) -> set[str]:
        """Secrets its pods read."""
        return {reference.partition("/")[0] for reference in self.secrets.values()}

    def placed_files(self, name: str) -> dict[str, File]:
        """Its files by name, each with its place, where the job is called `name`."""
        return {
            key: file if isinstance(file, File) else File(path=f"/etc/{name}/{key}", text=file)
            for key, file in sorted(self.files.items())
        }


class JobMount(Mount):
    """A directory of a job that a service starts."""

    sees: VariableName | Literal["everything"] | None = None
    """How much of a store each Job sees: the directory below it that is the value of this environment variable, which
    whoever starts the Job sets, or `everything`. Default none; a store needs one of the two."""

    @property
    def variable(self) -> str | None:
        """The variable; none where it sees everything, or nothing is shared."""
        return None if self.sees == "everything" else self.sees


class StartedJob(Job):
    """A kind of work that a service starts: what one Job of it looks like, and how many may run at once.

    From it follow: a template the service fills in, the service's rights in the namespace, the ServiceAccount, quota,
    network policy and files of the Jobs, the list of images admission lets in, alerts, and a share of the nodes.
    """

    started_by: ServiceName
    """Service that creates the Jobs; it may do so in `namespace` alone."""

    namespace: Name
    """Namespace of the Jobs; no other work is in it, because its quota counts every Job."""

    at_once: int = Field(default=1, ge=1)
    """Most Jobs that exist at the same time; the API server refuses one more. Default 1."""

    images: dict[Name, ImageReference] = Field(min_length=1)
    """Images a Job may run, by the name the service chooses by; the template holds the first. Nothing else is admitted."""

    keep: Duration = "2m"
    """How long a finished Job can be looked at. It counts against `at_once` meanwhile. Default 2m."""

    calls: list[str] = []
    """Hosts outside and rented stores that a Job may reach. Default none."""

    mounts: dict[Name, JobMount] = {}  # type: ignore[assignment]  # a mount that says more
    """Writable directories. Default none: /tmp is always writable, the rest of the file system never."""

    @property
    def own_directories(self) -> dict[str, str]:
        """Stores of which each Job sees one directory, and the variable that names it."""
        return {
            mount.store: mount.variable
            for mount in self.mounts.values()
            if mount.store is not None and mount.variable is not None
        }

    @model_validator(mode="before")
    @classmethod
    def _says_who_starts_it(cls, data: Any) -> Any:
        if isinstance(data, dict) and "started_by" not in data:
            raise ValueError("is started by nobody; write `started_by:` a service, or `schedule:`")
        return data


class Schedule(Model):
    """When a job is started, and what happens when it cannot be.

    See https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ .
    """

    at: CronSchedule
    """Minute, hour, day of month, month, day of week: `0 3 * * *` is every night at three."""

    zone: TimeZone = "UTC"
    """IANA time zone of `at`. Default UTC."""

    deadline: Duration = "1h"
    """How late a run may start, such as after an outage of the control plane; later it is left out. Default 1h."""

    overlap: Literal["forbid", "allow", "replace"] = "forbid"
    """What happens while the last run still goes on: the new one is left out, runs beside it, or takes its place.
    Default forbid."""

    succeeded: int = Field(default=3, ge=0)
    """Runs that are kept to be looked at after they succeeded. Default 3."""

    failed: int = Field(default=3, ge=1)
    """Runs that are kept to be looked at after they failed. Default 3; the alert needs one."""

    @model_validator(mode="after")
    def _ever_starts(self) -> Schedule:
        if gaps(self.at) is None:
            raise ValueError(f"`{self.at}` names a day that never comes; write one that does")
        if seconds(self.deadline) < LEAST_DEADLINE:
            raise ValueError(f"a deadline of {self.deadline} is over before anybody looks; write 10s or more")
        return self


_STARTED_ONLY = ("started_by", "namespace", "at_once", "images")
"""Keys that only a job has that a service starts."""


class ScheduledJob(Job):
    """Work that the clock starts, beside the services and with what they have.

    From it follow: CronJob, ServiceAccount, network policy and files, the way in at everything it calls, alerts when it
    fails or stays away, a row in the docs, and a share of the nodes and of the quota.
    """

    schedule: Schedule
    """When it is started."""

    image: ImageReference
    """Repository and tag or digest, without a registry host, which is the environment's."""

    args: list[str] = []
    """Arguments instead of the image's own. Default the image's."""

    keep: Duration = "7d"
    """How long a finished run can be looked at, at most. Default 7d."""

    calls: list[str] = []
    """What it calls: services, data stores, messaging, or external hosts, as for services. Default nothing."""

    urls: dict[VariableName, str] = {}
    """Environment variable to callee name: gets the callee's URL. Default `<CALLEE>_URL`, as for services."""

    identity: Name | None = None
    """Identity of the platform's chapter that its pods take on, where the platform has such. Default none."""

    cloud_access: list[Name] = []
    """Permissions by name, see `grants` of the platform's chapter. Default none."""

    @property
    def settings(self) -> dict[str, str]:
        """Plain values of its variables."""
        return self.env

    @property
    def at_once(self) -> int:
        """Runs that may go on at the same time: one, unless they may overlap."""
        found = gaps(self.schedule.at)
        if self.schedule.overlap != "allow" or found is None:
            return 1
        return max(1, ceil(whole_seconds(self.timeout) / found[0]))

    @model_validator(mode="before")
    @classmethod
    def _started_by_the_clock_alone(cls, data: Any) -> Any:
        wrong = [key for key in _STARTED_ONLY if isinstance(data, dict) and key in data]
        if wrong:
            raise ValueError(
                f"has a schedule and {' and '.join(wrong)}, which a job has that a service starts; "
                "keep `schedule:` with `image:`, or `started_by:` with `namespace:` and `images:`"
            )
        return data


def _kind(data: Any) -> str:
    scheduled = "schedule" in data if isinstance(data, dict) else isinstance(data, ScheduledJob)
    return "scheduled" if scheduled else "started"


AnyJob = Annotated[
    Annotated[StartedJob, Tag("started")] | Annotated[ScheduledJob, Tag("scheduled")], Discriminator(_kind)
]
"""A job of either kind: exactly one of `started_by` and `schedule` is written."""

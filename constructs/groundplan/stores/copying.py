"""The jobs that copy a store to object storage and prove the copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from groundplan.kubernetes.network_policy import internet, name_resolution
from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.platform import ObjectStorage, PodIdentity
from groundplan.pods import Taints
from groundplan.stores.backup_job import ScheduledJob, ScheduledJobProps, Step
from groundplan.stores.copy_model import Copies

MADE = "/backup/copy_"
"""What the path of a new copy begins with; the moment it was made follows."""

FETCHED = "/restore/newest.gz"
"""The newest copy, where a restore test finds it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyJobsProps:
    """How a store is copied, and where the copies go."""

    copies: Copies
    """What is written of them."""

    system: str
    """Name of the system, whose priority classes and labels the pods have."""

    makes: Step
    """Makes the one file that begins as `MADE` does and ends in `.gz`."""

    checks: Step
    """Restores the file `FETCHED`, and fails where nothing comes back."""

    storage: ObjectStorage
    """Where the copies lie."""

    client: str
    """Image with the object store's client, with the registry it is pulled from."""

    scratch: str
    """Disk of its node that a job may take, where none is written."""

    servers: Sequence[Json]
    """Egress rules to what is copied."""

    credentials: Sequence[Json] = ()
    """Egress rules to what hands out credentials. Default none."""

    taints: Taints = field(default_factory=dict)
    """Taints of the nodes by pool, the one it names among them. Default none."""

    identity: PodIdentity | None = None
    """Identity that writes and reads the copies. Default none."""

    standby: bool = False
    """Whether nothing is there to copy before a failover. Default false."""


class CopyJobs(Part):
    """Two CronJobs of one store: make a copy and upload it, download the newest and restore it.

    In a standby the first waits; the second proves copies there too, where the bucket is replicated.
    """

    def __init__(self, scope: Component | Part, id_: str, store: str, props: CopyJobsProps) -> None:
        super().__init__(scope, id_)
        self.props, copies, storage = props, props.copies, props.storage
        upload = Step(
            name="upload",
            image=props.client,
            script=storage.upload(MADE, ".gz", copies.prefix),
            env=storage.client_environment,
            memory=storage.client_memory,
        )
        download = Step(
            name="download",
            image=props.client,
            script=storage.download(copies.prefix, "copy_", whole_seconds(copies.oldest), FETCHED),
            env=storage.client_environment,
            memory=storage.client_memory,
        )
        self._add_job(backup_name(store), copies.schedule, props.makes, upload, "backup", props.servers, props.standby)
        self._add_job(restore_test_name(store), copies.restore_test, download, props.checks, "restore", (), False)

    def _add_job(
        self, name: str, schedule: str, first: Step, last: Step, folder: str, servers: Sequence[Json], suspend: bool
    ) -> None:
        props, copies = self.props, self.props.copies
        job = ScheduledJobProps(
            system=props.system,
            schedule=schedule,
            time_zone=copies.time_zone,
            first=first,
            last=last,
            mount=f"/{folder}",
            volume=f"{folder}-storage",
            size=copies.scratch or props.scratch,
            egress=[name_resolution(), *servers, internet(443), *props.credentials],
            suspend=suspend,
            node_pool=copies.node_pool,
            taints=props.taints,
            identity=props.identity,
        )
        ScheduledJob(self, name, job)


def backup_name(store: str) -> str:
    """Name of the CronJob that makes copies, and of its ServiceAccount."""
    return f"{store}-backup"


def restore_test_name(store: str) -> str:
    """Name of the CronJob that restores the newest copy, and of its ServiceAccount."""
    return f"{store}-backup-restore-test"

"""The daily logical dump of a database, and the regular proof that it restores.

The archive of the write-ahead log restores any moment onto the same PostgreSQL; a dump restores onto another version,
another architecture, and past a fault that the log has copied faithfully. A dump nobody has restored is a hope.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from groundplan.kubernetes.network_policy import internet, name_resolution
from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.platform import ObjectStorage, PodIdentity
from groundplan.pods import Taints
from groundplan.shell import script
from groundplan.stores.backup_job import ScheduledJob, ScheduledJobProps, Step
from groundplan.stores.postgres.model import Dump, Postgres

SCRIPTS = "groundplan.stores.postgres.scripts"
"""Where the scripts lie that dump and restore."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PostgresDumpProps:
    """A database as its dump sees it, and where the dump goes."""

    dump: Dump
    """What is written of the dump."""

    chapter: Postgres
    """What is written of the database."""

    host: str
    """Host name of the server."""

    port: int
    """Port of the server."""

    system: str
    """Name of the system, whose labels its pods have."""

    priorities: str = ""
    """Prefix of the priority classes of its pods. Default the system's name."""

    image: str
    """Image that dumps and tests the dump, with the registry it is pulled from."""

    client: str
    """Image with the object store's client, with the registry it is pulled from."""

    storage: ObjectStorage
    """Where the dumps lie."""

    server: Json
    """Egress rule to the server."""

    scratch: str
    """Disk of its node that a dump may take."""

    restore_scratch: str
    """Disk of its node that a restore test may take."""

    credentials: Sequence[Json] = ()
    """Egress rules to what hands out credentials. Default none."""

    taints: Taints = field(default_factory=dict)
    """Taints of the nodes by pool, the one it names among them. Default none."""

    identity: PodIdentity | None = None
    """Identity that writes the dumps. Default none."""

    standby: bool = False
    """Whether the peer makes the dumps. Default false."""


class PostgresDump(Part):
    """Two CronJobs of one database: dump and upload, download and restore.

    The dump waits in a standby, whose peer makes it; the restore test runs there too, over the replicated copy.
    """

    def __init__(self, scope: Component | Part, id_: str, props: PostgresDumpProps) -> None:
        super().__init__(scope, id_)
        self.props, self.dump = props, props.dump
        self._add_dump()
        if self.dump.restore_test is not None:
            self._add_restore_test(self.dump.restore_test)

    def _add_dump(self) -> None:
        dump = self.dump
        props = ScheduledJobProps(
            system=self.props.system,
            priorities=self.props.priorities,
            schedule=dump.schedule,
            time_zone=dump.time_zone,
            first=Step(
                name=dump.name,
                image=self.props.image,
                script=script(SCRIPTS, "dump", database=self.props.chapter.database),
                env=self._database_env(),
            ),
            last=self._upload(),
            mount="/backup",
            volume="backup-storage",
            size=self.props.scratch,
            egress=[name_resolution(), self.props.server, internet(443), *self.props.credentials],
            suspend=self.props.standby,
            node_pool=dump.node_pool,
            taints=self.props.taints,
            identity=self.props.identity,
        )
        ScheduledJob(self, dump.name, props)

    def _upload(self) -> Step:
        storage = self.props.storage
        return Step(
            name="upload",
            image=self.props.client,
            script=storage.upload(f"/backup/{self.props.chapter.database}_", ".dump.gz", self.dump.prefix),
            env=storage.client_environment,
            memory=storage.client_memory,
        )

    def _add_restore_test(self, schedule: str) -> None:
        dump = self.dump
        props = ScheduledJobProps(
            system=self.props.system,
            priorities=self.props.priorities,
            schedule=schedule,
            time_zone=dump.time_zone,
            first=Step(
                name="download",
                image=self.props.client,
                script=self.props.storage.download(
                    dump.prefix,
                    f"{self.props.chapter.database}_",
                    whole_seconds(dump.oldest),
                    "/restore/newest.dump.gz",
                ),
                env=self.props.storage.client_environment,
                memory=self.props.storage.client_memory,
            ),
            last=Step(
                name="restore-test",
                image=self.props.image,
                script=script(SCRIPTS, "restore_test"),
                env=[],
                memory="1024Mi",
            ),
            mount="/restore",
            volume="restore-storage",
            size=self.props.restore_scratch,
            egress=[name_resolution(), internet(443), *self.props.credentials],
            identity=self.props.identity,
        )
        ScheduledJob(self, dump.restore_test_name, props)

    def _database_env(self) -> list[Json]:
        """pg_dump reads its password from PGPASSWORD; the POSTGRES_ names are the ones people know from the services."""
        credentials = self.props.chapter.credentials
        password = {"secretKeyRef": {"name": credentials, "key": "password"}}
        return [
            {"name": "POSTGRES_HOST", "value": self.props.host},
            {"name": "PGPORT", "value": str(self.props.port)},
            {"name": "POSTGRES_DB", "value": self.props.chapter.database},
            {"name": "POSTGRES_USER", "valueFrom": {"secretKeyRef": {"name": credentials, "key": "username"}}},
            {"name": "POSTGRES_PASSWORD", "valueFrom": password},
            {"name": "PGPASSWORD", "valueFrom": password},
            {"name": "PGSSLMODE", "value": "require"},
        ]

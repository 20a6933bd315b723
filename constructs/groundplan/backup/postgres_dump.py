"""The daily logical dump of a database, and the regular proof that it restores.

The archive of the write-ahead log restores any moment onto the same PostgreSQL; a dump restores onto another version,
another architecture, and past a fault that the log has copied faithfully. A dump nobody has restored is a hope.
"""

from __future__ import annotations

from groundplan.backup.job import ScheduledJob, Step
from groundplan.backup.scripts import script
from groundplan.environment.data import DatabaseBackup, Postgres
from groundplan.environment.values import whole_seconds
from groundplan.networking.endpoints import credentials_agent, ports
from groundplan.networking.service_policy import database_pods, internet, name_resolution
from groundplan.parts import Component, Json, Part


class PostgresDump(Part):
    """Two CronJobs of one database: dump and upload, download and restore.

    The dump waits in a standby, whose peer makes it; the restore test runs there too, over the replicated copy.
    """

    def __init__(self, scope: Component | Part, id_: str, store: Postgres, backup: DatabaseBackup) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self.store = store
        self.backup = backup
        if backup.dump_schedule is not None:
            self._add_dump(backup.dump_schedule)
        if backup.restore_test is not None:
            self._add_restore_test(backup.restore_test)

    def _add_dump(self, schedule: str) -> None:
        backup = self.backup
        database = {"to": [{"podSelector": {"matchLabels": database_pods(self.name)}}], "ports": ports(self.store.port)}
        ScheduledJob(
            self,
            backup.dump_name,
            schedule=schedule,
            time_zone=backup.time_zone,
            first=Step(
                name=backup.dump_name,
                image=self.environment.upstream_image(self.store.dump_image),
                script=script("dump", database=self.store.database),
                env=self._database_env(),
            ),
            last=Step(
                name="upload",
                image=self.environment.upstream_image(backup.upload_image),
                script=script("upload", database=self.store.database, bucket=backup.bucket, prefix=backup.dump_prefix),
                env=self._region(),
            ),
            mount="/backup",
            volume="backup-storage",
            size=backup.scratch,
            egress=[name_resolution(), database, internet(443), credentials_agent()],
            suspend=self.environment.is_standby,
        )

    def _add_restore_test(self, schedule: str) -> None:
        backup = self.backup
        ScheduledJob(
            self,
            backup.restore_test_name,
            schedule=schedule,
            time_zone=backup.time_zone,
            first=Step(
                name="download",
                image=self.environment.upstream_image(backup.upload_image),
                script=script(
                    "download",
                    database=self.store.database,
                    bucket=backup.bucket,
                    prefix=backup.dump_prefix,
                    oldest=str(whole_seconds(backup.oldest)),
                ),
                env=self._region(),
            ),
            last=Step(
                name="restore-test",
                image=self.environment.upstream_image(self.store.dump_image),
                script=script("restore_test"),
                env=[],
                memory="1024Mi",
            ),
            mount="/restore",
            volume="restore-storage",
            size=backup.scratch,
            egress=[name_resolution(), internet(443), credentials_agent()],
        )

    def _region(self) -> list[Json]:
        return [{"name": "AWS_REGION", "value": self.environment.cluster.region}]

    def _database_env(self) -> list[Json]:
        """pg_dump reads its password from PGPASSWORD; the POSTGRES_ names are the ones people know from the services."""
        credentials = self.store.credentials
        password = {"secretKeyRef": {"name": credentials, "key": "password"}}
        return [
            {"name": "POSTGRES_HOST", "value": self.store.service or f"{self.name}-rw"},
            {"name": "PGPORT", "value": str(self.store.port)},
            {"name": "POSTGRES_DB", "value": self.store.database},
            {"name": "POSTGRES_USER", "valueFrom": {"secretKeyRef": {"name": credentials, "key": "username"}}},
            {"name": "POSTGRES_PASSWORD", "valueFrom": password},
            {"name": "PGPASSWORD", "valueFrom": password},
            {"name": "PGSSLMODE", "value": "require"},
        ]

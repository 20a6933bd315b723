"""The daily logical dump of a database, and the regular proof that it restores.

The archive of the write-ahead log restores any moment onto the same PostgreSQL; a dump restores onto another version,
another architecture, and past a fault that the log has copied faithfully. A dump nobody has restored is a hope.
"""

from __future__ import annotations

from groundplan.model.data import DatabaseBackup, Postgres
from groundplan.model.values import whole_seconds
from groundplan.networking.endpoints import ports
from groundplan.networking.service_policy import database_pods, internet, name_resolution, outside_store
from groundplan.parts import Component, Json, Part
from groundplan.platforms.platform import ObjectStorage
from groundplan.platforms.registry import platform_of
from groundplan.stores.backup_job import ScheduledJob, Step
from groundplan.stores.postgres.azure_flexible_server.server import server_host
from groundplan.stores.postgres.scripts import script


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
            last=self._upload(),
            mount="/backup",
            volume="backup-storage",
            size=backup.scratch,
            egress=[name_resolution(), self._database(), internet(443), *self._credentials],
            suspend=self.environment.is_standby,
            node_pool=backup.node_pool,
            identity=backup.identity,
        )

    @property
    def _credentials(self) -> list[Json]:
        """Egress to what hands out credentials."""
        return platform_of(self.environment).credentials_egress

    @property
    def _storage(self) -> ObjectStorage:
        """Where the dumps lie."""
        storage = platform_of(self.environment).object_storage(self.backup.bucket)
        if storage is None:
            what = f"dumps to `{self.backup.bucket}`, which no storage has"
            raise self.fail(what, "declare it in the platform's chapter")
        return storage

    @property
    def _client(self) -> str:
        """Image with the object store's client."""
        return self.environment.upstream_image(self.backup.upload_image or self._storage.client)

    def _upload(self) -> Step:
        storage = self._storage
        text = script(
            storage.upload,
            database=self.store.database,
            bucket=self.backup.bucket,
            prefix=self.backup.dump_prefix,
            **storage.values,
        )
        return Step(
            name="upload",
            image=self._client,
            script=text,
            env=storage.client_environment,
            memory=storage.client_memory,
        )

    def _database(self) -> Json:
        """Egress to the server, be it pods of the cluster or rented in a subnet."""
        pods = {"to": [{"podSelector": {"matchLabels": database_pods(self.name)}}], "ports": ports(self.store.port)}
        return outside_store(self.environment, self.name) or pods

    def _add_restore_test(self, schedule: str) -> None:
        backup = self.backup
        ScheduledJob(
            self,
            backup.restore_test_name,
            schedule=schedule,
            time_zone=backup.time_zone,
            first=Step(
                name="download",
                image=self._client,
                script=script(
                    "download",
                    database=self.store.database,
                    bucket=backup.bucket,
                    prefix=backup.dump_prefix,
                    oldest=str(whole_seconds(backup.oldest)),
                ),
                env=self._storage.client_environment,
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
            egress=[name_resolution(), internet(443), *self._credentials],
        )

    def _database_env(self) -> list[Json]:
        """pg_dump reads its password from PGPASSWORD; the POSTGRES_ names are the ones people know from the services."""
        credentials = self.store.credentials
        rented = self.store.engine == "azure-flexible-server"
        host = server_host(self.environment, self.name) if rented else self.store.service or f"{self.name}-rw"
        password = {"secretKeyRef": {"name": credentials, "key": "password"}}
        return [
            {"name": "POSTGRES_HOST", "value": host},
            {"name": "PGPORT", "value": str(self.store.port)},
            {"name": "POSTGRES_DB", "value": self.store.database},
            {"name": "POSTGRES_USER", "valueFrom": {"secretKeyRef": {"name": credentials, "key": "username"}}},
            {"name": "POSTGRES_PASSWORD", "valueFrom": password},
            {"name": "PGPASSWORD", "valueFrom": password},
            {"name": "PGSSLMODE", "value": "require"},
        ]

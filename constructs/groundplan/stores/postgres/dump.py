"""The daily logical dump of a database, and the regular proof that it restores.

The archive of the write-ahead log restores any moment onto the same PostgreSQL; a dump restores onto another version,
another architecture, and past a fault that the log has copied faithfully. A dump nobody has restored is a hope.
"""

from __future__ import annotations

from typing import Any

from groundplan.facts.standby import waits
from groundplan.kubernetes.network_policy import internet, name_resolution
from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.platform import ObjectStorage
from groundplan.platforms.registry import platform_of
from groundplan.stores.backup_job import ScheduledJob, Step
from groundplan.stores.postgres.database import PostgresStore
from groundplan.stores.postgres.model import Dump
from groundplan.stores.postgres.scripts import script


class PostgresDump(Part):
    """Two CronJobs of one database: dump and upload, download and restore.

    The dump waits in a standby, whose peer makes it; the restore test runs there too, over the replicated copy.
    """

    def __init__(self, scope: Component | Part, id_: str, store: PostgresStore[Any], dump: Dump) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self.store = store
        self.dump = dump
        self._add_dump()
        if dump.restore_test is not None:
            self._add_restore_test(dump.restore_test)

    def _add_dump(self) -> None:
        dump = self.dump
        ScheduledJob(
            self,
            dump.name,
            schedule=dump.schedule,
            time_zone=dump.time_zone,
            first=Step(
                name=dump.name,
                image=self.environment.upstream_image(self.store.dump_image),
                script=script("dump", database=self.store.chapter.database),
                env=self._database_env(),
            ),
            last=self._upload(),
            mount="/backup",
            volume="backup-storage",
            size=dump.scratch,
            egress=[name_resolution(), self.store.dump_egress(), internet(443), *self._credentials],
            suspend=waits(self.environment),
            node_pool=dump.node_pool,
            identity=dump.identity,
        )

    @property
    def _credentials(self) -> list[Json]:
        """Egress to what hands out credentials."""
        return platform_of(self.environment).credentials_egress

    @property
    def _storage(self) -> ObjectStorage:
        """Where the dumps lie."""
        storage = platform_of(self.environment).object_storage(self.dump.bucket)
        if storage is None:
            what = f"dumps to `{self.dump.bucket}`, which no storage account has"
            raise self.fail(what, "declare it in azure.storage")
        return storage

    @property
    def _client(self) -> str:
        """Image with the object store's client."""
        return self.environment.upstream_image(self.dump.upload_image or self._storage.client)

    def _upload(self) -> Step:
        storage = self._storage
        text = script(
            storage.upload,
            database=self.store.chapter.database,
            bucket=self.dump.bucket,
            prefix=self.dump.prefix,
            **storage.values,
        )
        return Step(
            name="upload",
            image=self._client,
            script=text,
            env=storage.client_environment,
            memory=storage.client_memory,
        )

    def _add_restore_test(self, schedule: str) -> None:
        dump = self.dump
        ScheduledJob(
            self,
            dump.restore_test_name,
            schedule=schedule,
            time_zone=dump.time_zone,
            first=Step(
                name="download",
                image=self._client,
                script=script(
                    "download",
                    database=self.store.chapter.database,
                    bucket=dump.bucket,
                    prefix=dump.prefix,
                    oldest=str(whole_seconds(dump.oldest)),
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
            size=dump.scratch,
            egress=[name_resolution(), internet(443), *self._credentials],
        )

    def _database_env(self) -> list[Json]:
        """pg_dump reads its password from PGPASSWORD; the POSTGRES_ names are the ones people know from the services."""
        credentials = self.store.chapter.credentials
        password = {"secretKeyRef": {"name": credentials, "key": "password"}}
        return [
            {"name": "POSTGRES_HOST", "value": self.store.host},
            {"name": "PGPORT", "value": str(self.store.port)},
            {"name": "POSTGRES_DB", "value": self.store.chapter.database},
            {"name": "POSTGRES_USER", "valueFrom": {"secretKeyRef": {"name": credentials, "key": "username"}}},
            {"name": "POSTGRES_PASSWORD", "valueFrom": password},
            {"name": "PGPASSWORD", "valueFrom": password},
            {"name": "PGSSLMODE", "value": "require"},
        ]

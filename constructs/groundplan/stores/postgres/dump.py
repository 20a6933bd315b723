"""The daily logical dump of a database, and the regular proof that it restores.

The archive of the write-ahead log restores any moment onto the same PostgreSQL; a dump restores onto another version,
another architecture, and past a fault that the log has copied faithfully. A dump nobody has restored is a hope.
"""

from __future__ import annotations

from groundplan.model.data import DatabaseBackup, Postgres
from groundplan.model.values import whole_seconds
from groundplan.networking.endpoints import credentials_agent, ports
from groundplan.networking.service_policy import database_pods, internet, name_resolution, outside_store
from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.naming import account_of
from groundplan.stores.backup_job import ScheduledJob, Step
from groundplan.stores.postgres.azure_flexible_server.server import server_host
from groundplan.stores.postgres.scripts import script

AWS_CLIENT = "amazon/aws-cli:2.22.35"
AZURE_CLIENT = "mcr.microsoft.com/azure-cli:2.75.0"
"""Images with the object store's client, by the cloud that keeps the dumps."""


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
            egress=[name_resolution(), self._database(), internet(443), *self._credentials()],
            suspend=self.environment.is_standby,
            node_pool=backup.node_pool,
            identity=backup.identity,
        )

    @property
    def _on_azure(self) -> bool:
        """Whether Azure keeps the dumps."""
        return self.environment.cluster.provider == "azure"

    @property
    def _client(self) -> str:
        """Image with the object store's client."""
        return self.environment.upstream_image(
            self.backup.upload_image or (AZURE_CLIENT if self._on_azure else AWS_CLIENT)
        )

    def _upload(self) -> Step:
        values = {
            "database": self.store.database,
            "bucket": self.backup.bucket,
            "prefix": self.backup.dump_prefix,
        }
        if not self._on_azure:
            return Step(name="upload", image=self._client, script=script("upload", **values), env=self._region())
        text = script("upload_blob", account=self._account(), **values)
        return Step(name="upload", image=self._client, script=text, env=[], memory="1024Mi")

    def _account(self) -> str:
        """The storage account that has the container called like the bucket."""
        account = account_of(self.environment, self.backup.bucket)
        if account is None:
            what = f"dumps to `{self.backup.bucket}`, which no storage account has"
            raise self.fail(what, "declare it in azure.storage")
        return account

    def _database(self) -> Json:
        """Egress to the server, be it pods of the cluster or rented in a subnet."""
        pods = {"to": [{"podSelector": {"matchLabels": database_pods(self.name)}}], "ports": ports(self.store.port)}
        return outside_store(self.environment, self.name) or pods

    def _credentials(self) -> list[Json]:
        """Egress to the node's agent that hands out credentials; on Azure the directory does, on the Internet."""
        return [] if self._on_azure else [credentials_agent()]

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

"""Continuous archive of a database: every log segment and a daily base backup in a bucket.

Together they restore any moment of the retention time. See https://cloudnative-pg.io/plugin-barman-cloud/docs/concepts/ .
"""

from __future__ import annotations

from groundplan.kubernetes.labels import selector_labels
from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.platform import ObjectStorage
from groundplan.stores.postgres.cloudnative_pg.follower import BARMAN
from groundplan.stores.postgres.model import Archive

SIDECAR_RESOURCES: Json = {
    "requests": {"cpu": "100m", "memory": "256Mi"},
    "limits": {"cpu": "1", "memory": "1Gi"},
}
"""Of the container beside each instance that talks to the bucket; compressing a base backup takes most of it."""

DAY = 86400


def archiver(store: str, server: str) -> Json:
    """The plugin as the one archiver of a database; `server` is its folder in the bucket."""
    return {
        "name": BARMAN,
        "enabled": True,
        "isWALArchiver": True,
        "parameters": {"barmanObjectName": store, "serverName": server},
    }


class PostgresArchive(Part):
    """The bucket as the plugin sees it, and the schedule of base backups.

    Args:
        scope: the database's construct.
        id_: construct id.
        name: name of the database.
        archive: what is written of it.
        storage: how the bucket is reached.
    """

    def __init__(
        self, scope: Component | Part, id_: str, name: str, *, archive: Archive, storage: ObjectStorage
    ) -> None:
        super().__init__(scope, id_)
        self.name = name
        self.archive = archive
        self._add_object_store(storage)
        self._add_scheduled_backup()

    def _add_object_store(self, storage: ObjectStorage) -> None:
        compression: Json = {"compression": "gzip"}
        if self.archive.encryption != "bucket" and storage.encrypts:
            compression["encryption"] = self.archive.encryption
        region = {"env": list(storage.archive_environment)} if storage.archive_environment else {}
        self.emit(
            {
                "apiVersion": "barmancloud.cnpg.io/v1",
                "kind": "ObjectStore",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "configuration": {
                        "destinationPath": f"{storage.location}{self.archive.prefix}",
                        **storage.barman,
                        "wal": {**compression, "maxParallel": 4},
                        "data": {**compression, "jobs": 2},
                    },
                    "retentionPolicy": f"{max(1, whole_seconds(self.archive.keep) // DAY)}d",
                    "instanceSidecarConfiguration": {"resources": SIDECAR_RESOURCES, **region},
                },
            }
        )

    def _add_scheduled_backup(self) -> None:
        """The operator's cron has seconds in front. The first backup is taken at once: without one, log is worth nothing."""
        self.emit(
            {
                "apiVersion": "postgresql.cnpg.io/v1",
                "kind": "ScheduledBackup",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "cluster": {"name": self.name},
                    "schedule": f"0 {self.archive.schedule}",
                    "immediate": True,
                    "backupOwnerReference": "self",
                    "method": "plugin",
                    "pluginConfiguration": {"name": BARMAN},
                    "target": "prefer-standby",
                },
            }
        )


class PeerArchive(Part):
    """The other side's archive, to be read alone: nothing is written there, and nothing expires by this object.

    Args:
        scope: the database's construct.
        id_: construct id.
        name: name of the object.
        storage: how buckets are reached from here.
        location: where the archive lies.
    """

    def __init__(self, scope: Component | Part, id_: str, name: str, *, storage: ObjectStorage, location: str) -> None:
        super().__init__(scope, id_)
        configuration: Json = {"destinationPath": location, **storage.barman}
        metadata: Json = {"name": name}
        self.emit(
            {
                "apiVersion": "barmancloud.cnpg.io/v1",
                "kind": "ObjectStore",
                "metadata": metadata,
                "spec": {"configuration": configuration},
            }
        )

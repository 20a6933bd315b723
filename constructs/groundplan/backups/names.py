"""What the objects about copies of a cluster are called, for those who make them and those who read them back."""

from __future__ import annotations

VELERO_GROUP = "velero.io"
"""API group of Velero."""

LOCATION = "default"
"""The BackupStorageLocation."""

POLICIES = "volumes"
"""ConfigMap that says which volumes are copied."""

SNAPSHOT_CLASS = "velero"
"""VolumeSnapshotClass of snapshots that are copied and go again."""

CANARY = "restore-canary"
"""ConfigMap among the services whose content is compared after a restore."""

RESTORE_TEST = "restore-test"
"""CronJob that restores the newest copy, and the namespace it restores into."""

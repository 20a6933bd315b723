"""Words of the driver that its objects need."""

from __future__ import annotations

SNAPSHOT_CLASS = "azure-files"
"""VolumeSnapshotClass of Azure's file shares."""

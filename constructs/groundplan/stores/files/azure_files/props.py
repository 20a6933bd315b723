"""What the snapshots of a file share take from its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.facts.standby import waits
from groundplan.networking.service_peers import kubernetes_api
from groundplan.stores.files.azure_files.snapshots import FileSnapshotsProps
from groundplan.stores.files.model import Snapshots

if TYPE_CHECKING:
    from groundplan.stores.files.azure_files.store import AzureFilesStore


def snapshots_props(store: AzureFilesStore, snapshots: Snapshots) -> FileSnapshotsProps:
    """The image of the job, and how it reaches the API server."""
    environment = store.environment
    return FileSnapshotsProps(
        snapshots=snapshots,
        claim=store.name,
        job=store.snapshot_job,
        system=environment.system,
        priorities=environment.priorities,
        image=environment.upstream_image(snapshots.image),
        egress=[kubernetes_api(environment)],
        suspend=waits(environment),
    )

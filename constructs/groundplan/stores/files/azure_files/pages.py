"""What the documents say of a file share: its snapshots, and how files come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from groundplan.platforms.azure.documents.restore import restore_share
from groundplan.platforms.azure.naming import AzureKind, azure_name, storage_account
from groundplan.stores.files.pages import FilesPages
from groundplan.stores.pages import Row

if TYPE_CHECKING:
    from groundplan.stores.files.azure_files.store import AzureFilesStore


class AzureFilesPages(FilesPages):
    """A share with its snapshots."""

    @property
    def share(self) -> AzureFilesStore:
        """The store."""
        return cast("AzureFilesStore", self.store)

    def kept(self) -> list[Row]:
        """Snapshots, beside the share."""
        snapshots = self.share.settings.snapshots
        if snapshots is None:
            return []
        when = f"`{snapshots.schedule}` {snapshots.time_zone}"
        return [(self.store.name, "snapshot", when, "beside the share", snapshots.keep)]

    def restore(self, context: str) -> list[str]:
        """From a snapshot, file by file or as a whole."""
        environment = self.store.environment
        group = azure_name(environment, AzureKind.RESOURCE_GROUP)
        return [restore_share(group, storage_account(environment, self.share.settings.account), self.store.name)]

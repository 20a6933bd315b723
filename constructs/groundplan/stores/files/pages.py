"""What the documents say of shared files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundplan.stores.answers import Description
from groundplan.stores.pages import StorePages

if TYPE_CHECKING:
    from groundplan.stores.files.shared import SharedFilesStore


class FilesPages(StorePages[Any]):
    """Files that pods share."""

    store: SharedFilesStore[Any]

    def description(self) -> Description:
        """Their StorageClass and size."""
        return Description(what="shared files", run_by=self.store.storage_class, how="", size=self.store.chapter.size)

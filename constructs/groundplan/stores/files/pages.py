"""What the documents say of shared files."""

from __future__ import annotations

from typing import Any

from groundplan.stores.answers import Description
from groundplan.stores.files.shared import SharedFilesStore
from groundplan.stores.pages import StorePages


class FilesPages(StorePages[SharedFilesStore[Any]]):
    """Files that pods share."""

    def description(self) -> Description:
        """Their StorageClass and size."""
        return Description(what="shared files", run_by=self.store.storage_class, how="", size=self.store.chapter.size)

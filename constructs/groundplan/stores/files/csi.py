"""Shared files on a StorageClass that is there, as the rest of the house asks of them."""

from __future__ import annotations

from groundplan.stores.files.model import Csi
from groundplan.stores.files.shared import SharedFilesStore


class CsiStore(SharedFilesStore[Csi]):
    """Files that the driver of a StorageClass keeps."""

    engine = "csi"

    @property
    def storage_class(self) -> str:
        """The class that is named."""
        return self.settings.storage_class

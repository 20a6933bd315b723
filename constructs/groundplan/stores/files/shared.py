"""What shared files of every engine answer: pods mount them, nobody calls them."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from groundplan.facts.file_shares import claim_namespaces
from groundplan.stores.files.model import Files
from groundplan.stores.store import SettingsT, Store

if TYPE_CHECKING:
    from groundplan.parts import Component
    from groundplan.stores.files.pages import FilesPages


class SharedFilesStore(Store[Files, SettingsT]):
    """A file system that several pods mount."""

    is_mounted = True
    not_called = (
        "is a file system, which pods mount and nobody calls",
        "remove it, and write `mounts: {files: {path: <path>, store: <store>}}`",
    )

    @property
    @abstractmethod
    def storage_class(self) -> str:
        """StorageClass of its claims."""

    def build(self, component: Component) -> None:
        """A claim in each namespace that mounts it."""
        from groundplan.stores.files.claims import SharedFiles

        SharedFiles(
            component,
            self.name,
            namespaces=claim_namespaces(self.environment, self.name),
            size=self.chapter.size,
            storage_class=self.storage_class,
        )

    def pages(self) -> FilesPages:
        """What the documents say of it."""
        from groundplan.stores.files.pages import FilesPages

        return FilesPages(self)

"""The repository before and after: any file of it, from git, read when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from groundplan.review.revisions import Repository
from groundplan.yaml.manifests import ManifestYamlError, parse_documents


class Side:
    """One of the two states.

    Args:
        repository: where it is kept.
        revision: the commit, or the working tree.
        roots: folders that are looked into.
    """

    def __init__(self, repository: Repository, revision: str, roots: Iterable[str]) -> None:
        self._repository, self._revision, self._roots = repository, revision, tuple(roots)
        self._read: dict[str, bytes] = {}

    @cached_property
    def _listed(self) -> list[str]:
        return sorted(self._repository.listed(self._revision, self._roots))

    def below(self, *folders: str) -> dict[str, bytes]:
        """Every file below the folders, by its path."""
        starts = tuple(f"{folder}/" for folder in folders)
        return self._contents([path for path in self._listed if path.startswith(starts)])

    def file(self, path: str) -> bytes | None:
        """One file; None where it is not there."""
        return self._contents([path]).get(path)

    def objects(self, *folders: str) -> dict[str, Mapping[str, Any]]:
        """Every object below the folders that can be read, by the path of its file."""
        found: dict[str, Mapping[str, Any]] = {}
        for path, content in self.below(*folders).items():
            try:
                document = next(iter(parse_documents(content)), None)
            except (ManifestYamlError, UnicodeDecodeError):  # the review itself says so
                continue
            if isinstance(document, Mapping) and {"kind", "apiVersion", "metadata"} <= document.keys():
                found[path] = document
        return found

    def _contents(self, paths: list[str]) -> dict[str, bytes]:
        known = set(self._listed)
        wanted = [path for path in paths if path in known and path not in self._read]
        self._read |= self._repository.contents(self._revision, wanted)
        return {path: self._read[path] for path in paths if path in known}

"""The recorded facts on disk: one file for each distinct input, found again by the digest of that input."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from groundplan.chart_facts.facts import ChartFacts
from groundplan.chart_facts.release import ReleaseInput, inputs_of
from groundplan.errors import EnvironmentFileError, Finding, Location

FOLDER = "charts"
"""Where the facts lie, below the repository."""

FORMAT = 1
"""Version of what a file says; a file of another version counts as missing."""

WIDTH = 140
"""A value that fits on a line of this length stands on one, so that a change of one thing is a change of one line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: an input and what is known of it."""

    chart: str
    """Name of the chart."""

    version: str
    """Chart version."""

    release: str
    """Name of the release."""

    namespace: str
    """Namespace."""

    kubernetes: str
    """Minor version of the cluster."""

    digest: str
    """Digest of the whole input, values included."""

    recorded: bool = True
    """Whether the chart was to be had. Default true."""

    reason: str = ""
    """Why it was not. Default none."""

    asked: tuple[str, ...] = ()
    """APIs whose presence the templates ask for, `group/version` or `group/version/Kind`. Default none."""

    served: tuple[str, ...] = ()
    """Those of them that the cluster serves. Default none."""

    facts: ChartFacts = field(default_factory=ChartFacts)
    """What the chart brings; empty where it was not recorded."""


@dataclass(frozen=True)
class Recorded:
    """Every recorded fact of a repository."""

    entries: Mapping[str, Entry]
    """Entries by file, relative to the repository."""

    @cached_property
    def by_digest(self) -> Mapping[str, Entry]:
        """Entries by the digest of their input."""
        return {entry.digest: entry for entry in self.entries.values()}

    def entry(self, release: ReleaseInput) -> Entry | None:
        """What was recorded for this very input; None where nothing was."""
        return self.by_digest.get(release.digest)

    def of(self, application: Mapping[str, Any], kubernetes: str) -> ChartFacts | None:
        """What an Argo CD Application's chart brings; None where it has none, or no facts of it are recorded.

        Args:
            application: the Application as the cluster reads it.
            kubernetes: minor version of the cluster, e.g. `1.32`.
        """
        for release in inputs_of(application, kubernetes):
            entry = self.entry(release)
            return entry.facts if entry is not None and entry.recorded else None
        return None


@cache
def read_recorded(root: Path) -> Recorded:
    """The facts recorded in the repository `root`, read once; none where there is no folder of them.

    Raises:
        EnvironmentFileError: where a file is not what `groundplan charts record` writes.
    """
    return Recorded(dict(_read(root)))


def _read(root: Path) -> Iterator[tuple[str, Entry]]:
    for path in sorted((root / FOLDER).glob("*/*.json")):
        shown = path.relative_to(root).as_posix()
        entry = entry_of(shown, path.read_bytes())
        if entry is not None:
            yield shown, entry


def entry_of(shown: str, text: bytes) -> Entry | None:
    """What a file of recorded facts says; None for one of another format.

    Args:
        shown: path of the file, relative to the repository.
        text: what is in it.

    Raises:
        EnvironmentFileError: where it is not what `groundplan charts record` writes.
    """
    try:
        content = json.loads(text)
        if isinstance(content, dict) and content.pop("format", None) == FORMAT:
            return _ADAPTER.validate_python(content)
    except (ValueError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        message, advice = f"is no file of recorded facts ({reason})", "run `groundplan charts record`"
        raise EnvironmentFileError([Finding(Location(shown), "charts.unreadable", "", message, advice)]) from None
    return None


def entry_text(entry: Entry) -> str:
    """The file's text: the same for the same facts, empty things left out."""
    content = {"format": FORMAT, **_ADAPTER.dump_python(entry, mode="json", exclude_defaults=True)}
    return f"{wrapped(content)}\n"


def write_entries(root: Path, entries: Mapping[str, Entry]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make the folder hold exactly `entries`.

    Args:
        root: the repository.
        entries: entries by file, relative to the repository.

    Returns:
        The files that were written because they differ, and the files that were removed.
    """
    texts = {path: entry_text(entry) for path, entry in entries.items()}
    old = {path.relative_to(root).as_posix(): path for path in (root / FOLDER).glob("*/*.json")}
    written = [path for path, text in texts.items() if not _holds(root / path, text)]
    for path in written:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(texts[path], "utf-8")
    removed = sorted(old.keys() - texts.keys())
    for path in removed:
        old[path].unlink()
    _remove_empty(old[path].parent for path in removed)
    read_recorded.cache_clear()
    return tuple(sorted(written)), tuple(removed)


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in sorted(set(folders)):
        if not any(folder.iterdir()):
            folder.rmdir()


def wrapped(value: Any, indent: str = "") -> str:
    """JSON in which whatever fits on a line stands on one."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner = f"{indent}  "
    if isinstance(value, dict):
        items = [f"{inner}{json.dumps(key, ensure_ascii=False)}: {wrapped(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    return "[\n" + ",\n".join(f"{inner}{wrapped(item, inner)}" for item in value) + f"\n{indent}]"


_ADAPTER = TypeAdapter(Entry)

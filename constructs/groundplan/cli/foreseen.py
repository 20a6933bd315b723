"""What clusters lose and keep once an edit of environment files is merged, told before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from rich.console import Console

from groundplan.delivered import SYNC_OPTIONS
from groundplan.model.environment import Environment
from groundplan.review.report import Entry, Review, reviewed
from groundplan.review.revisions import ChangedFile
from groundplan.synth.render import forget_constructs, render_environment

Environments = Mapping[str, Environment]


def foreseen(before: Environments, after: Environments) -> Review:
    """What the change does, by rendering both in memory."""
    old, new = _rendered(before.values()), _rendered(after.values())
    files = [
        ChangedFile(str(path), old.get(path), new.get(path))
        for path in sorted({*old, *new})
        if old.get(path) != new.get(path)
    ]
    return reviewed(files, lambda: set(map(str, new)))


def _rendered(environments: Iterable[Environment]) -> dict[PurePosixPath, bytes]:
    files: dict[PurePosixPath, bytes] = {}
    for environment in environments:
        files |= render_environment(environment).files
        forget_constructs()
    return files


def renamed_objects(found: Review, old: str, new: str) -> dict[str, str]:
    """Names of objects that go, to those of the same kind that come in their place under the new name of an entry."""
    names = {
        (entry.change.identity.scope, entry.change.identity.kind, entry.change.identity.name)
        for entry in found.entries
        if entry.change.before is None
    }
    renamed = {}
    for entry in found.entries:
        identity = entry.change.identity
        other = identity.name.replace(old, new)
        if entry.change.after is None and (identity.scope, identity.kind, other) in names:
            renamed[identity.name] = other
    return renamed


def print_fate(found: Review, out: Console) -> None:
    """What goes, what stays behind until a person deletes it, and what is changed beside that."""
    gone = [entry for entry in found.entries if entry.change.after is None]
    stays = [entry for entry in gone if _stays(entry)]
    _print(out, "stay in the clusters until somebody deletes them", stays)
    _print(out, "are deleted after somebody confirms it in Argo CD", [entry for entry in gone if _asks(entry)])
    _print(out, "are deleted", [entry for entry in gone if entry not in stays and not _asks(entry)])
    new = [entry for entry in found.entries if entry.change.before is None]
    _print(out, "are new", new)
    _print(out, "change", [entry for entry in found.entries if entry not in gone and entry not in new])


def _print(out: Console, what: str, entries: list[Entry]) -> None:
    if not entries:
        return
    out.print(f"{len(entries)} objects {what}:", markup=False)
    names = [f"  {entry.change.identity.scope}: {entry.change.identity} ({entry.outcome})" for entry in entries]
    for name in names[:SHOWN]:
        out.print(name, markup=False)
    if len(names) > SHOWN:
        out.print(f"  and {len(names) - SHOWN} more", markup=False)


SHOWN = 25
"""Objects of one fate that are named before the rest is counted."""


def _options(entry: Entry) -> list[str]:
    metadata = (entry.change.before or {}).get("metadata", {})
    return str((metadata.get("annotations") or {}).get(SYNC_OPTIONS, "")).split(",")


def _stays(entry: Entry) -> bool:
    return "Prune=false" in _options(entry)


def _asks(entry: Entry) -> bool:
    return "Prune=confirm" in _options(entry)

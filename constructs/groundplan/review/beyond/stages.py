"""A version that left out an environment on its way, and a standby that no longer is what its primary is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError
from groundplan.facts.standby import stands_in
from groundplan.facts.system import System
from groundplan.layout import DIST
from groundplan.loading.load import load_environments
from groundplan.loading.selection import environment_names
from groundplan.review.beyond.sides import Side
from groundplan.review.fields import ABSENT, Difference, differences
from groundplan.review.report import Entry

Json = Mapping[str, Any]

OWN = ("metadata.labels", "metadata.annotations", "metadata.namespace")
"""Fields in which two environments differ by nature."""


@dataclass(frozen=True, order=True, slots=True)
class Apart:
    """An environment that another one has moved away from."""

    scope: str
    """`system/environment` that changed."""

    other: str
    """The environment that did not."""

    name: str
    """The object, `Kind namespace/name`."""

    field: str
    """The field."""

    there: str
    """What it still is there."""

    skipped: bool
    """Whether the other one should have had the change first; otherwise it stands in for the one that changed."""


def apart(entries: Iterable[Entry], root: Path, after: Side) -> tuple[Apart, ...]:
    """What left out an environment or parts from its standby; nothing where the environments cannot be read."""
    listed = [entry for entry in entries if entry.change.before is not None and entry.change.after is not None]
    systems = {entry.change.identity.scope.partition("/")[0] for entry in listed}
    known = environment_names(root)
    found: list[Apart] = []
    for name in sorted(systems & set(known)):
        try:
            loaded = load_environments(root, [(name, environment) for environment in known[name]])
        except GroundplanError:  # synth says so
            continue
        system = System(tuple(item.environment for item in loaded))
        scopes = {entry.change.identity.scope for entry in listed}
        found += _apart([entry for entry in listed if entry.change.identity.scope in scopes], system, after)
    return tuple(sorted(set(found)))


def _apart(entries: Iterable[Entry], system: System, after: Side) -> Iterator[Apart]:
    order = [item.environment for item in system.promotions]
    standby = {
        item.recovery.peer: item.environment
        for item in system.environments
        if item.recovery is not None and stands_in(item)
    }
    for entry in entries:
        scope = entry.change.identity.scope
        owner, _, name = scope.partition("/")
        if owner != system.name or not entry.change.path.startswith(f"{DIST}/"):
            continue
        changed = [
            item for item in differences(entry.change.before, entry.change.after) if not str(item).startswith(OWN)
        ]
        if name in order and order.index(name) > 0:
            images = [item for item in changed if item.path[-1] == "image" and item.after is not ABSENT]
            yield from _behind(entry, images, f"{owner}/{order[order.index(name) - 1]}", after, skipped=True)
        if name in standby:
            yield from _behind(entry, changed, f"{owner}/{standby[name]}", after, skipped=False)


def _behind(entry: Entry, changed: list[Difference], other: str, after: Side, *, skipped: bool) -> Iterator[Apart]:
    """Fields that the other environment's object has as they were before, or for a version: not as they are now."""
    if not changed:
        return
    there = _same_object(entry, after.objects(f"{DIST}/{other}/{entry.change.component}").values())
    if there is None:
        return
    now = {str(item): item for item in differences(entry.change.after, there)}
    for item in changed:
        left = now.get(str(item))
        if left is not None and (skipped or left.after == item.before):
            shown = "(none)" if left.after is ABSENT else str(left.after)
            identity = entry.change.identity
            yield Apart(identity.scope, other, str(identity), str(item), shown[:120], skipped)


def _same_object(entry: Entry, objects: Iterable[Json]) -> Json | None:
    identity = entry.change.identity
    return next(
        (item for item in objects if item["kind"] == identity.kind and item["metadata"]["name"] == identity.name), None
    )

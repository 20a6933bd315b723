"""Everything a change does beyond its objects, and how it is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from groundplan.chart_facts.store import FOLDER as CHARTS
from groundplan.review.beyond.charts import Brought, brought
from groundplan.review.beyond.restarts import Restart, restarts
from groundplan.review.beyond.sides import Side
from groundplan.review.beyond.sizes import Resized, resized
from groundplan.review.beyond.stages import Apart, apart
from groundplan.review.beyond.wishes import PAGES, Wish, wishes
from groundplan.review.report import Review
from groundplan.review.revisions import ROOTS, Repository

SHOWN = 12
"""Things of one sort that are named before the rest is counted."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What a change does beyond its objects."""

    restarts: tuple[Restart, ...] = ()
    """Workloads whose pods are replaced, in the order Argo CD comes to them."""

    resized: tuple[Resized, ...] = ()
    """Environments whose pods ask for something else."""

    brought: tuple[Brought, ...] = ()
    """Charts that bring something else."""

    wishes: tuple[Wish, ...] = ()
    """Requirements whose state is another."""

    apart: tuple[Apart, ...] = ()
    """Environments that were left out, or left behind."""


def effects(root: Path, found: Review, now: datetime | None = None) -> Effects:
    """Look beyond the objects of a review.

    Args:
        root: the repository.
        found: the review.
        now: moment at which sync windows are looked at. Default this one.
    """
    if not found.entries:
        return Effects()
    repository = Repository(root)
    before, after = (Side(repository, revision, (*ROOTS, CHARTS, PAGES)) for revision in (found.base, found.head))
    return Effects(
        restarts=restarts(found.entries, after, now or datetime.now(UTC)),
        resized=resized(found.entries, before, after),
        brought=brought(found.entries, before, after),
        wishes=wishes(before, after),
        apart=apart(found.entries, root, after),
    )


def sections(found: Effects) -> Iterator[tuple[str, list[str]]]:
    """Titles, each with its lines; those with nothing to say are left out."""
    told = {
        "Left out or left behind": [_apart(item) for item in found.apart],
        "Requirements": [_wish(item) for item in found.wishes],
        "Pods restart, in this order": list(_restarts(found.restarts)),
        "Requests of changed components": [_resized(item) for item in found.resized],
        "Charts bring": [line for item in found.brought for line in _brought(item)],
    }
    for title, lines in told.items():
        if lines:
            rest = len(lines) - SHOWN
            yield title, [*lines[:SHOWN], *([f"and {rest} more"] if rest > 0 else [])]


def _restarts(found: tuple[Restart, ...]) -> Iterator[str]:
    for (scope, wave, waits), items in groupby(found, key=lambda item: (item.scope, item.wave, item.waits)):
        names = ", ".join(item.name for item in items)
        yield f"{scope}, wave {wave}: {names}{' (a sync window is closed now)' if waits else ''}"


def _resized(item: Resized) -> str:
    least = f"at fewest {item.least[0]} -> {item.least[1]}"
    most = f"at most {item.most[0]} -> {item.most[1]}"
    return f"{item.scope}: {'; '.join(part for part, pair in ((least, item.least), (most, item.most)) if pair[0] != pair[1])}"


def _wish(item: Wish) -> str:
    return f"{item.item} ({item.system}): {item.before or 'not asked for'} -> {item.after or 'not asked for'}"


def _apart(item: Apart) -> str:
    if item.skipped:
        return f"{item.scope}: {item.name} has a version that {item.other} does not run ({item.there})"
    return f"{item.other}, which stands in for {item.scope}: {item.name} {item.field} is still {item.there}"


def _brought(item: Brought) -> Iterator[str]:
    old, new = item.versions
    head = f"{item.scope}: {item.release} {old if old == new else f'{old} -> {new}'}"
    if not item.known:
        yield f"{head}: not recorded on both sides, so nobody knows; run `groundplan charts record`"
    elif not item.more and not item.less:
        yield f"{head}: the same images, rights, webhooks and definitions"
    else:
        yield f"{head}: {len(item.more)} more, {len(item.less)} less"
        yield from (f"  + {text}" for text in item.more)
        yield from (f"  - {text}" for text in item.less)

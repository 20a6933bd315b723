"""The compliance report: every item, what proves it, and what stands in for what cannot be done as written."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from groundplan.layout import compliance_report
from groundplan.requirements.catalogue import LoadedCatalogue
from groundplan.requirements.judge import Result, Shown, Status, describe, statuses

_WORDS = {
    Status.MET: "met",
    Status.DEVIATION: "deviation",
    Status.APPLICATION: "application",
    Status.FAILING: "**failing**",
    Status.OPEN: "**open**",
}


def report(loaded: LoadedCatalogue, results: Sequence[Result]) -> str:
    """The whole page; the same catalogue and the same tree give the same bytes."""
    return "\n".join([*_head(loaded, results), *_sections(results), *_deviations(results), *_open(results)]) + "\n"


def write_report(root: Path, system: str, page: str) -> bool:
    """Put the page in its place; whether it changed."""
    return write_whole(root / compliance_report(system), page)


def write_whole(place: Path, text: str) -> bool:
    """Put a file in its place in one step; whether it changed."""
    content = text.encode()
    if place.is_file() and place.read_bytes() == content:
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(place)
    return True


def _head(loaded: LoadedCatalogue, results: Sequence[Result]) -> Iterator[str]:
    catalogue = loaded.catalogue
    yield f"<!-- Measured by groundplan from {loaded.file}. Edit that, then run: make -->"
    yield f"# Compliance: {catalogue.title}"
    yield ""
    yield f"What {catalogue.source} asks for, and what the rendered tree shows of it."
    yield ""
    yield f"- **met** ({_count(results, Status.MET)}): as written."
    yield f"- **deviation** ({_count(results, Status.DEVIATION)}): something else is done, for the reason given; the evidence proves that."
    yield f"- **application** ({_count(results, Status.APPLICATION)}): the application's own code meets it; the evidence proves the platform's part."
    yield f"- **failing** ({_count(results, Status.FAILING)}): the evidence does not hold."
    if _count(results, Status.OPEN):
        yield f"- **open** ({_count(results, Status.OPEN)}): nothing is claimed; what is missing is said below."
    yield ""
    yield from _table(["Area", "Met by", *map(str, statuses(results)), "items"], _by_area(results))


def _by_area(results: Sequence[Result]) -> Iterator[list[str]]:
    for key in sorted({(result.item.area, result.item.met_by) for result in results}):
        here = [result for result in results if (result.item.area, result.item.met_by) == key]
        yield [*key, *(str(_count(here, status) or "") for status in statuses(results)), str(len(here))]
    yield ["**all**", "", *(str(_count(results, status)) for status in statuses(results)), str(len(results))]


def _sections(results: Sequence[Result]) -> Iterator[str]:
    for section, items in groupby(results, key=lambda result: result.item.section):
        yield from ("", f"## {section}", "")
        yield from _table(["Item", "What was asked for", "Where", "Evidence", "Result"], map(_row, items))


def _row(result: Result) -> list[str]:
    item = result.item
    return [
        item.id,
        _cell(item.text),
        ", ".join(
            dict.fromkeys([*(it.environment or "file" for it in result.shown), *(it.environment for it in result.held)])
        ),
        "<br>".join(
            dict.fromkeys(
                [
                    *(line for shown in result.shown for line in _evidence(shown)),
                    *(f"`{_cell(one.text)}`" for one in result.held),
                ]
            )
        ),
        _WORDS[result.status],
    ]


def _evidence(shown: Shown) -> Iterator[str]:
    bounds = f", at most {shown.evidence.at_most}" if shown.evidence.at_most is not None else ""
    yield _cell(f"{describe(shown.evidence.select)}{bounds}")
    for text in shown.evidence.expect:
        yield f"`{_cell(text)}`"


def _deviations(results: Sequence[Result]) -> Iterator[str]:
    rows = [
        [result.item.id, _cell(result.item.deviation.reason), _cell(result.item.deviation.instead)]
        for result in results
        if result.item.deviation is not None
    ]
    if rows:
        yield from ("", "## Deviations", "")
        yield from _table(["Item", "Why not as written", "What is done instead"], rows)


def _open(results: Sequence[Result]) -> Iterator[str]:
    rows = [[result.item.id, _cell(result.item.open)] for result in results if result.item.open is not None]
    if rows:
        yield from ("", "## Open", "")
        yield from _table(["Item", "What is missing"], rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _cell(text: str) -> str:
    """One line that cannot end the cell it stands in."""
    return " ".join(text.split()).replace("|", "\\|")


def _count(results: Iterable[Result], status: Status) -> int:
    return Counter(result.status for result in results)[status]

"""Records the facts of kinds from their operators' schemas, and holds what is recorded against them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groundplan.errors import Finding, Location, Severity
from groundplan.schemas.sources import Source, SourceError, find_sources
from groundplan.schemas.store import RECORD, Facts, FactsError, Kind, facts_path, load_facts, recorded_kinds
from groundplan.schemas.type_words import UnwritableError
from groundplan.schemas.writer import write


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording did."""

    written: tuple[Kind, ...]
    """Kinds whose facts are new or other than before."""

    unchanged: tuple[Kind, ...]
    """Kinds whose facts are as before."""

    kept: tuple[Kind, ...]
    """Kinds whose facts stay because no source of theirs is at hand."""

    removed: tuple[Kind, ...]
    """Kinds that nothing renders any more."""

    missing: tuple[Kind, ...]
    """Kinds without facts of which no source is at hand either."""


def record(root: Path, wanted: Collection[Kind], places: Sequence[Path]) -> Recorded:
    """Write the facts of every wanted kind whose source is in `places`, and remove those of kinds nobody wants.

    Raises:
        SourceError: where a source cannot be read or says what the notation cannot say; nothing is written then.
    """
    facts = {kind: _completed(root, item) for kind, item in _facts_of(find_sources(wanted, places)).items()}
    before = recorded_kinds(root)
    written = [kind for kind, item in facts.items() if _text(root, kind) != item.text]
    removed = sorted(set(before) - set(wanted))
    for kind in written:
        file = root / facts_path(kind)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(facts[kind].text, "utf-8")
    for kind in removed:
        _remove(root, kind)
    without = set(wanted) - set(facts)
    return Recorded(
        tuple(sorted(written)),
        tuple(sorted(set(facts) - set(written))),
        tuple(sorted(without & set(before))),
        tuple(removed),
        tuple(sorted(without - set(before))),
    )


def verify(root: Path, places: Sequence[Path]) -> tuple[list[Finding], int]:
    """What recorded facts say differently from the sources in `places`, and how many sources were at hand.

    Raises:
        SourceError: where a source cannot be read or says what the notation cannot say.
    """
    kinds = recorded_kinds(root)
    current = _facts_of(find_sources(kinds, places))
    findings = [finding for kind, facts in sorted(current.items()) for finding in _differences(root, kind, facts)]
    return findings, len(current)


def _differences(root: Path, kind: Kind, current: Facts) -> list[Finding]:
    where = Location(str(facts_path(kind)))
    try:
        facts = load_facts(root, kind)
    except FactsError as error:
        return list(error.findings)
    if facts is None or facts.fields != current.fields:
        return [Finding(where, "schemas.stale", "", "is not what the source says now", RECORD)]
    if facts.source != current.source:
        message = "has other words in its source than when it was recorded, and the same fields"
        return [Finding(where, "schemas.reworded", "", message, RECORD, Severity.WARNING)]
    return []


def _facts_of(sources: Mapping[Kind, Source]) -> dict[Kind, Facts]:
    facts: dict[Kind, Facts] = {}
    problems = []
    for kind, source in sorted(sources.items()):
        try:
            facts[kind] = Facts(kind, source.digest, write(source.schema), source.scope, source.plural)
        except UnwritableError as error:
            advice = "teach the notation to say it"
            problems.append(Finding(Location(source.where), "schemas.unwritable", kind[2], str(error), advice))
    if problems:
        raise SourceError(problems)
    return facts


def _completed(root: Path, facts: Facts) -> Facts:
    """`facts` with scope and plural of those recorded before, which a catalogue does not say and which never change."""
    try:
        before = load_facts(root, facts.kind)
    except FactsError:
        before = None
    if before is None:
        return facts
    return replace(facts, scope=facts.scope or before.scope, plural=facts.plural or before.plural)


def _text(root: Path, kind: Kind) -> str | None:
    file = root / facts_path(kind)
    return file.read_text("utf-8") if file.is_file() else None


def _remove(root: Path, kind: Kind) -> None:
    """Remove a file, and the folders that it leaves empty."""
    file = root / facts_path(kind)
    file.unlink()
    for folder in (file.parent, file.parent.parent):
        if not any(folder.iterdir()):
            folder.rmdir()

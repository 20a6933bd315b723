"""Who answers for a dangerous change: entries in `changes/`, each with a reason, a person and an end.

An entry is a file of its own, so that two people who answer for two things never touch the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from groundplan.errors import EnvironmentFileError, Finding, GroundplanError, Location, Severity
from groundplan.loading.complaints import validation_finding
from groundplan.model.values import Model
from groundplan.review.report import Entry, Review
from groundplan.yaml.marked import read_marked_yaml

FOLDER = "changes"
DAY = r"\d{4}-\d{2}-\d{2}"


class Acknowledgement(Model):
    """A dangerous outcome that somebody means."""

    outcome: Literal[
        "impossible", "stateful deletion", "exposure widened", "protection weakened", "recreated", "unknown"
    ]
    """What happens, in the words of the review, e.g. `stateful deletion`."""

    objects: Annotated[list[str], Field(min_length=1)]
    """To which objects, as the review names them, `*` for any part: `shop/prod: Registry shop-prod/images`."""

    why: Annotated[str, Field(min_length=20)]
    """Why that is right, and what becomes of what is lost."""

    who: Annotated[str, Field(min_length=2)]
    """Who answers for it."""

    expires: Annotated[str, Field(pattern=DAY)]
    """Day after which nobody does any more, `2027-01-31`."""

    def covers(self, entry: Entry) -> bool:
        """Whether a changed object is among those it speaks of."""
        name = subject(entry)
        return self.outcome == entry.outcome and any(fnmatchcase(name, pattern) for pattern in self.objects)


def subject(entry: Entry) -> str:
    """How entries name a changed object."""
    return f"{entry.change.identity.scope}: {entry.change.identity}"


def acknowledgements(root: Path) -> dict[str, Acknowledgement]:
    """Every entry, by its file.

    Raises:
        EnvironmentFileError: with every problem of every file.
    """
    found: dict[str, Acknowledgement] = {}
    findings: list[Finding] = []
    for path in sorted((root / FOLDER).glob("*.yaml")):
        shown = path.relative_to(root).as_posix()
        try:
            marked = read_marked_yaml(path, shown)
            found[shown] = Acknowledgement.model_validate(marked.data)
        except ValidationError as error:
            findings += [validation_finding(problem, marked, shown, Acknowledgement) for problem in error.errors()]
        except GroundplanError as error:
            findings += error.findings
    if findings:
        raise EnvironmentFileError(findings)
    return found


def unanswered(review: Review, entries: dict[str, Acknowledgement], today: date) -> Iterator[Finding]:
    """Dangerous outcomes nobody answers for, and answers that have ended."""
    valid = [entry for entry in entries.values() if date.fromisoformat(entry.expires) >= today]
    for entry in review.entries:
        if entry.outcome.is_dangerous and not any(item.covers(entry) for item in valid):
            yield _unanswered(entry, entries.items(), today)
    for file, item in entries.items():
        if date.fromisoformat(item.expires) < today:
            message = f"ended on {item.expires}"
            yield Finding(Location(file), "review.ended", "", message, "remove it", severity=Severity.WARNING)


def _unanswered(entry: Entry, entries: Iterable[tuple[str, Acknowledgement]], today: date) -> Finding:
    ended = [file for file, item in entries if item.covers(entry) and date.fromisoformat(item.expires) < today]
    what = f"{entry.outcome}, and nobody answers for it"
    advice = (
        f"{ended[0]} has ended: date it anew if it still holds"
        if ended
        else f"write {FOLDER}/<name>.yaml with outcome: {entry.outcome}, objects: ['{subject(entry)}'], why, who and expires"
    )
    return Finding(Location(entry.change.path), "review.unanswered", str(entry.change.identity), what, advice)

"""A review as one page that needs nothing else: filters, both sides of every object, and keys to walk through it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from groundplan.review.beyond.whole import Effects, sections
from groundplan.review.judge import without_secrets
from groundplan.review.outcome import Outcome
from groundplan.review.report import Entry, Review
from groundplan.review.text import line, title
from groundplan.yaml.text import to_yaml

AROUND = 3
"""Lines that are shown around a difference."""

LONGEST = 400
"""Lines of one object that are shown side by side."""

PLACE = "/*REVIEW*/null"
"""Where the page's template takes the review."""


def page(review: Review, effects: Effects | None = None) -> str:
    """The whole page, with what it shows inside it."""
    content = {
        "title": f"{len(review.entries)} objects change" if review.entries else "Nothing that is rendered changes",
        "worst": str(review.outcome) if review.entries else "",
        "between": [review.base[:12], review.head[:12] or "working tree"],
        "outcomes": [
            {"name": str(item), "dangerous": item.is_dangerous, "says": _meaning(item)} for item in review.outcomes()
        ],
        "counts": {
            scope: {str(outcome): count for outcome, count in counts.items()}
            for scope, counts in review.counts().items()
        },
        "beyond": [{"title": name, "lines": told} for name, told in sections(effects or Effects())],
        "groups": [
            {
                "outcome": str(group.outcome),
                "title": title(group),
                "lines": [line(reason, group.outcome) for reason in group.reasons],
                "scopes": sorted({entry.change.identity.scope for entry in group.entries}),
                "objects": [_object(entry) for entry in group.entries],
            }
            for group in review.groups()
        ],
        "others": list(review.others),
        "findings": [str(finding) for finding in review.findings],
    }
    template = files("groundplan.review").joinpath("page.html").read_text("utf-8")
    return template.replace(PLACE, _embedded(content))


def _meaning(outcome: Outcome) -> str:
    """What the outcome is called for, in words for people who see it first."""
    return _MEANINGS[outcome]


_MEANINGS = {
    Outcome.IMPOSSIBLE: "the API server or the operator refuses it",
    Outcome.STATEFUL_DELETION: "what holds data or identity goes",
    Outcome.EXPOSURE: "more may reach it, or it may do more",
    Outcome.PROTECTION: "what kept it safe or whole is less",
    Outcome.RECREATED: "an immutable field changes: somebody has to delete the object",
    Outcome.DELETED: "it goes, and nothing is lost with it",
    Outcome.UNKNOWN: "no table says what it does: read it",
    Outcome.RESTART: "pods or instances are replaced one by one",
    Outcome.CREATED: "it is new and opens nothing",
    Outcome.IN_PLACE: "it changes while everything runs on",
    Outcome.NOTHING: "nothing that runs notices",
}


def _embedded(content: Mapping[str, Any]) -> str:
    """JSON that no browser can take for the end of the script it stands in."""
    return (
        json.dumps(content, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    )


def _object(entry: Entry) -> dict[str, Any]:
    change = entry.change
    return {
        "name": str(change.identity),
        "scope": change.identity.scope,
        "file": change.path,
        "rows": list(_rows(_lines(change.before), _lines(change.after))),
    }


def _lines(document: Mapping[str, Any] | None) -> list[str]:
    return to_yaml(without_secrets(document)).splitlines() if document is not None else []


def _rows(before: list[str], after: list[str]) -> Iterator[list[Any]]:
    """Rows of `[line number, text, line number, text, whether they differ]`; a gap has none of them."""
    shown = 0
    for number, group in enumerate(
        difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND)
    ):
        if number:
            yield []
        for kind, one, end, other, last in group:
            for offset in range(max(end - one, last - other)):
                if shown == LONGEST:
                    yield []
                    return
                shown += 1
                left = [one + offset + 1, before[one + offset]] if one + offset < end else [None, ""]
                right = [other + offset + 1, after[other + offset]] if other + offset < last else [None, ""]
                yield [*left, *right, kind != "equal"]

"""What a change to one object does, field by field by its kind's table, and in one word."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from groundplan.kubernetes.kinds import api_group
from groundplan.kubernetes.validation import duration_seconds, quantity
from groundplan.review.atoms import added, removed
from groundplan.review.fields import ABSENT, NAMING, Difference, differences, joined, leaves
from groundplan.review.outcome import Outcome, Reason, worst
from groundplan.review.semantics import Meaning, Table, table_of

Json = Mapping[str, Any]
LONGEST = 120
"""Characters of a value in a report."""

IN_WORDS = 6
"""Members that are named before the rest is counted."""

HIDDEN = ("data", "stringData")
"""Where the values of Secrets stand."""

MASK = "(masked)"
"""In place of a value nobody may read."""

_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a change to one object does."""

    outcome: Outcome
    """The worst of its reasons."""

    reasons: tuple[Reason, ...]
    """One for each field that the table tells apart, the worst first."""


def judge(before: Json | None, after: Json | None) -> Judgement:
    """What happens where `before` is replaced by `after`; one of them may be missing, but not both."""
    document = after if after is not None else before
    assert document is not None
    if before == after:
        return Judgement(Outcome.NOTHING, ())
    judgement = _judged(document, before, after)
    if document["kind"] != "Secret":
        return judgement
    return replace(judgement, reasons=tuple(map(_masked, judgement.reasons)))


def without_secrets(document: Json) -> Json:
    """The object with nothing in it that nobody may read; what changed in a value still differs."""
    if document["kind"] != "Secret":
        return document
    return {
        key: {name: f"{MASK} {hashlib.sha256(str(item).encode()).hexdigest()[:8]}" for name, item in value.items()}
        if key in HIDDEN and isinstance(value, Mapping)
        else value
        for key, value in document.items()
    }


def _judged(document: Json, before: Json | None, after: Json | None) -> Judgement:
    table = table_of(api_group(document["apiVersion"]), document["kind"])
    if table is None:
        what = f"no table knows {document['kind']} of {api_group(document['apiVersion']) or 'the core'}"
        return Judgement(Outcome.UNKNOWN, (Reason(Outcome.UNKNOWN, "", "", "", what),))
    if after is None:
        return Judgement(table.deletion, (Reason(table.deletion, "", document["kind"], "", table.loses),))
    if before is None:
        reasons = [Reason(table.creation, "", "", document["kind"])]
        opened = _reasons(table, {}, after, table.opens_when_new) if table.opens_when_new else iter(())
        reasons += [item for item in opened if item.outcome is Outcome.EXPOSURE]
        return _judgement(reasons)
    return _judgement(list(_reasons(table, before, after)))


def _judgement(reasons: list[Reason]) -> Judgement:
    ordered = sorted(reasons, key=lambda item: (item.outcome.rank, item.path))
    return Judgement(worst([item.outcome for item in reasons]), tuple(ordered))


def _reasons(table: Table, before: Json, after: Json, only: frozenset[str] | None = None) -> Iterator[Reason]:
    """One for each field that differs; of those alone that `only` names, where it names any."""
    groups: dict[tuple[str, ...], tuple[Meaning | None, list[Difference]]] = {}
    for difference in _leaf_differences(before, after):
        found = table.meaning(difference.path)
        if only is not None and (found is None or found[1] not in only):
            continue
        prefix = difference.path if found is None else difference.path[: found[2]]
        groups.setdefault(prefix, (found[0] if found else None, []))[1].append(difference)
    for prefix, (meaning, found_differences) in groups.items():
        old, new = _value(before, prefix), _value(after, prefix)
        if len(found_differences) == 1 and (old is _LOST or new is _LOST):
            old, new = found_differences[0].before, found_differences[0].after
        yield from _told(prefix, meaning, old, new, found_differences)


def _leaf_differences(before: Json, after: Json) -> Iterator[Difference]:
    """Differences, with branches that only one side has taken apart to their leaves."""
    for item in differences(before, after):
        branch = item.after if item.before is ABSENT else item.before if item.after is ABSENT else None
        if isinstance(branch, Mapping) or (isinstance(branch, list) and branch and isinstance(branch[0], Mapping)):
            for path, value in leaves(branch, item.path):
                gone = item.after is ABSENT
                yield Difference(path, value if gone else ABSENT, ABSENT if gone else value)
        else:
            yield item


_LOST: Any = object()
"""In place of a value whose place in a list cannot be told."""


def _value(document: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if isinstance(document, Mapping):
            document = document.get(key, ABSENT)
        elif isinstance(document, list) and key.startswith("["):
            if key == "[]":
                return _LOST
            document = next((item for item in document if _is_named(item, key[1:-1])), ABSENT)
        if document is ABSENT:
            return ABSENT
    return document


def _is_named(item: Any, name: str) -> bool:
    return isinstance(item, Mapping) and any(str(item[field]) == name for field in NAMING if field in item)


def _told(
    path: tuple[str, ...], meaning: Meaning | None, before: Any, after: Any, found: list[Difference]
) -> Iterator[Reason]:
    """What the values under one path do together, or, where that is nothing that either side decides, each by itself."""
    if meaning is None:
        yield from (_reason(item, Outcome.UNKNOWN, "no table knows the field") for item in found)
        return
    outcome, why = effect(meaning, None if before is _LOST else before, None if after is _LOST else after)
    if why or outcome is not meaning.otherwise:
        yield _reason(found[0] if len(found) == 1 else Difference(path, before, after), outcome, why or meaning.why)
    else:
        yield from (_reason(item, outcome, meaning.why) for item in found)


def _reason(difference: Difference, outcome: Outcome, why: str) -> Reason:
    where = joined(difference.path)
    return Reason(outcome, where, shorten(difference.before), shorten(difference.after), why)


def effect(meaning: Meaning, before: Any, after: Any) -> tuple[Outcome, str]:
    """What a change of one value does by its meaning, and in which words where the values themselves do not say it."""
    if meaning.grows and (_is_less(after, before) or (after is ABSENT and before is not ABSENT)):
        return Outcome.IMPOSSIBLE, "it can only grow"
    if meaning.version and _is_older(after, before):
        return Outcome.IMPOSSIBLE, "there is no way back to an older version"
    if meaning.opens == "members" and (more := added(meaning.atoms, before, after)):
        return Outcome.EXPOSURE, f"opens {_in_words(more)}"
    if meaning.opens == "others" and (less := removed(meaning.atoms, before, after)):
        return Outcome.EXPOSURE, f"no longer keeps out {_in_words(less)}"
    if meaning.protects == "members" and (less := removed(meaning.atoms, before, after)):
        return Outcome.PROTECTION, f"no longer covers {_in_words(less)}"
    if (meaning.opens == "members" or meaning.protects == "members") and meaning.atoms:
        less = removed(meaning.atoms, before, after)
        return meaning.otherwise, f"takes away {_in_words(less)}" if less else meaning.why
    if meaning.opens and _moves(meaning.opens, before, after, towards=True):
        return Outcome.EXPOSURE, ""
    if meaning.protects and _moves(meaning.protects, before, after, towards=False):
        return Outcome.PROTECTION, ""
    return meaning.otherwise, ""


def _moves(side: str, before: Any, after: Any, *, towards: bool) -> bool:
    """Whether a value moves to the side that opens, or away from the side that protects."""
    if side in ("members", "others"):
        return False
    if side == "present":
        return (after is not ABSENT and before is ABSENT) if towards else (after is ABSENT and before is not ABSENT)
    if side in ("more", "less"):
        if after is ABSENT or before is ABSENT:
            return not towards and after is ABSENT
        rises = _is_less(before, after)
        return (side == "more") == (rises if towards else not rises) and _size(before) != _size(after)
    old, new = _word(before) == side, _word(after) == side
    return (new and not old) if towards else (old and not new)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_less(one: Any, other: Any) -> bool:
    small, large = _size(one), _size(other)
    return small is not None and large is not None and small < large


def _size(value: Any) -> Decimal | None:
    """A number, a quantity, a percentage or a duration as a number; None for anything else."""
    if isinstance(value, bool) or value is ABSENT or value is None:
        return None
    text = str(value)
    if text.endswith("%") and text[:-1].isdigit():
        return Decimal(text[:-1])
    if (iso := _ISO.fullmatch(text)) and len(text) > 1:
        days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return Decimal(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
    if (amount := quantity(text)) is not None and not text.endswith("m"):
        return amount
    duration = duration_seconds(text)
    return duration if duration is not None else quantity(text)


def _is_older(one: Any, other: Any) -> bool:
    new, old = ([int(part) for part in re.findall(r"\d+", str(item).partition("@")[0])] for item in (one, other))
    return bool(new and old) and new < old


def _in_words(members: list[str]) -> str:
    named = ", ".join(members[:IN_WORDS])
    return f"{named} and {len(members) - IN_WORDS} more" if len(members) > IN_WORDS else named


def _masked(reason: Reason) -> Reason:
    """The reason without values that are a Secret's own."""
    if not reason.path.startswith(HIDDEN):
        return reason
    return replace(reason, before=reason.before and MASK, after=reason.after and MASK)


def shorten(value: Any) -> str:
    """A value as a report shows it: in a line, and cut."""
    if value is ABSENT or value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

"""Writes the schema of a kind in the notation: what the API server checks, and nothing that only people read."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, count
from typing import Any

from groundplan.schemas.bodies import Body, Reader, Use
from groundplan.schemas.notation import INDENT

SHARED_LINES = 2
"""An object of fewer lines is written out wherever it occurs."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_$.-]+")


def write(schema: Mapping[str, Any]) -> str:
    """The lines of the notation for the schema of a kind.

    Raises:
        UnwritableError: where the notation cannot say what the schema says.
    """
    root = Reader().root(schema)
    names = _names(root)
    lines = list(_content(root, names, 0, ""))
    for body, name in names.items():
        lines += ["", f"@{name}: {body.head}", *_content(body, names, 1, "")]
    return "".join(f"{line}\n" for line in lines)


def _names(root: Body) -> dict[Body, str]:
    """Names of the bodies that occur more than once, in the order in which they first do."""
    counts: Counter[Body] = Counter()
    _count(root, counts)
    shared = {body for body, places in counts.items() if places > 1}
    names: dict[Body, str] = {}
    queue = [root]
    for body in queue:
        for use in _uses(body, shared):
            if isinstance(use.type, Body) and use.type in shared and use.type not in names:
                names[use.type] = _free(use.name, names.values())
                queue.append(use.type)
    return names


def _count(body: Body, counts: Counter[Body]) -> None:
    """Count the places of every body of some length; the places within one that was met before count once."""
    for use in body.fields:
        if isinstance(use.type, Body):
            if len(use.type.fields) + len(use.type.extras) >= SHARED_LINES:
                counts[use.type] += 1
            if counts[use.type] <= 1:
                _count(use.type, counts)


def _uses(body: Body, stop: Collection[Body]) -> Iterator[Use]:
    """Every field below `body`, in order, down to the bodies at which to stop."""
    for use in body.fields:
        yield use
        if isinstance(use.type, Body) and use.type not in stop:
            yield from _uses(use.type, stop)


def _free(wanted: str, taken: Collection[str]) -> str:
    base = re.sub(r"[^A-Za-z0-9_-]", "-", wanted)
    candidates = chain((base,), (f"{base}.{number}" for number in count(2)))
    return next(name for name in candidates if name not in taken)


def _content(body: Body, names: Mapping[Body, str], depth: int, held: str) -> Iterator[str]:
    """The lines below a type; `held` repeats the mark of those about what brackets hold."""
    indent = " " * INDENT * depth
    for mark, text in body.extras:
        yield f"{indent}{mark}{held and mark} {text}"
    for use in body.fields:
        yield from _field(use, names, depth)


def _field(use: Use, names: Mapping[Body, str], depth: int) -> Iterator[str]:
    name = use.name if _PLAIN_NAME.fullmatch(use.name) else json.dumps(use.name)
    is_shared = isinstance(use.type, Body) and use.type in names
    type_ = use.type if isinstance(use.type, str) else f"@{names[use.type]}" if is_shared else use.type.head
    indent = " " * INDENT * depth
    yield f"{indent}{name}{'!' * use.required}: {use.brackets}{type_}{use.tail}"
    for mark, text in use.extras:
        yield f"{indent}  {mark} {text}"
    for mark, text in use.inner_extras:
        yield f"{indent}  {mark * 2} {text}"
    if isinstance(use.type, Body) and not is_shared:
        yield from _content(use.type, names, depth + 1, use.brackets)

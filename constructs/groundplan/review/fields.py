"""Fields in which two documents differ, lists taken apart by what names their elements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMING = ("name", "containerPort", "mountPath", "topologyKey", "alert", "record", "secretKey", "host", "key", "type")
"""Fields that name an element of a list, the first that all elements have with different values."""

ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "", "__bool__": lambda self: False})()
"""In place of a value that is not there."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs."""

    path: tuple[str, ...]
    """Keys; an element of a list stands as `[name]`, or as `[]` where nothing names it."""

    before: Any
    """Its value before; ABSENT where it was not there."""

    after: Any
    """Its value now."""

    def __str__(self) -> str:
        return joined(self.path)


def joined(path: Sequence[str]) -> str:
    """`spec.containers[web].image`."""
    return ".".join(path).replace(".[", "[")


def differences(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Every field that differs, as deep as both sides have it; a branch that only one side has is one difference."""
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from differences(before.get(key, ABSENT), after.get(key, ABSENT), (*path, str(key)))
    elif isinstance(before, list) and isinstance(after, list) and (name := _naming(before, after)):
        old, new = ({f"[{item[name]}]": item for item in listed} for listed in (before, after))
        for key in [*old, *(key for key in new if key not in old)]:
            yield from differences(old.get(key, ABSENT), new.get(key, ABSENT), (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and _has_objects(before, after):
        yield from _unnamed(before, after, path)
    else:
        yield Difference(path, before, after)


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of a branch with its path, elements of lists by their names."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, str(key)))
    elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        name = _naming(value, value)
        for item in value:
            yield from leaves(item, (*path, f"[{item[name]}]" if name else "[]"))
    else:
        yield path, value


def names_along(value: Any, path: Sequence[str | int]) -> tuple[str, ...]:
    """`path` with its elements of lists by what names them, `[]` where nothing does."""
    found: list[str] = []
    for key in path:
        name = _naming(value) if isinstance(value, list) else ""
        found.append(str(key) if not isinstance(value, list) else f"[{value[int(key)][name]}]" if name else "[]")
        value = value[key]
    return tuple(found)


def counterpart(before: Any, after: Any, path: Sequence[str | int]) -> Any:
    """What `after` has where `path` leads in `before`; ABSENT where it has nothing there.

    An element of a list is looked for by its name; one without, by all of it, then by its place in a list as long.
    """
    for key in path:
        if isinstance(before, list):
            after = _same_element(before, after, int(key))
        else:
            after = after.get(key, ABSENT) if isinstance(after, Mapping) else ABSENT
        before = before[key]
        if after is ABSENT:
            return ABSENT
    return after


def _same_element(before: list[Any], after: Any, index: int) -> Any:
    if not isinstance(after, list):
        return ABSENT
    element = before[index]
    if name := _naming(before, after):
        return next((item for item in after if item[name] == element[name]), ABSENT)
    if element in after:
        return element
    return after[index] if len(after) == len(before) else ABSENT


def _naming(*lists: list[Any]) -> str:
    """The field that names the elements of all the lists; none where there is no such field."""
    if not any(lists) or not all(isinstance(item, Mapping) for listed in lists for item in listed):
        return ""
    for name in NAMING:
        values = [[item.get(name) for item in listed] for listed in lists]
        if all(None not in listed and len(set(map(str, listed))) == len(listed) for listed in values):
            return name
    return ""


def _has_objects(*lists: list[Any]) -> bool:
    return any(isinstance(item, Mapping) for listed in lists for item in listed)


def _unnamed(before: list[Any], after: list[Any], path: tuple[str, ...]) -> Iterator[Difference]:
    """Elements that only one side has; where one was replaced by one, what differs between the two."""
    texts = [json.dumps(item, sort_keys=True, default=str) for item in after]
    gone = [item for item in before if json.dumps(item, sort_keys=True, default=str) not in texts]
    texts = [json.dumps(item, sort_keys=True, default=str) for item in before]
    new = [item for item in after if json.dumps(item, sort_keys=True, default=str) not in texts]
    if len(gone) == len(new) == 1:
        yield from differences(gone[0], new[0], (*path, "[]"))
        return
    yield from (Difference((*path, "[]"), item, ABSENT) for item in gone)
    yield from (Difference((*path, "[]"), ABSENT, item) for item in new)
    if not gone and not new:  # another order, or another number of equal elements
        yield Difference(path, before, after)

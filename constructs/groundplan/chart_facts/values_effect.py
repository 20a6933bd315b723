"""What each inline value does: it is left out, the chart is rendered again, and the two outputs are compared.

That is the most honest test there is: it sees keys that no template reads, keys that another key switches off, and
values that restate the chart's default, whatever ways the templates go to read them. A value that is not missed and is
no default is changed as well: a name that the chart would make up the same way by itself is read, and is no mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from groundplan.chart_facts.facts import ValueFacts

Path = tuple[str, ...]
"""Keys from the top of the values down to one of them."""

Render = Callable[[Iterable[Mapping[str, Any]]], Iterable[str | None]]
"""What the chart renders with each of several values, in their order; None where it refuses them."""

_NOTHING = object()


def leaves(values: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that is no mapping with something in it, and its path; a list is one value."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def without(values: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """`values` without the one at `path`, and without mappings that are empty then."""
    result = dict(values)
    if len(path) > 1:
        inner = without(values[path[0]], path[1:])
        if inner:
            return {**result, path[0]: inner}
    del result[path[0]]
    return result


def effects(values: Mapping[str, Any], defaults: Mapping[str, Any], whole: str, render: Render) -> ValueFacts:
    """Leave out each value, and see whether it is missed.

    Args:
        values: the inline values.
        defaults: the chart's default values, those of sub-charts included.
        whole: what the chart renders with all of them.
        render: renders the chart with others.
    """
    found = list(leaves(values))
    outputs = render(without(values, path) for path, _ in found)
    idle = [leaf for leaf, output in zip(found, outputs, strict=True) if output == whole]
    repeated = {shown(path): value for path, value in idle if _at(defaults, path) == value}
    doubtful = [(path, value) for path, value in idle if _at(defaults, path) != value]
    changed = render(put(values, path, another(value)) for path, value in doubtful)
    unread = [shown(path) for (path, _), output in zip(doubtful, changed, strict=True) if output == whole]
    return ValueFacts(leaves=len(found), repeated=dict(sorted(repeated.items())), unread=tuple(sorted(unread)))


def put(values: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """`values` with another one at `path`."""
    inner = put(values[path[0]], path[1:], value) if len(path) > 1 else value
    return {**values, path[0]: inner}


def another(value: Any) -> Any:
    """A value of the same type that is not `value`: who reads the key renders it differently."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value}1"
    return [] if value else None


def shown(path: Path) -> str:
    """The path as a person writes it: dots between keys, a key with dots in quotes."""
    return ".".join(f'"{key}"' if "." in key else key for key in path)


def _at(values: Any, path: Path) -> Any:
    for key in path:
        if not isinstance(values, Mapping) or key not in values:
            return _NOTHING
        values = values[key]
    return values

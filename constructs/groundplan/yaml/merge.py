"""One mapping over another, with the place of every value that is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.errors import Location
from groundplan.yaml.marked import MarkedYaml, YamlPath


def merge(base: MarkedYaml, overlay: MarkedYaml) -> MarkedYaml:
    """`overlay` on `base`: mappings merge, scalars and lists replace, null removes. Marks follow the values."""
    marks = dict(base.marks)
    data = _merge(base.data, overlay.data, (), marks, overlay.marks)
    return MarkedYaml(data, marks)


def _merge(
    base: Mapping[str, Any],
    overlay: Mapping[str, Any],
    path: YamlPath,
    marks: dict[YamlPath, Location],
    overlay_marks: Mapping[YamlPath, Location],
) -> dict[str, Any]:
    result = dict(base)
    for key, value in overlay.items():
        here = (*path, key)
        if isinstance(value, Mapping) and isinstance(base.get(key), Mapping):
            result[key] = _merge(base[key], value, here, marks, overlay_marks)
            continue
        if key in base:
            for old in _paths(base[key], here):
                marks.pop(old, None)
        if value is None:
            result.pop(key, None)
            continue
        result[key] = _without_nulls(value)
        marks.update({mark: overlay_marks[mark] for mark in _paths(value, here) if mark in overlay_marks})
    return result


def _paths(value: Any, path: YamlPath) -> Iterator[YamlPath]:
    """`path` and the path of everything below it."""
    yield path
    items: Any = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield from _paths(item, (*path, step))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value

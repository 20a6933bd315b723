"""What an overlay says and need not: a value that is there already, or the removal of what is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.errors import Finding
from groundplan.yaml.marked import MarkedYaml, YamlPath, dotted, locate

SERVICES, IMAGE = "services", "image"


def repetitions(base: MarkedYaml, overlay: MarkedYaml, shown: str) -> Iterator[Finding]:
    """A finding for each line of the file `shown` that changes nothing of what it is laid over.

    A reader takes what an overlay says for a difference, and who changes the base changes less than he thinks. The image
    of a service is let through: a verb writes it, and a version goes back as well as forward.
    """
    for path, value in _idle(base.data, overlay.data, ()):
        if len(path) == 3 and path[0] == SERVICES and path[2] == IMAGE:
            continue
        where = locate(overlay.marks, path, shown)
        if value is None:
            message, advice = "removes what is not there", f"remove `{path[-1]}: null`"
        else:
            first = locate(base.marks, path, "")
            message, advice = f"is what {first.file}:{first.line} says already", f"remove `{path[-1]}` here"
        yield Finding(where, "idle-overlay", dotted(path), message, advice)


def _idle(base: Mapping[str, Any], overlay: Mapping[str, Any], path: YamlPath) -> Iterator[tuple[YamlPath, Any]]:
    for key, value in overlay.items():
        here = (*path, key)
        if key not in base:
            if value is None:
                yield here, value
        elif isinstance(value, Mapping) and value and isinstance(base[key], Mapping):
            yield from _idle(base[key], value, here)
        elif _same(value, base[key]) or (value == {} and isinstance(base[key], Mapping)):
            yield here, value


def _same(one: Any, other: Any) -> bool:
    """Whether both are written alike: `1`, `1.0` and `true` are three values."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return isinstance(one, bool) == isinstance(other, bool) and str(one) == str(other) and bool(one == other)

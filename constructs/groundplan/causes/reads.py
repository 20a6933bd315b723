"""Which fields of the model are read while something runs, so that only those need be changed to see what matters."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from groundplan.causes.written import holder_of
from groundplan.model.values import Model
from groundplan.parts import Component

PACKAGE = Path(__file__).resolve().parents[1]
"""Folder of the program."""


@dataclass(slots=True)
class Trace:
    """What happened while it was watched."""

    read: set[tuple[object, str]] = field(default_factory=set)
    """Fields that were read, as `Leaf.read` names them."""

    emitted: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Identity of each object that was emitted, to file and line of the construct that did."""


@contextmanager
def watching() -> Iterator[Trace]:
    """Notes every field of a chapter that is read, and who emits which object; one run at a time."""
    trace = Trace()
    plain_read, plain_emit = Model.__getattribute__, Component.emit

    def read(model: Model, name: str) -> Any:
        if name in type(model).__pydantic_fields__:
            trace.read.add((holder_of(model), name))
        return plain_read(model, name)

    def emit(component: Component, *arguments: Any, **options: Any) -> Any:
        manifest = plain_emit(component, *arguments, **options)
        trace.emitted[id(manifest.document)] = _emitter()
        return manifest

    Model.__getattribute__ = read  # type: ignore[method-assign, assignment]
    Component.emit = emit  # type: ignore[method-assign, assignment]
    try:
        yield trace
    finally:
        del Model.__getattribute__
        Component.emit = plain_emit  # type: ignore[method-assign]


def _emitter() -> tuple[str, int]:
    """The nearest caller that is neither this module nor what every construct emits through."""
    frame = sys._getframe(2)
    while frame.f_back is not None and Path(frame.f_code.co_filename).name in ("parts.py", "reads.py"):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno

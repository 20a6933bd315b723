"""Values that may be legal where another one stands, so that its effect can be seen by changing it."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

REMOVED: Any = type("Removed", (), {"__repr__": lambda self: "nothing"})()
"""In place of a value: its key is taken out."""

UUID = "12345678-1234-1234-1234-123456789012"


def other_values(value: Any, annotation: Any = None) -> Iterator[Any]:
    """What may stand where `value` stands, the likeliest first, REMOVED at last.

    Args:
        value: what stands there.
        annotation: the type of its field, whose choices are then tried first. Default unknown.
    """
    yield from (choice for choice in _choices(annotation) if choice != value)
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, value * 2, value / 2 if isinstance(value, float) else value // 2)
    elif isinstance(value, str):
        yield from _other_texts(value)
    elif isinstance(value, list | tuple):
        yield from _other_lists(list(value))
    elif value is None:
        yield from _of_type(annotation)
    yield REMOVED


def _other_lists(value: list[Any]) -> Iterator[Any]:
    if value:
        yield from (value[:-1], value[1:])
    last = value[-1] if value else "x"
    yield from ([*value[:-1], other] for other in other_values(last) if other is not REMOVED)


def _other_texts(text: str) -> Iterator[Any]:
    if re.fullmatch(r"([\d*,/-]+ ){4}[\d*,/-]+", text):
        yield "17 4 * * *"
    elif (amount := re.fullmatch(r"(\d+)(\D*)", text)) is not None:
        number, unit = int(amount[1]), amount[2]
        yield from (f"{number * 2}{unit}", f"{number + 1}{unit}", f"{max(1, number // 2)}{unit}")
    elif re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        yield UUID
    elif (date := re.fullmatch(r"(\d{4})(-\d\d-\d\d)", text)) is not None:
        yield f"{int(date[1]) + 1}{date[2]}"
    elif (block := re.fullmatch(r"(\d+\.\d+\.)(\d+)(\.\d+(?:/\d+)?)", text)) is not None:
        yield f"{block[1]}{(int(block[2]) + 40) % 256}{block[3]}"
    yield f"{text}x"
    digits = list(re.finditer(r"\d+", text))
    if digits:
        last = digits[-1]
        for other in (int(last[0]) + 1, int(last[0]) - 1):
            yield f"{text[: last.start()]}{other}{text[last.end() :]}"
    yield from (f"x{text}", "zzzz")
    head, slash, rest = text.rpartition("/")
    yield f"{head}{slash}x{rest}"
    yield "UTC"


def _choices(annotation: Any) -> Iterator[Any]:
    for part in _parts(annotation):
        if get_origin(part) is Literal:
            yield from get_args(part)


def _of_type(annotation: Any) -> Iterator[Any]:
    parts = set(map(id, _parts(annotation)))
    for kind, example in ((bool, True), (int, 7), (str, "zzzz")):
        if id(kind) in parts:
            yield example


def _parts(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _parts(part)
    elif annotation is not None:
        yield (
            annotation
            if get_origin(annotation) is not None or not hasattr(annotation, "__origin__")
            else annotation.__origin__
        )

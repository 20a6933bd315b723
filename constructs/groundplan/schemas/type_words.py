"""The words of the notation for one type: its name, bounds, pattern, values, and what else has to hold of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from groundplan.schemas.notation import QUANTITY

OPEN = "x-kubernetes-preserve-unknown-fields"
"""Keyword of an object that takes fields nobody declared; of a list, that those in it do."""

PROSE = frozenset({"description", "title", "example", "externalDocs", "$schema", "x-kubernetes-group-version-kind"})
"""What only people and converters read."""

ANYWHERE = PROSE | {"type", "default", "nullable", "x-kubernetes-validations", "enum"}
"""What any type may say."""

_JUNCTORS = ("allOf", "anyOf", "oneOf", "not")
_BOUNDS = {
    "object": ("minProperties", "maxProperties"),
    "array": ("minItems", "maxItems"),
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
}

KNOWN = {
    "object": {"properties", "required", "additionalProperties", OPEN,
               "x-kubernetes-map-type", "minProperties", "maxProperties", *_JUNCTORS},
    "array": {"items", "minItems", "maxItems", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", OPEN,
              *_JUNCTORS},
    "string": {"format", "pattern", "minLength", "maxLength", *_JUNCTORS},
    "integer": {"format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", *_JUNCTORS},
    "number": {"format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", *_JUNCTORS},
    "boolean": set(_JUNCTORS),
    "int-or-string": {"x-kubernetes-int-or-string", "anyOf", "oneOf", "pattern", "format"},
    "any": {OPEN, *_JUNCTORS},
}  # fmt: skip
"""What each type may say beside that."""

_PLAIN_VALUE = re.compile(r"[A-Za-z_./+*-][A-Za-z0-9_./+*-]*")


class UnwritableError(ValueError):
    """The schema says something that the notation has no words for; the message says where and what."""


Extra = tuple[str, str]
"""A line below a type: its mark and its text."""


def kind_of(schema: Mapping[str, Any], path: str) -> str:
    """Name of the type that the rest is judged by."""
    kind = schema.get("type")
    if schema.get("x-kubernetes-int-or-string"):
        return "int-or-string"
    if kind is None:
        if "properties" in schema or "items" in schema:
            raise UnwritableError(f"{path}: has no type")
        return "any"
    if not isinstance(kind, str) or kind not in KNOWN:
        raise UnwritableError(f"{path}: has type {kind}, which the notation cannot say")
    return kind


def held_by(schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a list or map holds; None for anything else."""
    if schema.get("type") == "array":
        items: Mapping[str, Any] = schema.get("items", {})
        return {**items, OPEN: True} if schema.get(OPEN) and items.get("type") == "object" else items
    values = schema.get("additionalProperties")
    if schema.get("type") != "object" or schema.get("properties") or values in (None, False):
        return None
    return values if isinstance(values, Mapping) else {}


def bracket(schema: Mapping[str, Any], path: str) -> str:
    """A list or map around a type, with what is said of it."""
    kind = schema["type"]
    known = ANYWHERE | (KNOWN[kind] - {"required"})  # what a map says of its values holds for unknown ones too
    if unknown := set(schema) - known:
        raise UnwritableError(f"{path}: has `{'`, `'.join(sorted(unknown))}`, which the notation cannot say")
    keys = ",".join(schema.get("x-kubernetes-list-map-keys", ()))
    options = [f"map={keys}"] if keys else ["set"] if schema.get("x-kubernetes-list-type") == "set" else []
    options += [*_bounds(schema, kind), *_atomic(schema)]
    return f"[{' '.join(options)}]" if kind == "array" else f"{{{' '.join(options)}}}"


def object_head(schema: Mapping[str, Any]) -> str:
    """What stands for an object before its fields."""
    is_open = schema.get(OPEN) or schema.get("additionalProperties") is True
    return " ".join(["object+" if is_open else "object", *_bounds(schema, "object"), *_atomic(schema)])


def _atomic(schema: Mapping[str, Any]) -> list[str]:
    return ["atomic"] if schema.get("x-kubernetes-map-type") == "atomic" else []


def scalar(schema: Mapping[str, Any], kind: str) -> str:
    """A type without fields, with its bounds and format."""
    if kind == "int-or-string":
        return "quantity" if schema.get("pattern") == QUANTITY else "int-or-string"
    format_ = schema.get("format")
    name = format_ if kind == "integer" and format_ in ("int32", "int64") else kind
    words = [name, *_bounds(schema, kind)]
    if schema.get("multipleOf", 1) != 1:
        words.append(f"%{json.dumps(schema['multipleOf'])}")
    if kind == "string" and format_:
        words.append(f"({format_})")
    return " ".join(words)


def _bounds(schema: Mapping[str, Any], kind: str) -> list[str]:
    """`1..63`, with `<` beside a bound that is itself not allowed; nothing where there is neither."""
    if kind not in _BOUNDS:
        return []
    (low, above), (high, below) = (_bound(schema, name) for name in _BOUNDS[kind])
    return [f"{low}{'<' * above}..{'<' * below}{high}"] if low or high else []


def _bound(schema: Mapping[str, Any], name: str) -> tuple[str, bool]:
    """A bound, and whether it is exclusive: OpenAPI says so beside it, JSON Schema instead of it."""
    exclusive = schema.get(f"exclusive{name.capitalize()}")
    if exclusive is not None and not isinstance(exclusive, bool):
        return json.dumps(exclusive), True
    return json.dumps(schema[name]) if name in schema else "", bool(exclusive)


def pattern_of(schema: Mapping[str, Any]) -> str:
    """The expression a text has to match, as it stands at the end of a line."""
    pattern = schema.get("pattern")
    if pattern is None or pattern == QUANTITY or "enum" in schema:
        return ""
    if "\n" in pattern:
        raise UnwritableError(f"has a pattern of several lines: {pattern}")
    return f" ~ {pattern}"


def tail(schema: Mapping[str, Any], pattern: str) -> str:
    """What stands behind a type: whether it may be null, its default, its pattern."""
    null = (" | null" if "enum" in schema else " null") if schema.get("nullable") else ""
    default = f" = {as_json(schema['default'])}" if schema.get("default") is not None else ""
    return f"{null}{default}{pattern}"


def extras_of(schema: Mapping[str, Any]) -> tuple[Extra, ...]:
    """Rules, and what else has to hold."""
    rules = [
        ("?", re.sub(r"\s*\n\s*", " ", rule["rule"]).strip()) for rule in schema.get("x-kubernetes-validations", ())
    ]
    if schema.get("x-kubernetes-int-or-string"):
        return tuple(rules)
    further = {name: _bare(schema[name]) for name in _JUNCTORS if name in schema}
    return (*rules, *((("&", json.dumps(further, sort_keys=True)),) if further else ()))


def _bare(schema: Any) -> Any:
    """Further schema without prose, and without what a converter closed that stands beside other fields."""
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    bare = {key: _bare(value) for key, value in schema.items() if key not in {*PROSE, "properties"}}
    if "properties" in schema:
        bare["properties"] = {name: _bare(value) for name, value in schema["properties"].items()}
        bare.pop("additionalProperties", None)
    return bare


def enum(values: Sequence[Any], path: str) -> str:
    """The values that are allowed, instead of a type."""
    if len(values) > 1:
        return " | ".join(_value(value) for value in values)
    if len(values) == 1 and isinstance(values[0], str):
        return as_json(values[0])
    raise UnwritableError(f"{path}: takes only {values}")


def _value(value: Any) -> str:
    if isinstance(value, str) and _PLAIN_VALUE.fullmatch(value) and value not in ("null", "true", "false"):
        return value
    return as_json(value)


def as_json(value: Any) -> str:
    """JSON without the marks that part a line of the notation."""
    text = json.dumps(value, sort_keys=True)
    for mark in "~|=":
        text = text.replace(f" {mark} ", f" \\u{ord(mark):04x} ")
    return text

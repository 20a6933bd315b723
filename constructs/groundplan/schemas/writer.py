"""Writes the schema of a kind in the notation: what the API server checks, and nothing that only people read."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from groundplan.schemas.notation import INDENT, QUANTITY

OWN_FIELDS = frozenset({"apiVersion", "kind", "status"})
"""Fields of the root that say nothing of a kind, or that nobody who writes a manifest writes."""

SHARED_LINES = 2
"""An object of fewer lines is written out wherever it occurs."""

_OPEN = "x-kubernetes-preserve-unknown-fields"
_PROSE = frozenset({"description", "title", "example", "externalDocs", "$schema", "x-kubernetes-group-version-kind"})
_ANYWHERE = _PROSE | {"type", "default", "nullable", "x-kubernetes-validations", "enum"}
_JUNCTORS = ("allOf", "anyOf", "oneOf", "not")
_BOUNDS = {
    "object": ("minProperties", "maxProperties"),
    "array": ("minItems", "maxItems"),
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
}
_KNOWN = {
    "object": {"properties", "required", "additionalProperties", _OPEN,
               "x-kubernetes-map-type", "minProperties", "maxProperties", *_JUNCTORS},
    "array": {"items", "minItems", "maxItems", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", *_JUNCTORS},
    "string": {"format", "pattern", "minLength", "maxLength", *_JUNCTORS},
    "integer": {"format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", *_JUNCTORS},
    "number": {"format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", *_JUNCTORS},
    "boolean": set(_JUNCTORS),
    "int-or-string": {"x-kubernetes-int-or-string", "anyOf", "oneOf", "pattern", "format"},
    "any": {_OPEN, *_JUNCTORS},
}  # fmt: skip
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_$.-]+")
_PLAIN_VALUE = re.compile(r"[A-Za-z_./+*-][A-Za-z0-9_./+*-]*")


class UnwritableError(ValueError):
    """The schema says something that the notation has no words for; the message says where and what."""


def write(schema: Mapping[str, Any]) -> str:
    """The lines of the notation for the schema of a kind.

    Raises:
        UnwritableError: where the notation cannot say what the schema says.
    """
    root = _Reader().root(schema)
    names = _names(root)
    lines = list(_content(root, names, 0, ""))
    for body, name in names.items():
        lines += ["", f"@{name}: {body.head}", *_content(body, names, 1, "")]
    return "".join(f"{line}\n" for line in lines)


Extra = tuple[str, str]
"""A line below a type: its mark and its text."""


@dataclass(frozen=True, eq=False)
class _Body:
    """An object's type without its place. Equal ones are the same one: the reader keeps each once."""

    head: str
    extras: tuple[Extra, ...]
    fields: tuple[_Use, ...]


@dataclass(frozen=True)
class _Use:
    """A field."""

    name: str
    required: bool
    brackets: str
    """Lists and maps around the type, from the outside."""

    type: _Body | str
    extras: tuple[Extra, ...]
    """What is said of the field itself, where that is not the body."""

    inner_extras: tuple[Extra, ...]
    """What is said of that which the brackets hold, where that is not a body."""

    tail: str
    """What stands behind the type."""


class _Reader:
    """Turns schemas into bodies and uses."""

    def __init__(self) -> None:
        self.bodies: dict[Any, _Body] = {}

    def root(self, schema: Mapping[str, Any]) -> _Body:
        """The body of a kind: what every object has is left out, metadata too unless the schema says more of it."""
        fields = {name: field for name, field in schema.get("properties", {}).items() if name not in OWN_FIELDS}
        metadata = fields.pop("metadata", {})
        if set(metadata) - _PROSE - {"type"}:
            fields["metadata"] = {**metadata, _OPEN: True}
        required = [name for name in schema.get("required", ()) if name in fields]
        body = self._body({**schema, "type": "object", "properties": fields, "required": required}, "")
        extras = (*body.extras, ("&", '{"additionalProperties": true}')) if schema.get(_OPEN) else body.extras
        return _Body(body.head, extras, body.fields)

    def use(self, name: str, schema: Mapping[str, Any], *, required: bool, path: str) -> _Use:
        """A field of an object."""
        brackets, inner = "", schema
        while (held := _held(inner)) is not None:
            if inner is not schema and (_extras(inner) or inner.get("nullable")):
                raise UnwritableError(f"{path}: says something of a list or map in a list or map")
            brackets, inner = brackets + _bracket(inner, path), held
        type_ = self._type(inner, path)
        is_body, direct = isinstance(type_, _Body), inner is schema
        return _Use(
            name,
            required,
            brackets,
            type_,
            () if is_body and direct else _extras(schema),
            () if is_body or direct else _extras(inner),
            _tail(schema, "" if is_body else _pattern(inner)),
        )

    def _type(self, schema: Mapping[str, Any], path: str) -> _Body | str:
        kind = _kind(schema, path)
        if unknown := set(schema) - _ANYWHERE - _KNOWN[kind]:
            raise UnwritableError(f"{path}: has `{'`, `'.join(sorted(unknown))}`, which the notation cannot say")
        if "enum" in schema:
            return _enum(schema["enum"], path)
        if kind == "object":
            return self._body(schema, path)
        return _scalar(schema, kind)

    def _body(self, schema: Mapping[str, Any], path: str) -> _Body:
        required = set(schema.get("required", ()))
        # a converter that takes a field called `properties` for the keyword leaves a boolean among the fields
        fields = {name: value for name, value in schema.get("properties", {}).items() if isinstance(value, Mapping)}
        fields |= {name: {_OPEN: True} for name in required - set(fields)}
        uses = tuple(
            self.use(name, fields[name], required=name in required, path=f"{path}.{name}" if path else name)
            for name in sorted(fields)
        )
        head, extras = _object_head(schema), _extras(schema)
        key = (head, extras, uses)
        return self.bodies.setdefault(key, _Body(head, extras, uses))


def _kind(schema: Mapping[str, Any], path: str) -> str:
    kind = schema.get("type")
    if schema.get("x-kubernetes-int-or-string"):
        return "int-or-string"
    if kind is None:
        if "properties" in schema or "items" in schema:
            raise UnwritableError(f"{path}: has no type")
        return "any"
    if not isinstance(kind, str) or kind not in _KNOWN:
        raise UnwritableError(f"{path}: has type {kind}, which the notation cannot say")
    return kind


def _held(schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a list or map holds; None for anything else."""
    if schema.get("type") == "array":
        items: Mapping[str, Any] = schema.get("items", {})
        return items
    values = schema.get("additionalProperties")
    if schema.get("type") != "object" or schema.get("properties") or values in (None, False):
        return None
    return values if isinstance(values, Mapping) else {}


def _bracket(schema: Mapping[str, Any], path: str) -> str:
    kind = schema["type"]
    known = _ANYWHERE | (_KNOWN[kind] - {"required"})  # what a map says of its values holds for unknown ones too
    if unknown := set(schema) - known:
        raise UnwritableError(f"{path}: has `{'`, `'.join(sorted(unknown))}`, which the notation cannot say")
    keys = ",".join(schema.get("x-kubernetes-list-map-keys", ()))
    options = [f"map={keys}"] if keys else ["set"] if schema.get("x-kubernetes-list-type") == "set" else []
    options += [*_bounds(schema, kind), *_atomic(schema)]
    return f"[{' '.join(options)}]" if kind == "array" else f"{{{' '.join(options)}}}"


def _object_head(schema: Mapping[str, Any]) -> str:
    is_open = schema.get(_OPEN) or schema.get("additionalProperties") is True
    return " ".join(["object+" if is_open else "object", *_bounds(schema, "object"), *_atomic(schema)])


def _atomic(schema: Mapping[str, Any]) -> list[str]:
    return ["atomic"] if schema.get("x-kubernetes-map-type") == "atomic" else []


def _scalar(schema: Mapping[str, Any], kind: str) -> str:
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


def _pattern(schema: Mapping[str, Any]) -> str:
    pattern = schema.get("pattern")
    if pattern is None or pattern == QUANTITY or "enum" in schema:
        return ""
    if "\n" in pattern:
        raise UnwritableError(f"has a pattern of several lines: {pattern}")
    return f" ~ {pattern}"


def _tail(schema: Mapping[str, Any], pattern: str) -> str:
    null = (" | null" if "enum" in schema else " null") if schema.get("nullable") else ""
    default = f" = {_json(schema['default'])}" if schema.get("default") is not None else ""
    return f"{null}{default}{pattern}"


def _extras(schema: Mapping[str, Any]) -> tuple[Extra, ...]:
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
    bare = {key: _bare(value) for key, value in schema.items() if key not in {*_PROSE, "properties"}}
    if "properties" in schema:
        bare["properties"] = {name: _bare(value) for name, value in schema["properties"].items()}
        bare.pop("additionalProperties", None)
    return bare


def _enum(values: Sequence[Any], path: str) -> str:
    if len(values) > 1:
        return " | ".join(_value(value) for value in values)
    if len(values) == 1 and isinstance(values[0], str):
        return _json(values[0])
    raise UnwritableError(f"{path}: takes only {values}")


def _value(value: Any) -> str:
    if isinstance(value, str) and _PLAIN_VALUE.fullmatch(value) and value not in ("null", "true", "false"):
        return value
    return _json(value)


def _json(value: Any) -> str:
    """JSON without the marks that part a line of the notation."""
    text = json.dumps(value, sort_keys=True)
    for mark in "~|=":
        text = text.replace(f" {mark} ", f" \\u{ord(mark):04x} ")
    return text


def _names(root: _Body) -> dict[_Body, str]:
    """Names of the bodies that occur more than once, in the order in which they first do."""
    counts: Counter[_Body] = Counter()
    _count(root, counts)
    shared = {body for body, places in counts.items() if places > 1}
    names: dict[_Body, str] = {}
    queue = [root]
    for body in queue:
        for use in _uses(body, shared):
            if isinstance(use.type, _Body) and use.type in shared and use.type not in names:
                names[use.type] = _free(use.name, names.values())
                queue.append(use.type)
    return names


def _count(body: _Body, counts: Counter[_Body]) -> None:
    """Count the places of every body of some length; the places within one that was met before count once."""
    for use in body.fields:
        if isinstance(use.type, _Body):
            if len(use.type.fields) + len(use.type.extras) >= SHARED_LINES:
                counts[use.type] += 1
            if counts[use.type] <= 1:
                _count(use.type, counts)


def _uses(body: _Body, stop: Collection[_Body]) -> Iterator[_Use]:
    """Every field below `body`, in order, down to the bodies at which to stop."""
    for use in body.fields:
        yield use
        if isinstance(use.type, _Body) and use.type not in stop:
            yield from _uses(use.type, stop)


def _free(wanted: str, taken: Collection[str]) -> str:
    base = re.sub(r"[^A-Za-z0-9_-]", "-", wanted)
    candidates = chain((base,), (f"{base}.{number}" for number in count(2)))
    return next(name for name in candidates if name not in taken)


def _content(body: _Body, names: Mapping[_Body, str], depth: int, held: str) -> Iterator[str]:
    """The lines below a type; `held` repeats the mark of those about what brackets hold."""
    indent = " " * INDENT * depth
    for mark, text in body.extras:
        yield f"{indent}{mark}{held and mark} {text}"
    for use in body.fields:
        yield from _field(use, names, depth)


def _field(use: _Use, names: Mapping[_Body, str], depth: int) -> Iterator[str]:
    name = use.name if _PLAIN_NAME.fullmatch(use.name) else json.dumps(use.name)
    is_shared = isinstance(use.type, _Body) and use.type in names
    type_ = use.type if isinstance(use.type, str) else f"@{names[use.type]}" if is_shared else use.type.head
    indent = " " * INDENT * depth
    yield f"{indent}{name}{'!' * use.required}: {use.brackets}{type_}{use.tail}"
    for mark, text in use.extras:
        yield f"{indent}  {mark} {text}"
    for mark, text in use.inner_extras:
        yield f"{indent}  {mark * 2} {text}"
    if isinstance(use.type, _Body) and not is_shared:
        yield from _content(use.type, names, depth + 1, use.brackets)

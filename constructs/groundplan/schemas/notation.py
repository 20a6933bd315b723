"""The notation that facts of a kind are kept in, and its reader: one line for each field, as JSON Schema.

    spec!: object
      enabled: boolean = true
      mode: fast | slow
      name!: string 1..63 ~ ^[a-z]+$
      rules: [map=name]@rule
        ? self.size() < 9
    @rule: object
      name!: string
      ports: []int32 1..65535

A line is a field, a colon and a type; `!` marks a field that must be there; fields of an object follow, one step
further in. A type is one of

- `string`, `integer`, `int32`, `int64`, `number`, `boolean`, `int-or-string`, `quantity`, `any`;
- words separated by `|`: no other value is taken; a value that is no plain word stands in JSON;
- `object`, which takes the fields below it and no others, and `object+`, which keeps any;
- `[]` or `{}` and a type: a list or a map of it. The brackets hold how many it may have, `set` (no two are equal) or
  `map=` and the fields that tell one from another, and `atomic` (of a map: it has one owner);
- `@name`: what the lines below `@name` at the margin say, because it occurs more than once.

Behind it may stand, in this order: bounds `1..63` (of a number, of a text's length, of an object's number of fields),
`%5` (a multiple), `(date-time)` (a format), `null` (or nothing), `atomic`, `= default`, `~ pattern`. Bounds, multiple,
format, `atomic` and pattern are those of what a list or map holds, `null` and the default those of the field.

Lines below a field that open with `?` are rules in CEL, with `&` further JSON Schema; `??` and `&&` are about what a
list or map holds.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Schema = dict[str, Any]

QUANTITY = (
    r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$"
)
"""The pattern of a Kubernetes quantity, as definitions repeat it."""

COMPARED_WHOLE = "x-compared-whole"
"""Keyword of ours: the schema of a list. Its items are compared whole, so what is filled into them is a difference."""

INDENT = 2
"""Spaces of one step."""

WORD = re.compile(r"[A-Za-z0-9_./+-]+")
"""What may stand without quotes in a set of values."""

BASES: dict[str, Schema] = {
    "any": {},
    "boolean": {"type": "boolean"},
    "int-or-string": {"type": ["integer", "string"], "x-kubernetes-int-or-string": True},
    "int32": {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"type": "integer", "format": "int64"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "object": {"type": "object", "additionalProperties": False},
    "object+": {"type": "object"},
    "quantity": {"type": ["integer", "string"], "x-kubernetes-int-or-string": True, "pattern": QUANTITY},
    "string": {"type": "string"},
}
"""JSON Schema of each word that is a type."""

_BOUNDS = {
    "array": ("minItems", "maxItems"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
    "object": ("minProperties", "maxProperties"),
    "string": ("minLength", "maxLength"),
}
_BRACKET = re.compile(r"([\[{])([^\]}]*)[\]}]")
_RANGE = re.compile(r"(-?[0-9.e+-]*?)(<?)\.\.(<?)(-?[0-9.e+-]*)")


class NotationError(ValueError):
    """A line is none of the notation; the message ends with the line."""

    line: int = 0
    """Its number, from 1. Default 0: unknown."""


@dataclass(slots=True)
class Field:
    """One type, read."""

    schema: Schema
    """JSON Schema of the field."""

    inner: Schema
    """That of what its lists and maps hold in the end; the field's own where it is neither."""

    has_default: bool = False
    """Whether the API server fills it in where it is missing."""


def read(text: str) -> Schema:
    """The JSON Schema (2020-12) that lines of the notation stand for; shared types are its `$defs`.

    Fields with a default are never required: the API server fills them in before it validates.

    Raises:
        NotationError: where a line is none of the notation.
    """
    schema: Schema = {"type": "object"}
    stack = [Field(schema, schema)]
    shared: dict[str, Schema] = {}
    for number, line in enumerate(text.splitlines(), 1):
        try:
            _read_line(line, stack, shared)
        except ValueError as error:
            wrong = NotationError(str(error) if isinstance(error, NotationError) else f"{error}: {line.strip()}")
            wrong.line = number
            raise wrong from None
    if shared:
        schema["$defs"] = shared
    return schema


def _read_line(line: str, stack: list[Field], shared: dict[str, Schema]) -> None:
    """Put what a line says where it belongs: the last field of the stack that is less indented."""
    content = line.lstrip(" ")
    if not content:
        return
    depth, odd = divmod(len(line) - len(content), INDENT)
    if odd or depth >= len(stack):
        raise NotationError(f"is indented further than what it belongs to: {content}")
    del stack[depth + 1 :]
    stack.append(_line(content, stack[depth], shared))


def _line(content: str, parent: Field, shared: dict[str, Schema]) -> Field:
    if content[0] in "?&":
        return _extra(content, parent)
    name, required, type_ = _split(content)
    field = parse_type(type_)
    if name[0] == "@":
        shared[name[1:]] = field.schema
        return field
    parent.inner.setdefault("properties", {})[name] = field.schema
    if required and not field.has_default:
        parent.inner.setdefault("required", []).append(name)
    return field


def _split(content: str) -> tuple[str, bool, str]:
    """Name, whether it is required, and type."""
    if content[0] == '"':
        name, end = json.JSONDecoder().raw_decode(content)
        head, _, type_ = content[end:].partition(": ")
        return name, head == "!", type_
    name, colon, type_ = content.partition(": ")
    if not colon or not name:
        raise NotationError(f"has no type: {content}")
    return (name[:-1], True, type_) if name[-1] == "!" else (name, False, type_)


def _extra(content: str, parent: Field) -> Field:
    mark, _, text = content.partition(" ")
    target = parent.inner if len(mark) == 2 else parent.schema
    if mark[0] == "?":
        target.setdefault("x-kubernetes-validations", []).append(text)
    else:
        target.update(json.loads(text))
    return parent


def parse_type(text: str) -> Field:
    """What stands behind a field's colon.

    Raises:
        NotationError: where it is no type.
    """
    recipe = _recipe(text)
    inner = schema = dict(recipe.base)
    for key, wrapper in recipe.wrappers:
        schema = {**wrapper, key: schema}
    if recipe.nullable or recipe.has_default:
        _finish(schema, recipe)
    return Field(schema, inner, recipe.has_default)


@dataclass(frozen=True, slots=True)
class _Recipe:
    """A type, read once for all the lines that say the same."""

    base: Schema
    wrappers: tuple[tuple[str, Schema], ...]
    nullable: bool
    has_default: bool
    default: Any


@lru_cache(maxsize=4096)
def _recipe(text: str) -> _Recipe:
    rest, tilde, pattern = text.partition(" ~ ")
    rest, equals, default = rest.partition(" = ")
    wrappers = []
    while bracket := _BRACKET.match(rest):
        wrappers.append(_wrapper(bracket[1], bracket[2].split(), text))
        rest = rest[bracket.end() :]
    words: list[str] = []
    if "|" in rest or rest.startswith('"'):
        base: Schema = {"enum": [_value(part) for part in rest.split(" | ")]}
    else:
        name, *words = rest.split(" ")
        base = _base(name, text)
    for word in words:
        _attribute(base, word, text)
    if tilde:
        base["pattern"] = pattern
    return _Recipe(base, tuple(reversed(wrappers)), "null" in words, bool(equals), json.loads(default or "null"))


def _finish(schema: Schema, recipe: _Recipe) -> None:
    if recipe.nullable and "type" in schema:
        types = schema["type"]
        schema["type"] = [*([types] if isinstance(types, str) else types), "null"]
    elif recipe.nullable:
        schema["anyOf"] = [{"$ref": schema.pop("$ref")}, {"type": "null"}]
    if recipe.has_default:
        schema["default"] = recipe.default


def _base(name: str, text: str) -> Schema:
    if name in BASES:
        return dict(BASES[name])
    if not name.startswith("@"):
        raise NotationError(f"is no type: {text}")
    return {"$ref": f"#/$defs/{name[1:]}"}


def _value(text: str) -> Any:
    """One of a set of values: JSON where it is that, else a word."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _wrapper(bracket: str, options: list[str], text: str) -> tuple[str, Schema]:
    is_list = bracket == "["
    wrapper: Schema = {"type": "array", COMPARED_WHOLE: True} if is_list else {"type": "object"}
    for option in options:
        if option == "set":
            wrapper |= {"x-kubernetes-list-type": "set", "uniqueItems": True}
        elif option.startswith("map="):
            wrapper |= {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": option[4:].split(",")}
        else:
            _attribute(wrapper, option, text)
    return "items" if is_list else "additionalProperties", wrapper


def _attribute(schema: Schema, word: str, text: str) -> None:
    if word == "atomic":
        schema["x-kubernetes-map-type"] = word
    elif word[0] == "(" and word[-1] == ")":
        schema["format"] = word[1:-1]
    elif word[0] == "%":
        schema["multipleOf"] = json.loads(word[1:])
    elif range_ := _RANGE.fullmatch(word):
        _bound(schema, range_, text)
    elif word != "null":
        raise NotationError(f"`{word}` is not known: {text}")


def _bound(schema: Schema, range_: re.Match[str], text: str) -> None:
    type_ = schema.get("type")
    if not isinstance(type_, str) or type_ not in _BOUNDS:
        raise NotationError(f"has bounds, which its type does not take: {text}")
    for (number, exclusive), name in zip(((range_[1], range_[2]), (range_[4], range_[3])), _BOUNDS[type_], strict=True):
        if number:
            schema.pop(name, None)
            schema[f"exclusive{name.capitalize()}" if exclusive else name] = json.loads(number)

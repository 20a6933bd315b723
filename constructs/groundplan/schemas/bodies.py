"""The schema of a kind as the notation sees it: objects without their place, equal ones once, and the fields that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.schemas.type_words import (
    ANYWHERE,
    KNOWN,
    OPEN,
    PROSE,
    Extra,
    UnwritableError,
    bracket,
    enum,
    extras_of,
    held_by,
    kind_of,
    object_head,
    pattern_of,
    scalar,
    tail,
)

OWN_FIELDS = frozenset({"apiVersion", "kind", "status"})
"""Fields of the root that say nothing of a kind, or that nobody who writes a manifest writes."""


@dataclass(frozen=True, eq=False)
class Body:
    """An object's type without its place. Equal ones are the same one: the reader keeps each once."""

    head: str
    extras: tuple[Extra, ...]
    fields: tuple[Use, ...]


@dataclass(frozen=True)
class Use:
    """A field."""

    name: str
    required: bool
    brackets: str
    """Lists and maps around the type, from the outside."""

    type: Body | str
    extras: tuple[Extra, ...]
    """What is said of the field itself, where that is not the body."""

    inner_extras: tuple[Extra, ...]
    """What is said of that which the brackets hold, where that is not a body."""

    tail: str
    """What stands behind the type."""


class Reader:
    """Turns schemas into bodies and uses."""

    def __init__(self) -> None:
        self.bodies: dict[Any, Body] = {}

    def root(self, schema: Mapping[str, Any]) -> Body:
        """The body of a kind: what every object has is left out, metadata too unless the schema says more of it."""
        fields = {name: field for name, field in schema.get("properties", {}).items() if name not in OWN_FIELDS}
        metadata = fields.pop("metadata", {})
        if set(metadata) - PROSE - {"type"}:
            fields["metadata"] = {**metadata, OPEN: True}
        required = [name for name in schema.get("required", ()) if name in fields]
        body = self._body({**schema, "type": "object", "properties": fields, "required": required}, "")
        extras = (*body.extras, ("&", '{"additionalProperties": true}')) if schema.get(OPEN) else body.extras
        return Body(body.head, extras, body.fields)

    def use(self, name: str, schema: Mapping[str, Any], *, required: bool, path: str) -> Use:
        """A field of an object."""
        brackets, inner = "", schema
        while (held := held_by(inner)) is not None:
            if inner is not schema and (extras_of(inner) or inner.get("nullable")):
                raise UnwritableError(f"{path}: says something of a list or map in a list or map")
            brackets, inner = brackets + bracket(inner, path), held
        type_ = self._type(inner, path)
        is_body, direct = isinstance(type_, Body), inner is schema
        return Use(
            name,
            required,
            brackets,
            type_,
            () if is_body and direct else extras_of(schema),
            () if is_body or direct else extras_of(inner),
            tail(schema, "" if is_body else pattern_of(inner)),
        )

    def _type(self, schema: Mapping[str, Any], path: str) -> Body | str:
        kind = kind_of(schema, path)
        if unknown := set(schema) - ANYWHERE - KNOWN[kind]:
            raise UnwritableError(f"{path}: has `{'`, `'.join(sorted(unknown))}`, which the notation cannot say")
        if "enum" in schema:
            return enum(schema["enum"], path)
        if kind == "object":
            return self._body(schema, path)
        return scalar(schema, kind)

    def _body(self, schema: Mapping[str, Any], path: str) -> Body:
        required = set(schema.get("required", ()))
        # a converter that takes a field called `properties` for the keyword leaves a boolean among the fields
        fields = {name: value for name, value in schema.get("properties", {}).items() if isinstance(value, Mapping)}
        fields |= {name: {OPEN: True} for name in required - set(fields)}
        uses = tuple(
            self.use(name, fields[name], required=name in required, path=f"{path}.{name}" if path else name)
            for name in sorted(fields)
        )
        head, extras = object_head(schema), extras_of(schema)
        key = (head, extras, uses)
        return self.bodies.setdefault(key, Body(head, extras, uses))

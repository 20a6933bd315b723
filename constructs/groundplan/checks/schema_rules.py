"""What the API server checks beyond JSON Schema: keys of list maps are unique, and rules in CEL hold.

See https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules .
Rules about a change (`oldSelf`) say nothing about one object, and are not asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from groundplan.checks.core_schemas import NOT_STORED, STORED_QUANTITY
from groundplan.kubernetes.stored import stored_quantity
from groundplan.schemas.notation import COMPARED_WHOLE, Schema

Keyword = Callable[[Any, Any, Any], Any]


def keywords(definitions: Mapping[str, Schema]) -> dict[str, Keyword]:
    """Validators of the keywords that JSON Schema does not have, for a schema with these `$defs`."""
    return {
        COMPARED_WHOLE: lambda schema, _, __: _Complete(schema, definitions),
        NOT_STORED: lambda _, value, __: _Stored(value),
        STORED_QUANTITY: lambda _, __, ___: _StoredQuantity(),
        "x-kubernetes-list-map-keys": lambda _, keys, __: _UniqueKeys(keys),
        "x-kubernetes-validations": lambda schema, rules, _: _Rules(rules, schema, definitions),
    }


class _Keyword:
    """A validator that finds all problems at once."""

    def iter_errors(self, instance: Any) -> Iterator[ValueError]:
        raise NotImplementedError

    def validate(self, instance: Any) -> None:
        for error in self.iter_errors(instance):
            raise error


class _UniqueKeys(_Keyword):
    """No two items of a list have the same keys."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys

    def iter_errors(self, instance: Any) -> Iterator[ValueError]:
        seen = set()
        for item in instance if isinstance(instance, list) else ():
            values = tuple(json.dumps(item.get(key)) for key in self.keys) if isinstance(item, Mapping) else ()
            if values in seen:
                shown = " and ".join(f"{key} {json.loads(value)}" for key, value in zip(self.keys, values, strict=True))
                yield ValueError(f"has {shown} twice")
            seen.add(values)


class _Rules(_Keyword):
    """Every rule of one place in a schema."""

    def __init__(self, rules: list[str], schema: Schema, definitions: Mapping[str, Schema]) -> None:
        self.rules = [rule for rule in rules if "oldSelf" not in rule]
        self.schema = schema
        self.definitions = definitions

    def iter_errors(self, instance: Any) -> Iterator[ValueError]:
        if self.rules and instance is not None:
            value = with_defaults(instance, self.schema, self.definitions)
            yield from (ValueError(reason) for rule in self.rules if (reason := _failure(rule, value)))


class _Complete(_Keyword):
    """Items of a list have what the API server would fill into them: Argo CD compares a list whole."""

    def __init__(self, schema: Schema, definitions: Mapping[str, Schema]) -> None:
        self.schema = schema
        self.definitions = definitions

    def iter_errors(self, instance: Any) -> Iterator[ValueError]:
        filled = with_defaults(instance, self.schema, self.definitions)
        if filled != instance:
            missing = sorted(set(_differences(instance, filled)))
            yield ValueError(
                f"gets {' and '.join(missing)} from the API server, which compares as a change of the list"
            )


class _Stored(_Keyword):
    """A value is one that the API server keeps."""

    def __init__(self, dropped: Any) -> None:
        self.dropped = dropped

    def iter_errors(self, instance: Any) -> Iterator[ValueError]:
        if instance == self.dropped:
            yield ValueError(f"is `{json.dumps(instance)}`, which the API server does not store")


class _StoredQuantity(_Keyword):
    """An amount is written in the one way of several in which the API server stores it."""

    def iter_errors(self, instance: Any) -> Iterator[ValueError]:
        stored = stored_quantity(str(instance))
        if stored != str(instance):
            yield ValueError(f"`{instance}` is stored as `{stored}`")


def _differences(value: Any, filled: Any) -> Iterator[str]:
    """`field: value` of everything that was filled in."""
    if isinstance(value, list):
        for item, other in zip(value, filled, strict=True):
            yield from _differences(item, other)
    elif isinstance(value, dict):
        for name, other in filled.items():
            if name in value:
                yield from _differences(value[name], other)
            else:
                yield f"`{name}: {json.dumps(other)}`"


def with_defaults(value: Any, schema: Schema, definitions: Mapping[str, Schema]) -> Any:
    """`value` as the API server sees it once it has filled in what is missing."""
    if "$ref" in schema:
        schema = {**definitions.get(str(schema["$ref"]).rpartition("/")[2], {}), **schema}
    if isinstance(value, list) and "items" in schema:
        return [with_defaults(item, schema["items"], definitions) for item in value]
    if not isinstance(value, dict):
        return value
    fields = schema.get("properties", {})
    missing = {name: field["default"] for name, field in fields.items() if "default" in field and name not in value}
    others = schema.get("additionalProperties")
    rest = others if isinstance(others, dict) else {}
    return {
        name: with_defaults(item, fields.get(name, rest), definitions) for name, item in {**missing, **value}.items()
    }


def _failure(rule: str, value: Any) -> str:
    try:
        result = _compiled(rule).eval(data={"self": value})
    except RuntimeError as error:
        return f"cannot be held against the rule {rule} ({str(error).splitlines()[0]})"
    plain = result.plain_value()
    if plain is True:
        return ""
    reason = f" ({plain})" if result.type().name() == "ERROR" else ""
    return f"breaks the rule {rule}{reason}"


@cache
def _compiled(rule: str) -> Any:
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_bindings, ext_optional, ext_strings

    extensions = [ext_bindings.ExtBindings(), ext_optional.ExtOptional(), ext_strings.ExtStrings()]
    return cel.NewEnv(variables={"self": cel.Type.DYN}, extensions=extensions).compile(rule)

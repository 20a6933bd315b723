"""What the notation says of a schema holds objects to the same."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundplan.schemas.notation import QUANTITY, read
from groundplan.schemas.type_words import UnwritableError
from groundplan.schemas.writer import write

Json = dict[str, Any]
NAMES = st.sampled_from(["a", "b", "odd.name", "$ref", "x: y"])
TEXTS = st.sampled_from(["", "a", "b | c", "null", "1", "x = y", "~"])


def of_fields(**fields: Json) -> Json:
    return {"type": "object", "properties": {"spec": {"type": "object", "properties": fields}}}


def lines(**fields: Json) -> list[str]:
    return write(of_fields(**fields)).splitlines()[1:]


def an_object(fields: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.builds(
        lambda properties, required: {
            "type": "object",
            "properties": properties,
            **({"required": sorted(required & set(properties))} if required & set(properties) else {}),
        },
        st.dictionaries(NAMES, fields, min_size=1, max_size=3),
        st.sets(NAMES, max_size=2),
    )


SCALARS = st.one_of(
    st.just({"type": "boolean"}),
    st.builds(
        lambda low, high: {"type": "integer", "minimum": low, "maximum": high}, st.integers(-3, 0), st.integers(0, 3)
    ),
    st.builds(lambda bound: {"type": "number", "minimum": bound, "exclusiveMinimum": True}, st.floats(-2, 2)),
    st.builds(lambda least: {"type": "string", "minLength": least}, st.integers(0, 2)),
    st.builds(
        lambda pattern: {"type": "string", "pattern": pattern}, st.sampled_from(["^a$", "b | c", "x = y", " ~ "])
    ),
    st.builds(lambda values: {"type": "string", "enum": values}, st.lists(TEXTS, min_size=1, max_size=3, unique=True)),
    st.just({"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}),
    st.just({"type": "string", "nullable": True}),
    st.just({"x-kubernetes-preserve-unknown-fields": True}),
)
SCHEMAS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        an_object(inner),
        st.builds(lambda items: {"type": "array", "items": items, "maxItems": 2}, inner),
        st.builds(lambda values: {"type": "object", "additionalProperties": values}, inner),
    ),
    max_leaves=8,
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-4, 4), st.floats(-3, 3), TEXTS, st.just("^a$")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)


def as_2020(schema: Any) -> Any:
    """What the API server makes of an OpenAPI schema, said the long way."""
    if not isinstance(schema, dict):
        return schema
    result = {key: value for key, value in schema.items() if key != "nullable"}
    if "properties" in schema:
        result["properties"] = {name: as_2020(value) for name, value in schema["properties"].items()}
        result["additionalProperties"] = False
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            result[key] = as_2020(schema[key])
    if schema.get("exclusiveMinimum") is True:
        result["exclusiveMinimum"] = result.pop("minimum")
    if schema.get("nullable"):
        result["type"] = [schema["type"], "null"]
    return result


@settings(deadline=None)
@given(an_object(SCHEMAS), VALUES)
def test_an_object_that_passes_the_schema_passes_the_facts_and_no_other(spec: Json, value: Any) -> None:
    facts = read(write({"type": "object", "properties": {"spec": spec}}))

    expected = jsonschema_rs.Draft202012Validator(as_2020(spec)).is_valid(value)
    assert jsonschema_rs.Draft202012Validator(facts).is_valid({"spec": value}) is expected


def test_prose_and_status_and_what_every_object_has_are_left_out() -> None:
    schema = {
        "description": "A widget.",
        "type": "object",
        "required": ["kind", "spec"],
        "properties": {
            "apiVersion": {"type": "string", "description": "Says which."},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "status": {"type": "object", "properties": {"ready": {"type": "boolean"}}},
            "spec": {"type": "string", "description": "What it is.", "example": "x"},
        },
    }

    assert write(schema) == "spec!: string\n"


def test_metadata_stays_where_the_kind_says_more_of_it_and_stays_open() -> None:
    name = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 5}}}

    assert write({"properties": {"metadata": name}}) == "metadata: object+\n  name: string ..5\n"


def test_a_kind_that_keeps_unknown_fields_says_so() -> None:
    facts = read(write({"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {}}))

    assert facts["additionalProperties"] is True


def test_what_occurs_twice_is_written_once() -> None:
    port = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "port": {"type": "integer", "format": "int32"}},
    }

    assert write(of_fields(first=port, more={"type": "array", "items": port})) == (
        "spec: object\n  first: @first\n  more: []@first\n\n@first: object\n  name: string\n  port: int32\n"
    )


def test_two_types_of_one_name_are_told_apart() -> None:
    def port(inner: str) -> Json:
        return {"type": "object", "properties": {"p": {"type": inner}, "q": {"type": inner}}}

    def pair(inner: str) -> Json:
        return {"type": "object", "properties": {"port": port(inner), "other": {"type": "array", "items": port(inner)}}}

    text = write(of_fields(a=pair("string"), b=pair("integer")))

    assert "@other: object\n  p: string" in text
    assert "@other.2: object\n  p: integer" in text


@pytest.mark.parametrize(
    ("schema", "line"),
    [
        ({"type": "string", "enum": ["a", "null", "1", ""]}, 'f: a | "null" | "1" | ""'),
        ({"type": "string", "enum": ["a"]}, 'f: "a"'),
        ({"type": "string", "default": "a | b", "maxLength": 3}, 'f: string ..3 = "a \\u007c b"'),
        ({"x-kubernetes-int-or-string": True, "pattern": QUANTITY}, "f: quantity"),
        ({"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}, "f: [set]string"),
        ({"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "atomic"}, "f: []string"),
        ({"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"], "minItems": 1}, "f: [map=name 1..]object"),
        ({"type": "object", "additionalProperties": {"type": "string"}, "x-kubernetes-map-type": "atomic"},
         "f: {atomic}string"),
        ({"type": "object", "additionalProperties": True}, "f: {}any"),
        ({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, "f: object+"),
        ({"type": "integer", "minimum": 5, "exclusiveMinimum": True, "multipleOf": 5}, "f: integer 5<.. %5"),
        ({"type": "number", "format": "double"}, "f: number"),
    ],
)  # fmt: skip
def test_a_field_is_one_line(schema: Json, line: str) -> None:
    assert lines(f=schema) == [f"  {line}"]


def test_rules_stand_below_what_they_are_about() -> None:
    rule = {"x-kubernetes-validations": [{"rule": "self.a\n  > 1", "message": "is prose"}]}
    item = {"type": "object", "properties": {"a": {"type": "integer"}}, **rule}

    assert lines(f={"type": "array", "items": item, **rule}) == [
        "  f: []object",
        "    ? self.a > 1",
        "    ?? self.a > 1",
        "    a: integer",
    ]


def test_further_conditions_stay_json() -> None:
    one_of = {"oneOf": [{"required": ["a"]}, {"required": ["b"], "description": "prose"}]}
    fields = {"a": {"type": "string"}, "b": {"type": "string"}}

    assert lines(f={"type": "object", "properties": fields, **one_of})[1] == (
        '    & {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}'
    )


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "string", "contentEncoding": "x"}, "spec.f: has `contentEncoding`, which the notation cannot say"),
        ({"type": ["string", "null"]}, r"spec.f: has type \['string', 'null'\], which the notation cannot say"),
        ({"properties": {"a": {}}}, "spec.f: has no type"),
        ({"type": "integer", "enum": [1]}, r"spec.f: takes only \[1\]"),
        ({"type": "array", "items": {"type": "array", "items": {}, "nullable": True}}, "spec.f: says something of a list"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_rather_than_lost(schema: Json, message: str) -> None:
    with pytest.raises(UnwritableError, match=message):
        write(of_fields(f=schema))

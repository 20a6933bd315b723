"""The notation says in a line what JSON Schema says in ten."""

from __future__ import annotations

from typing import Any

import pytest

from groundplan.schemas.notation import QUANTITY, NotationError, parse_type, read


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("string", {"type": "string"}),
        ("any", {}),
        ("string 1..63", {"type": "string", "minLength": 1, "maxLength": 63}),
        ("string (date-time)", {"type": "string", "format": "date-time"}),
        ("string ..63 ~ ^a = b ~ c$", {"type": "string", "maxLength": 63, "pattern": "^a = b ~ c$"}),
        ("number 0<..<1", {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
        ("integer %5", {"type": "integer", "multipleOf": 5}),
        ("int32 1..", {"type": "integer", "format": "int32", "minimum": 1, "maximum": 2**31 - 1}),
        ("boolean null", {"type": ["boolean", "null"]}),
        ("boolean = true", {"type": "boolean", "default": True}),
        ("a | b | null", {"enum": ["a", "b", None]}),
        ('"only"', {"enum": ["only"]}),
        ('1 | "1" | ""', {"enum": [1, "1", ""]}),
        ("object", {"type": "object", "additionalProperties": False}),
        ("object+", {"type": "object"}),
        ("object 1..1 atomic", {"type": "object", "additionalProperties": False, "minProperties": 1,
                                "maxProperties": 1, "x-kubernetes-map-type": "atomic"}),
        ("[]string", {"type": "array", "x-compared-whole": True, "items": {"type": "string"}}),
        ("[set ..3]string", {"type": "array", "x-compared-whole": True, "items": {"type": "string"}, "maxItems": 3,
                             "x-kubernetes-list-type": "set", "uniqueItems": True}),
        ("[map=a,b]any", {"type": "array", "x-compared-whole": True, "items": {}, "x-kubernetes-list-type": "map",
                          "x-kubernetes-list-map-keys": ["a", "b"]}),
        ("{}[]int64", {"type": "object",
                       "additionalProperties": {"type": "array", "x-compared-whole": True, "items": {"type": "integer", "format": "int64"}}}),
        ("@x", {"$ref": "#/$defs/x"}),
        ("@x null", {"anyOf": [{"$ref": "#/$defs/x"}, {"type": "null"}]}),
        ("quantity", {"type": ["integer", "string"], "x-kubernetes-int-or-string": True, "pattern": QUANTITY}),
    ],
)  # fmt: skip
def test_a_type_is_json_schema(text: str, schema: dict[str, Any]) -> None:
    assert parse_type(text).schema == schema


def test_fields_nest_by_indentation_and_a_mark_makes_them_required() -> None:
    schema = read("spec!: object\n  ports: []object\n    port!: int32\n  name: string\nother: any\n")

    spec = schema["properties"]["spec"]
    assert schema["required"] == ["spec"]
    assert list(spec["properties"]) == ["ports", "name"]
    assert spec["properties"]["ports"]["items"]["required"] == ["port"]
    assert list(schema["properties"]) == ["spec", "other"]


def test_what_the_api_server_fills_in_need_not_be_there() -> None:
    assert "required" not in read('mode!: fast | slow = "fast"\n')


def test_a_shared_type_is_a_definition() -> None:
    schema = read("a: @port\nb: []@port\n\n@port: object\n  port!: int32\n")

    assert schema["properties"]["b"]["items"] == {"$ref": "#/$defs/port"}
    assert list(schema["$defs"]["port"]["properties"]) == ["port"]


def test_rules_are_those_of_the_field_or_of_what_its_brackets_hold() -> None:
    schema = read('list: []object\n  ? self.size() < 3\n  ?? self.a > 1\n  && {"oneOf": []}\n  a: integer\n')

    items = schema["properties"]["list"]["items"]
    assert schema["properties"]["list"]["x-kubernetes-validations"] == ["self.size() < 3"]
    assert items["x-kubernetes-validations"] == ["self.a > 1"]
    assert items["oneOf"] == []


def test_lines_that_say_the_same_do_not_share_what_follows_them() -> None:
    schema = read("a: object\n  x: string\nb: object\n  y: string\n")

    assert list(schema["properties"]["a"]["properties"]) == ["x"]
    assert list(schema["properties"]["b"]["properties"]) == ["y"]


def test_a_name_that_is_no_word_stands_in_quotes() -> None:
    assert list(read('"a: b"!: string\n')["properties"]) == ["a: b"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("spec: object\n    a: string\n", 2, "is indented further than what it belongs to: a: string"),
        ("spec: objekt\n", 1, "is no type: objekt"),
        ("spec\n", 1, "has no type: spec"),
        ("a: string oops\n", 1, "`oops` is not known: string oops"),
        ("a: boolean 1..2\n", 1, "has bounds, which its type does not take: boolean 1..2"),
        ("a: string = {\n", 1, "a: string = {"),
    ],
)
def test_a_line_that_says_nothing_is_named(text: str, line: int, message: str) -> None:
    with pytest.raises(NotationError) as caught:
        read(text)

    assert (caught.value.line, str(caught.value).endswith(message)) == (line, True), str(caught.value)

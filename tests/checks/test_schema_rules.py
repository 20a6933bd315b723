"""What the API server checks beyond JSON Schema."""

from __future__ import annotations

import re
from typing import Any

import pytest

from groundplan.checks.schema_rules import keywords, with_defaults

DEFINITIONS = {"port": {"type": "object", "properties": {"protocol": {"type": "string", "default": "TCP"}}}}


def problems(keyword: str, value: Any, instance: Any, schema: dict[str, Any] | None = None) -> list[str]:
    judge = keywords(DEFINITIONS)[keyword](schema or {}, value, [])
    found = [str(error) for error in judge.iter_errors(instance)]
    if found:
        with pytest.raises(ValueError, match=re.escape(found[0])):
            judge.validate(instance)
    else:
        judge.validate(instance)
    return found


def test_items_of_a_list_map_differ_in_a_key() -> None:
    keys, same = ["port", "protocol"], {"port": 80, "protocol": "TCP"}

    assert problems("x-kubernetes-list-map-keys", keys, [same, {**same, "protocol": "UDP"}]) == []
    assert problems("x-kubernetes-list-map-keys", keys, [same, same]) == ["has port 80 and protocol TCP twice"]


def test_a_list_map_of_another_type_is_left_to_the_type() -> None:
    assert problems("x-kubernetes-list-map-keys", ["name"], "text") == []


def test_a_rule_that_does_not_hold_is_named() -> None:
    rule = "!(has(self.a) && has(self.b))"

    assert problems("x-kubernetes-validations", [rule], {"a": 1}) == []
    assert problems("x-kubernetes-validations", [rule], {"a": 1, "b": 2}) == [f"breaks the rule {rule}"]


def test_a_rule_about_a_change_is_not_asked() -> None:
    assert problems("x-kubernetes-validations", ["self == oldSelf"], {"a": 1}) == []


def test_a_rule_sees_what_the_api_server_fills_in() -> None:
    schema = {"properties": {"ports": {"items": {"$ref": "#/$defs/port"}}}}
    rule = "self.ports.all(port, port.protocol == 'TCP')"

    assert problems("x-kubernetes-validations", [rule], {"ports": [{}]}, schema) == []
    assert problems("x-kubernetes-validations", [rule], {"ports": [{"protocol": "UDP"}]}, schema) != []


def test_a_rule_that_cannot_be_answered_does_not_hold() -> None:
    (missing,) = problems("x-kubernetes-validations", ["self.a > 1"], {})
    (broken,) = problems("x-kubernetes-validations", ["self.("], {})

    assert missing.startswith("breaks the rule self.a > 1 (")
    assert broken.startswith("cannot be held against the rule self.( (")


def test_defaults_of_defaults_are_filled_in_too() -> None:
    inner = {"properties": {"on": {"default": True}}}
    schema = {"properties": {"a": {**inner, "default": {}}}, "additionalProperties": inner}

    assert with_defaults({"b": {}}, schema, {}) == {"a": {"on": True}, "b": {"on": True}}


def test_a_list_is_compared_whole_so_its_items_have_what_is_filled_in() -> None:
    schema = {"items": {"$ref": "#/$defs/port"}}

    assert problems("x-compared-whole", True, [{"protocol": "UDP"}], schema) == []
    assert problems("x-compared-whole", True, [{"protocol": "UDP"}, {}], schema) == [
        'gets `protocol: "TCP"` from the API server, which compares as a change of the list'
    ]


def test_an_amount_is_written_as_it_is_stored() -> None:
    assert problems("x-stored-quantity", True, "500m") == []
    assert problems("x-stored-quantity", True, "1000m") == ["`1000m` is stored as `1`"]


def test_a_value_that_is_not_stored_is_left_out() -> None:
    assert problems("x-not-stored", False, True) == []
    assert problems("x-not-stored", False, False) == ["is `false`, which the API server does not store"]

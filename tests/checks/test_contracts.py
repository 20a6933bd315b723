"""Contracts judge kinds that no schema folder knows."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema_rs
import pytest

from groundplan.checks.contracts import contract_kinds, contract_schema

QUEUE = {
    "apiVersion": "servicebus.azure.com/v1api20240101",
    "kind": "NamespacesQueue",
    "metadata": {"name": "orders"},
    "spec": {"azureName": "orders", "owner": {"name": "bus"}, "maxSizeInMegabytes": 1024},
}


def judge(document: dict[str, object]) -> list[str]:
    schema = contract_schema("servicebus.azure.com", "NamespacesQueue", "v1api20240101")
    assert schema is not None
    return [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(document)]


def test_accepts_an_object_within_its_contract() -> None:
    assert judge(QUEUE) == []


def test_refuses_a_field_the_contract_does_not_list() -> None:
    wrong = {**QUEUE, "spec": {**QUEUE["spec"], "maxSizeInMegabyte": 1024}}  # type: ignore[dict-item]  # a literal above

    assert any("maxSizeInMegabyte" in message for message in judge(wrong))


def test_refuses_a_value_of_another_type() -> None:
    wrong = {**QUEUE, "spec": {**QUEUE["spec"], "maxSizeInMegabytes": "1Gi"}}  # type: ignore[dict-item]  # a literal above

    assert any("integer" in message for message in judge(wrong))


def test_refuses_an_object_without_a_required_field() -> None:
    wrong = {**QUEUE, "spec": {"azureName": "orders"}}

    assert any("owner" in message for message in judge(wrong))


def test_knows_nothing_of_other_kinds() -> None:
    assert contract_schema("servicebus.azure.com", "Namespace", "v1") is None


def test_no_contract_shadows_a_schema_that_is_at_hand() -> None:
    folder = os.environ.get("GROUNDPLAN_SCHEMAS")
    if not folder:
        pytest.skip("GROUNDPLAN_SCHEMAS is not set")
    from groundplan.checks.contracts import _contracts

    shadowed = [
        f"{version}/{kind}"
        for version, kinds in _contracts().items()
        for kind in kinds
        for path in folder.split(os.pathsep)
        if (Path(path) / version.split("/")[0] / f"{kind.lower()}_{version.split('/')[1]}.json").exists()
    ]

    assert contract_kinds()
    assert json.dumps(shadowed) == "[]"

"""Contracts: what we hold our own objects to where no upstream schema is at hand.

`contracts.yaml` lists, for a few kinds, the fields this repository writes, each with its type, in a short notation of
our own. A contract knows less than the upstream schema and is asked last; a field that it does not list is refused, so
a construct that starts to write one has to state its type here first.

The notation: `string`, `integer`, `number`, `boolean`; a list of words is a closed set; `{items: X}` is an array of X,
`{values: X}` a map to X, any other mapping an object; a `!` after a key makes it required.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_REFERENCE = {"armId": "string", "group": "string", "kind": "string", "name": "string"}
_NAMED: Mapping[str, Any] = {"reference": _REFERENCE}


def contract_schema(group: str, kind: str, version: str) -> dict[str, Any] | None:
    """The JSON Schema of a kind's contract; None for a kind without one."""
    contract = _contracts().get(f"{group}/{version}", {}).get(kind)
    if contract is None:
        return None
    return {
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": _compile(contract),
        },
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "additionalProperties": False,
    }


def contract_kinds() -> tuple[str, ...]:
    """`group/version/Kind` of every kind that has a contract."""
    return tuple(f"{version}/{kind}" for version, kinds in sorted(_contracts().items()) for kind in sorted(kinds))


@cache
def _contracts() -> dict[str, dict[str, Any]]:
    text = (files("groundplan.checks") / "contracts.yaml").read_text("utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


def _compile(contract: Any) -> dict[str, Any]:
    if isinstance(contract, list):
        return {"enum": contract}
    if isinstance(contract, str):
        return _compile(_NAMED[contract]) if contract in _NAMED else {"type": contract}
    if set(contract) == {"items"}:
        return {"type": "array", "items": _compile(contract["items"])}
    if set(contract) == {"values"}:
        return {"type": "object", "additionalProperties": _compile(contract["values"])}
    return {
        "type": "object",
        "properties": {key.removesuffix("!"): _compile(value) for key, value in contract.items()},
        "required": [key[:-1] for key in contract if key.endswith("!")],
        "additionalProperties": False,
    }

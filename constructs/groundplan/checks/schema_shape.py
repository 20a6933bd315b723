"""Schemas of custom resources as the API server applies them, in the dialect the validator speaks."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from groundplan.checks.core_schemas import OBJECT_META, bound_integers


def closed_root(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A custom resource's schema as the API server applies it: metadata is checked, unknown fields are not kept."""
    result = copy.deepcopy(dict(schema))
    _as_2020(result)
    bound_integers(result)
    if not result.get("x-kubernetes-preserve-unknown-fields"):
        properties = {**result.get("properties", {})}
        properties.setdefault("apiVersion", {"type": "string"})
        properties.setdefault("kind", {"type": "string"})
        properties.setdefault("status", {})
        result["additionalProperties"] = False
        result["properties"] = properties
    named = result.setdefault("properties", {}).get("metadata", {})
    result["properties"]["metadata"] = {"allOf": [{"$ref": OBJECT_META}, named]}
    return result


def close(schema: Any) -> Any:
    """`schema` with every mapping that lists its fields closed to others, as pruning does."""
    if isinstance(schema, list):
        return [close(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    result = {key: close(value) for key, value in schema.items()}
    is_open = "additionalProperties" in schema or schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), Mapping) and schema.get("type", "object") == "object" and not is_open:
        result["additionalProperties"] = False
    return result


def _as_2020(schema: Any) -> None:
    """OpenAPI 3.0 as JSON Schema 2020-12, in place: boolean exclusive bounds, and integers that may be text."""
    if isinstance(schema, list):
        for item in schema:
            _as_2020(item)
    if not isinstance(schema, dict):
        return
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)
    if schema.get("x-kubernetes-int-or-string") and "type" not in schema and "anyOf" not in schema:
        schema["type"] = ["integer", "string"]
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    for value in schema.values():
        if value.__class__ in (dict, list):
            _as_2020(value)

"""Kubernetes' own schemas, one set for each minor version, sharpened by what the API server checks in code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs

from groundplan.checks.core_values import DROPPED, VALUES

DEFINITIONS = "https://kubernetes.io/api/_definitions.json"
"""Name the definitions have in references; nothing is fetched from it."""

OBJECT_META = f"{DEFINITIONS}#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
"""Reference to the schema of metadata."""

LATEST = "1.35"
"""Version whose groups are Kubernetes' own where no environment says which one runs."""

QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
"""Definition of amounts."""

STORED_QUANTITY = "x-stored-quantity"
"""Keyword of ours: the amount is written as the API server stores it."""

NOT_STORED = "x-not-stored"
"""Keyword of ours: the value, with which the field need not be written."""

INT32 = (-(2**31), 2**31 - 1)


@dataclass(frozen=True, slots=True, eq=False)
class CoreSchemas:
    """The schemas of one Kubernetes version."""

    version: str
    """Minor version, e.g. `1.32`."""

    names: dict[tuple[str, str, str], str]
    """Definition by (group, version, kind)."""

    groups: frozenset[str]
    """API groups that Kubernetes itself serves."""

    registry: jsonschema_rs.Registry
    """Resolves references between definitions."""

    definitions: dict[str, Any]
    """The definitions, for looking up what a field may be called."""

    def schema(self, group: str, version: str, kind: str) -> dict[str, Any] | None:
        """A schema that refers to the definition of a kind; None where this version does not serve it."""
        name = self.names.get((group, version, kind))
        return None if name is None else {"$ref": f"{DEFINITIONS}#/$defs/{name}"}


def packaged_schemas(version: str) -> Path:
    """Folder of the strict schemas of a minor version, in the package that carries them, which is not imported."""
    package = find_spec("kubernetes_validate")
    origin = package and package.origin
    assert origin  # a dependency of this package
    return Path(origin).parent / "kubernetes-json-schema" / f"v{version}.0-local-strict"


@cache
def core_schemas(version: str) -> CoreSchemas | None:
    """Load the strict schemas of a minor version; None where they are not installed."""
    file = packaged_schemas(version) / "_definitions.json"
    if not file.is_file():
        return None
    contents = json.loads(file.read_text("utf-8"))
    definitions: dict[str, Any] = contents["$defs"]
    for definition, fields in VALUES.items():
        for field, values in fields.items():
            _restrict(definitions.get(definition, {}).get("properties", {}).get(field), values)
    for definition, dropped in DROPPED.items():
        for field, value in dropped.items():
            definitions[definition]["properties"][field][NOT_STORED] = value
    definitions[QUANTITY][STORED_QUANTITY] = True
    bound_integers(definitions)
    names = {
        (item["group"], item["version"], item["kind"]): name
        for name, definition in definitions.items()
        for item in definition.get("x-kubernetes-group-version-kind", ())
    }
    registry = jsonschema_rs.Registry([(DEFINITIONS, contents)], draft=jsonschema_rs.Draft202012)
    return CoreSchemas(version, names, frozenset(group for group, _, _ in names), registry, definitions)


def bound_integers(schema: Any) -> None:
    """Give every `format: int32` its range, in place; a larger number is refused by the API server's decoder."""
    if isinstance(schema, dict):
        if schema.get("format") == "int32":
            schema["minimum"] = max(schema.get("minimum", INT32[0]), INT32[0])
            schema["maximum"] = min(schema.get("maximum", INT32[1]), INT32[1])
        for value in schema.values():
            if value.__class__ in (dict, list):
                bound_integers(value)
    elif isinstance(schema, list):
        for value in schema:
            bound_integers(value)


def _restrict(field: dict[str, Any] | None, values: tuple[str, ...]) -> None:
    if field is None:
        return
    if "items" in field:
        field["items"]["enum"] = [*values]
    else:
        field["enum"] = [*values, None]

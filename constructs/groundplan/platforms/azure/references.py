"""How objects of Azure Service Operator refer to one another.

See https://azure.github.io/azure-service-operator/guide/ .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.platforms.platform import Reference
from groundplan.yaml.marked import YamlPath

GROUPS, ANY_KIND = "*.azure.com", "*"
"""What a reference means that says neither group nor kind."""


def reference(group: str, kind: str, name: str) -> dict[str, Any]:
    """A reference to another object of the operator in the same namespace."""
    return {"group": group, "kind": kind, "name": name}


def references(key: str, value: Mapping[str, Any], path: YamlPath) -> Iterator[Reference]:
    """Owners, references to resources, and keys of Secrets and ConfigMaps."""
    name = value.get("name")
    if not isinstance(name, str):
        return
    if path == ("spec", "owner") or key.endswith("Reference") or key == "reference":
        yield Reference(group=value.get("group", GROUPS), kind=value.get("kind", ANY_KIND), name=name)
    elif "key" in value and "operatorSpec" not in path:  # below operatorSpec stands what the operator writes
        kind = "ConfigMap" if key.endswith("FromConfig") else "Secret"
        yield Reference(group="", kind=kind, name=name, part=value["key"])

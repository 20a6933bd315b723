"""How objects of AWS' controllers refer to one another.

See https://aws-controllers-k8s.github.io/docs/resource-reference .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.platforms.platform import Reference
from groundplan.yaml.marked import YamlPath

GROUPS = "*.services.k8s.aws"


def references(key: str, value: Mapping[str, Any], path: YamlPath) -> Iterator[Reference]:
    """`vpcRef: {from: {name}}`: the field's name is all there is to tell the kind by."""
    source = value.get("from")
    if isinstance(source, Mapping) and key.endswith(("Ref", "Refs")) and isinstance(source.get("name"), str):
        kind = key.removesuffix("s").removesuffix("Ref")
        yield Reference(group=GROUPS, kind=kind, name=source["name"], namespace=source.get("namespace", ""))

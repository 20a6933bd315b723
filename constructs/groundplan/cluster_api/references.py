"""How objects of Cluster API refer to others. See https://cluster-api.sigs.k8s.io/developer/providers/contracts/ ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.platforms.platform import Reference
from groundplan.yaml.marked import YamlPath


def references(key: str, value: Mapping[str, Any], path: YamlPath) -> Iterator[Reference]:
    """By group, kind and name; files of machines and settings of providers come from Secrets."""
    name = value.get("name")
    if not isinstance(name, str):
        return
    if {"apiGroup", "kind"} <= set(value):
        yield Reference(group=str(value["apiGroup"]), kind=str(value["kind"]), name=name)
    elif key == "secret" and "key" in value:
        yield Reference(group="", kind="Secret", name=name, part=str(value["key"]))
    elif key == "configSecret":
        yield Reference(group="", kind="Secret", name=name, namespace=str(value.get("namespace", "")))

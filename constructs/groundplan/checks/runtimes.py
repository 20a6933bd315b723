"""What programs are run by, as far as their pods are told: each runtime has variables of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.inventory import Inventory, Object
from groundplan.yaml.marked import YamlPath

TOLD: Mapping[str, tuple[str, ...]] = {
    "java": ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "SPRING_"),
    "node": ("NODE_",),
    "python": ("PYTHON", "GUNICORN_", "UVICORN_"),
}
"""Language to the beginnings of variables that its runtime, or what is common with it, reads."""


def containers(item: Object) -> Iterator[tuple[YamlPath, Mapping[str, Any]]]:
    """The containers that stay, of the pods of a workload."""
    path = POD_TEMPLATES.get((item.group, item.kind))
    if path is None:
        return
    template = pod_template(item)
    for index, container in enumerate((template.get("spec") or {}).get("containers") or ()):
        yield (*path, "spec", "containers", index), container


def pod_template(item: Object) -> Mapping[str, Any]:
    """The template of a workload's pods; empty where it has none."""
    found: Any = item.document
    for step in POD_TEMPLATES.get((item.group, item.kind)) or ("",):
        found = found.get(step) or {}
    return found if isinstance(found, Mapping) else {}


def variables(inventory: Inventory, item: Object, container: Mapping[str, Any]) -> Mapping[str, str]:
    """What a container is told, those of the ConfigMaps it reads included; empty text where a Secret says it."""
    found: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        name = str((source.get("configMapRef") or {}).get("name", ""))
        config = inventory.find(item.cluster, "", "ConfigMap", item.namespace, name) if name else None
        found |= (config.document.get("data") or {}) if config is not None else {}
    return found | {str(entry.get("name")): str(entry.get("value", "")) for entry in container.get("env") or ()}


def runtime_of(told: Mapping[str, str]) -> str | None:
    """The language of a program that is told that; None where nothing gives it away."""
    for language, beginnings in TOLD.items():
        if any(name.startswith(beginnings) for name in told):
            return language
    return None

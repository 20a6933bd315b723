"""Files are where the tool looks that they are written for: elsewhere they are read by nobody, and nothing says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from string import Template
from typing import Any

from pydantic import TypeAdapter

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.made_later.templates import job_templates
from groundplan.errors import Finding
from groundplan.platforms.resources import data_of
from groundplan.yaml.marked import YamlPath

Json = Mapping[str, Any]
FILE = "found.yaml"


@dataclass(frozen=True, slots=True)
class Tool:
    """Files of a tool, and where it looks for them."""

    file: str
    """Pattern of their names."""

    tool: str
    """What people call it."""

    at: tuple[str, ...]
    """Patterns of the paths it reads without being told; `$NAME` is a variable of the container."""


@cache
def tools() -> tuple[Tool, ...]:
    """Every line of the table.

    Raises:
        pydantic.ValidationError: where it says something else than this module knows.
    """
    return TypeAdapter(tuple[Tool, ...]).validate_python(data_of(__package__, FILE)["tools"])


def found(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Files of ConfigMaps that a pod mounts where their tool does not look, and of which nobody tells it."""
    held = {
        (item.scope, item.namespace, item.name): names
        for item in inventory.by_kind.get(("", "ConfigMap"), ())
        if (names := {key: tool for key in item.document.get("data") or {} if (tool := _tool(key)) is not None})
    }
    if not held:
        return
    for item, path, namespace, pod in _pods(inventory):
        files = {
            volume["name"]: [
                (where, tool)
                for key, tool in held.get((item.scope, namespace, volume["configMap"].get("name")), {}).items()
                if (where := _called(volume["configMap"], key))
            ]
            for volume in pod.get("volumes") or ()
            if "configMap" in volume
        }
        for container in (*(pod.get("initContainers") or ()), *(pod.get("containers") or ())):
            for mount in container.get("volumeMounts") or ():
                for name, tool in files.get(mount["name"], ()):
                    place = f"{mount['mountPath'].rstrip('/')}/{name}"
                    if not _finds(container, place, tool):
                        yield _finding(inventory, item, path, container, place, tool)


def _finding(inventory: Inventory, item: Object, path: YamlPath, container: Json, place: str, tool: Tool) -> Finding:
    message = f"gives container {container['name']} `{place}`, where {tool.tool} does not look, and nothing tells it"
    advice = f"let it lie at {' or '.join(tool.at)}, or name the path in the command or a variable"
    return inventory.finding(item, path, "intent.found", message, advice)


def _tool(key: str) -> Tool | None:
    return next((tool for tool in tools() if fnmatchcase(key, tool.file)), None)


def _called(volume: Json, key: str) -> str:
    """Name of the file that a key becomes; empty where the volume leaves it out."""
    items = volume.get("items")
    return key if items is None else next((one["path"] for one in items if one["key"] == key), "")


def _finds(container: Json, place: str, tool: Tool) -> bool:
    variables = {one["name"]: str(one.get("value", "")) for one in container.get("env") or ()}
    told = (*(container.get("command") or ()), *(container.get("args") or ()), *variables.values())
    if any(place in str(text) for text in told):
        return True
    return any(fnmatchcase(place, Template(pattern).safe_substitute(variables)) for pattern in tool.at)


def _pods(inventory: Inventory) -> Iterator[tuple[Object, YamlPath, str, Json]]:
    """Every pod that is rendered or started from a template: its object, where it stands there, and its namespace."""
    for kind, steps in POD_TEMPLATES.items():
        for item in inventory.by_kind.get(kind, ()):
            template = item.document
            for step in steps:
                template = template.get(step) or {}
            yield item, (*steps, "spec"), item.namespace, template.get("spec") or {}
    for item in inventory.by_kind.get(("", "ConfigMap"), ()):
        for key, job in job_templates(item):
            namespace = str(job["metadata"].get("namespace", item.namespace))
            yield item, ("data", key), namespace, job["spec"]["template"]["spec"]

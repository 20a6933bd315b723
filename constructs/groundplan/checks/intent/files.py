"""Files that settings of a program name: its image is said to bring them, or something in the pod does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.checks.runtimes import containers, variables
from groundplan.errors import Finding

_NAMED = re.compile(r"-(?:javaagent:|agentpath:|Djavax\.net\.ssl\.trustStore=)(/[^\s=,]+)")
"""Options without whose file a runtime ends before it runs anything."""


def files(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Files that a runtime is told to load, and nobody is known to bring."""
    for item in inventory.manifests:
        environment = context.environment_of(item)
        for field, container in containers(item) if environment is not None else ():
            service = environment.services.get(item.name) if environment is not None else None
            brought = set(service.brings if service is not None else ())
            for name, value in variables(inventory, item, container).items():
                for path in _NAMED.findall(value):
                    if path not in brought and not _is_mounted(container, path):
                        message = f"is told by {name} to load {path}, which nothing brings: without it the program does not start"
                        advice = f"write it in services.{item.name}.brings, and have the image bring it"
                        yield inventory.finding(item, field, "intent.file", message, advice)


def _is_mounted(container: Mapping[str, Any], path: str) -> bool:
    mounts = container.get("volumeMounts") or ()
    return any(path.startswith(f"{str(mount.get('mountPath')).rstrip('/')}/") for mount in mounts)

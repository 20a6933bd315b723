"""Programs that start slowly: whoever asks whether they live must wait until they do, or ends them at every try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Inventory
from groundplan.checks.runtimes import containers, runtime_of, variables
from groundplan.errors import Finding

SLOW: Mapping[str, int] = {"java": 120}
"""Runtime to the seconds that a start on a busy node may take: a JVM loads and compiles its classes first, with an agent and a
migration of its database more so. See https://kubernetes.io/docs/concepts/workloads/pods/probes/ ."""


def ended_early(inventory: Inventory) -> Iterator[Finding]:
    """Containers of a slow runtime that are ended before they may have started."""
    for item in inventory.manifests:
        for field, container in containers(item):
            living = container.get("livenessProbe")
            needed = SLOW.get(runtime_of(variables(inventory, item, container)) or "", 0) if living else 0
            given = _seconds(container.get("startupProbe") or living or {})
            if given < needed:
                chapter = "startupProbe" if container.get("startupProbe") else "livenessProbe"
                message = f"is ended {given} s after its start if it does not answer, and may need {needed}: it never comes up"
                advice = "write probes.startup with more failures, so that the others wait"
                yield inventory.finding(item, (*field, chapter), "cold-start.slow", message, advice)


def _seconds(probe: Mapping[str, Any]) -> int:
    """Time until a probe that never passes ends its container."""
    tries = int(probe.get("failureThreshold", 3))
    return int(probe.get("initialDelaySeconds", 0)) + int(probe.get("periodSeconds", 10)) * tries

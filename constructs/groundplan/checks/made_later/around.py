"""What stands around an object in its cluster, for what controllers make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from groundplan.chart_facts import ChartFacts
from groundplan.checks.inventory import Object

Json = Mapping[str, Any]


class Around:
    """Rendered objects of one cluster and what its charts bring.

    Args:
        objects: the rendered objects. Default none.
        charts: facts of the charts. Default none.
    """

    def __init__(self, objects: Iterable[Object] = (), charts: Iterable[ChartFacts] = ()) -> None:
        self._objects = {(item.group, item.kind, item.namespace, item.name): item.document for item in objects}
        self._arguments = [
            argument
            for facts in charts
            for pod in facts.pods
            for container in pod.containers
            for argument in container.arguments
        ]

    def find(self, group: str, kind: str, namespace: str, name: str) -> Json | None:
        """The document of a rendered object; None where there is none."""
        return self._objects.get((group, kind, namespace, name))

    def argument(self, flag: str) -> str:
        """Value of `flag=value` on the command line of a chart's container; empty where none has it."""
        return next((text.partition("=")[2] for text in self._arguments if text.partition("=")[0] == flag), "")

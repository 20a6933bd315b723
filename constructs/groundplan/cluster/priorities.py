"""The priority classes of a system, as objects."""

from __future__ import annotations

from groundplan.kubernetes.priorities import PRIORITIES, priority_class
from groundplan.parts import Component, Part


class PriorityClasses(Part):
    """The four classes of a system, prefixed with its name: classes are shared by the whole cluster."""

    def __init__(self, scope: Component | Part, id_: str, *, system: str) -> None:
        super().__init__(scope, id_)
        for name, value in PRIORITIES.items():
            self.emit(
                {
                    "apiVersion": "scheduling.k8s.io/v1",
                    "kind": "PriorityClass",
                    "metadata": {"name": priority_class(system, name)},
                    "value": value,
                    "preemptionPolicy": "PreemptLowerPriority" if value >= 10_000 else "Never",
                    "description": f"{name} workloads of {system}",
                }
            )

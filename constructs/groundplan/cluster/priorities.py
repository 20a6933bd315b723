"""Priority classes: who stays when a node is full. See https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ ."""

from __future__ import annotations

from groundplan.parts import Component, Part

PRIORITIES = {"critical": 100_000, "high": 10_000, "normal": 1_000, "low": 100}
"""Name to value; all below the classes Kubernetes keeps for itself."""


class PriorityClasses(Part):
    """The four classes of a system, prefixed with its name: classes are shared by the whole cluster."""

    def __init__(self, scope: Component | Part, id_: str, *, system: str) -> None:
        super().__init__(scope, id_)
        for name, value in PRIORITIES.items():
            self.emit(
                {
                    "apiVersion": "scheduling.k8s.io/v1",
                    "kind": "PriorityClass",
                    "metadata": {"name": f"{system}-{name}"},
                    "value": value,
                    "preemptionPolicy": "PreemptLowerPriority" if value >= 10_000 else "Never",
                    "description": f"{name} workloads of {system}",
                }
            )

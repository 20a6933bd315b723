"""The priority classes of a system, as objects."""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.kubernetes.priorities import GIVING_WAY, PREEMPTS, PRIORITIES, priority_class
from groundplan.parts import Component, Part


class PriorityClasses(Part):
    """The four classes of a system, prefixed with its name: classes are shared by the whole cluster.

    Args:
        scope: the component.
        id_: construct id.
        system: name of the system.
        giving_way: prefixes of those that share nodes with production and have four of their own, below all of these.
    """

    def __init__(self, scope: Component | Part, id_: str, *, system: str, giving_way: Iterable[str] = ()) -> None:
        super().__init__(scope, id_)
        for prefix, values in ((system, PRIORITIES), *((prefix, GIVING_WAY) for prefix in giving_way)):
            for name, value in values.items():
                self._add(prefix, name, value)

    def _add(self, prefix: str, name: str, value: int) -> None:
        self.emit(
            {
                "apiVersion": "scheduling.k8s.io/v1",
                "kind": "PriorityClass",
                "metadata": {"name": priority_class(prefix, name)},
                "value": value,
                "preemptionPolicy": "PreemptLowerPriority" if value >= PREEMPTS else "Never",
                "description": f"{name} workloads of {prefix}",
            }
        )

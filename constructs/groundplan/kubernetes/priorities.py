"""Priority classes: who stays when a node is full.

See https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ .
"""

from __future__ import annotations

PRIORITIES = {"critical": 100_000, "high": 10_000, "normal": 1_000, "low": 100}
"""Priority to value; all below the classes Kubernetes keeps for itself."""


def priority_class(system: str, priority: str) -> str:
    """Name of a system's class: classes are shared by the whole cluster, so each system has its own four."""
    return f"{system}-{priority}"

"""Priority classes: who stays when a node is full.

See https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ .
"""

from __future__ import annotations

PRIORITIES = {"critical": 100_000, "high": 10_000, "normal": 1_000, "low": 100}
"""Priority to value; all below the classes Kubernetes keeps for itself."""

GIVING_WAY = {"critical": 40, "high": 30, "normal": 20, "low": 10}
"""The same for a stage that shares nodes with production: in order among themselves, and below all of production's."""

PREEMPTS = 10_000
"""Value from which on a pod makes others leave a full node."""


def priority_class(prefix: str, priority: str) -> str:
    """Name of a class: classes are shared by the whole cluster, so each system has its own four."""
    return f"{prefix}-{priority}"

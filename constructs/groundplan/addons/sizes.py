"""How large an add-on is: figures of the catalogue, for the size of the cluster.

What runs once is gone while its node is drained. For add-ons that means that nothing new is made meanwhile: what serves
users goes on. A budget that keeps the one pod would block every drain, so there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from groundplan.model.values import Cpu, Memory, Model

Json = dict[str, Any]


class Smaller(Model):
    """What differs where nodes are too few for pairs."""

    replicas: int | None = Field(default=None, ge=0, strict=False)
    """Pods. Default as many as usual."""

    cpu: Cpu | None = None
    """CPU that is requested. Default as much as usual."""

    memory: Memory | None = None
    """Memory that is requested. Default as much as usual."""

    limit: Memory | None = None
    """Memory it may take. Default as much as usual."""


class Size(Model):
    """One part of an add-on: a Deployment, a DaemonSet, a sidecar."""

    replicas: int = Field(default=1, ge=0, strict=False)
    """Pods, where the part is counted. Default 1."""

    cpu: Cpu
    """CPU that is requested. It is never limited: a throttled webhook stalls the API server."""

    memory: Memory
    """Memory that is requested."""

    limit: Memory
    """Memory it may take."""

    small: Smaller = Smaller()
    """What differs in a small cluster. Default nothing."""

    @property
    def resources(self) -> Json:
        """Requests for CPU and memory, and a limit on memory alone."""
        return {"requests": {"cpu": self.cpu, "memory": self.memory}, "limits": {"memory": self.limit}}

    @property
    def in_small_cluster(self) -> Size:
        """The size that is left of it on few nodes."""
        return self.model_copy(update=self.small.model_dump(exclude_none=True))

    def budget(self, **demands: int) -> Json:
        """The chart's switch for a disruption budget, with its `demands`; off for what runs once."""
        return {"enabled": True, **demands} if self.replicas > 1 else {"enabled": False}

    def kept(self, pods: int) -> int:
        """`pods` that a drain must leave, where the chart has no switch; none of what runs once."""
        return pods if self.replicas > 1 else 0


Sizes = Mapping[str, Size]
"""Part of an add-on to its size."""

"""The tracing chapter: which way requests went through services, kept for a while and shown."""

from __future__ import annotations

from pydantic import Field

from groundplan.model.values import Cpu, CronSchedule, Duration, Memory, Model


class Tracing(Model):
    """Jaeger, which takes spans and shows them, in the Elasticsearch of the logs.

    See https://www.jaegertracing.io/docs/latest/architecture/ .
    """

    sampling: float = Field(default=0.1, gt=0, le=1)
    """Share of the requests whose way is kept; whoever calls first decides for all behind it. Default 0.1."""

    retention: Duration = "7d"
    """How long it is kept, in days. Default 7d."""

    cleaned: CronSchedule = "30 2 * * *"
    """When what is older is deleted, in UTC. Default 02:30 every day."""

    replicas: int = Field(default=2, ge=1)
    """Pods. Default 2, so that a drain leaves one."""

    cpu: Cpu = "200m"
    """CPU that each is sure of; it may take five times as much. Default 200m."""

    memory: Memory = "512Mi"
    """Memory of each. Default 512Mi."""

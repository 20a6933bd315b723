"""How many pods a service has, and by which measure: what stands below `scaling:` of a service."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from groundplan.model.values import (
    CronSchedule,
    Duration,
    Model,
    Name,
    Percent,
    Target,
    TimeZone,
    off_is_none,
)


class Metric(Model):
    """A custom metric a service scales on, and how Prometheus computes it.

    Exactly one of `histogram`, `gauge` and `counter` names the series the application exposes.
    """

    average: Target
    """Target per pod. A duration (`300ms`) is compared in seconds, so it renders as the quantity `300m`."""

    histogram: str | None = None
    """Histogram in seconds without the `_bucket` suffix; the metric is its quantile."""

    quantile: float = Field(default=0.95, gt=0, lt=1)
    """Quantile of the histogram. Default 0.95."""

    gauge: str | None = None
    """Gauge to average over the pod's series."""

    counter: str | None = None
    """Counter to take the per-second rate of."""

    @model_validator(mode="after")
    def _one_series(self) -> Metric:
        if sum(series is not None for series in (self.histogram, self.gauge, self.counter)) != 1:
            raise ValueError("names no series, or more than one; write exactly one of histogram, gauge, counter")
        return self


class ScalingStep(Model):
    """How fast replicas may change in one direction."""

    window: Duration
    """Stabilisation window: the most cautious recommendation in it wins."""

    percent: int | None = Field(default=None, ge=1)
    """Most change in percent of the current replicas per period."""

    pods: int | None = Field(default=None, ge=1)
    """Most change in pods per period."""

    period: Duration = "60s"
    """The period both are counted over. Default 60s."""

    @model_validator(mode="after")
    def _some_limit(self) -> ScalingStep:
        if self.percent is None and self.pods is None:
            raise ValueError("sets no rate; write percent, pods or both")
        return self


class ScalingHours(Model):
    """Hours in which more replicas run whatever the load, because it is known to come."""

    start: CronSchedule
    """When they begin."""

    end: CronSchedule
    """When they end."""

    time_zone: TimeZone = "UTC"
    """IANA time zone of both. Default UTC."""

    replicas: int = Field(ge=1)
    """Replicas that run at least."""


class Scaling(Model):
    """Horizontal scaling. See https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ ."""

    min: int = Field(ge=1)
    """Fewest replicas."""

    max: int = Field(ge=1)
    """Most replicas."""

    cpu: Annotated[
        Percent | None, BeforeValidator(off_is_none, json_schema_input_type=Percent | Literal["off"] | None)
    ] = 70
    """Target CPU in percent of the request. Default 70; `off` to not scale on CPU."""

    memory: Percent | None = None
    """Target memory in percent of the request. Default none: memory seldom shrinks again."""

    metrics: dict[str, Metric] = {}
    """Custom metrics by the name the metrics API serves them under."""

    queues: dict[str, int] = {}
    """Queue to messages per replica; the replicas follow the queue's length through KEDA. Default none."""

    backlog: dict[str, str] = {}
    """Queue to PromQL for its whole backlog, what waits and what is being worked on: a list forgets a message that is
    taken, and pods that still work on theirs would be taken away. Default none: its length counts those too."""

    hours: dict[Name, ScalingHours] = {}
    """Hours with more replicas, by name; also through KEDA. Default none."""

    up: ScalingStep = ScalingStep(window="0s", percent=100, pods=4, period="15s")
    """Scale-up speed. Default Kubernetes' own: double, or four pods, every 15 s."""

    down: ScalingStep = ScalingStep(window="300s", percent=100, period="15s")
    """Scale-down speed. Default Kubernetes' own: after five quiet minutes."""

    @model_validator(mode="after")
    def _ordered(self) -> Scaling:
        if self.max < self.min:
            raise ValueError(f"max {self.max} is less than min {self.min}; write max {self.min} or more")
        if self.cpu is None and self.memory is None and not self.metrics and not self.queues:
            raise ValueError("has nothing to scale on; write cpu, memory, metrics or queues")
        if self.metrics and (self.queues or self.hours):
            raise ValueError("has metrics beside queues or hours, which another autoscaler serves; keep one of the two")
        for name in self.backlog.keys() - self.queues.keys():
            raise ValueError(f"counts the backlog of {name}, which queues does not name; write {name} there too")
        for name, hours in self.hours.items():
            if hours.replicas > self.max:
                raise ValueError(f"wants {hours.replicas} replicas in {name}, above max {self.max}; raise max")
        return self

"""The observability chapter: metrics, alerts, dashboards."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from groundplan.kubernetes.namespaces import MONITORING
from groundplan.model.budgets import Budget
from groundplan.model.containers import Amounts
from groundplan.model.samples import Trial
from groundplan.model.values import Duration, Memory, Model, Name, Quantity


class Receiver(Model):
    """Somebody alerts are sent to. Addresses and tokens live in a Secret."""

    type: Literal["slack", "email", "pagerduty", "teams", "webhook"]
    """How they are told."""

    secret: str
    """`<secret>/<key>` with the webhook URL, routing key or SMTP password."""

    to: str = ""
    """Channel or address where the type needs one. Default none."""

    severities: list[Literal["critical", "warning", "info"]] = ["critical", "warning"]
    """Which alerts they get. Default critical and warning."""

    heartbeat: bool = False
    """Whether they also get the alert that always fires, every minute, so that somebody outside notices when it stops.
    Default false. It is the only way to hear of a region that is gone."""

    server: str = Field(default="", pattern=r"^$|^[a-z0-9.-]+:[0-9]+$")
    """Mail server and port, for `email`. Default none."""

    sender: str = ""
    """Address mail comes from, which is also the user that signs in, for `email`. Default none."""

    @model_validator(mode="after")
    def _complete(self) -> Receiver:
        if self.type in ("slack", "email") and not self.to:
            raise ValueError(f"is of type {self.type} and names nobody; write to: a channel or an address")
        if self.type == "email" and not (self.server and self.sender):
            raise ValueError(
                "sends mail, but lacks the server or the sender; write server: host:587 and sender: an address"
            )
        if self.secret.count("/") != 1:
            raise ValueError(f"secret `{self.secret}` names no key; write it as <secret>/<key>")
        return self


class Alert(Model):
    """An alert of the system's own, beside the derived ones."""

    expr: str
    """PromQL expression that is true when something is wrong."""

    for_: Duration = Field(default="5m", alias="for")
    """How long it must be true. Default 5m."""

    severity: Literal["critical", "warning", "info"] = "warning"
    """How bad it is. Default warning."""

    summary: str
    """One line for the person who is woken."""

    action: str
    """What to do first."""

    trial: Trial | None = None
    """Its unit test: series by which it fires and by which it does not. Default none, which the `alerts` gate says."""


class Panel(Model):
    """A picture of the system's own on the dashboard, called like its key."""

    query: str
    """PromQL."""

    unit: str = "short"
    """Grafana's name of the unit. Default short: a plain number."""

    red_from: float | None = None
    """Value from which it is red. Default never."""


class RequestMetrics(Model):
    """What the services call their measurements of requests; every service must use the same names."""

    requests: str = "http_requests_total"
    """Counter of requests. Default http_requests_total."""

    status: str = "status"
    """Its label with the HTTP status; values that start with 5 count as errors. Default status."""

    duration: str = "http_request_duration_seconds"
    """Histogram of the time a request takes, in seconds, without `_bucket`. Default http_request_duration_seconds."""


class MemoryLimit(Model):
    """Most a server may have."""

    memory: Memory
    """Memory above which it is stopped."""


class ServerSize(Model):
    """What a metrics server asks for. CPU has no limit: a throttled server is late with alerts."""

    requests: Amounts
    """What it is sure of."""

    limits: MemoryLimit
    """Most it may have."""


class Observability(Model):
    """The monitoring stack and what it watches."""

    namespace: Name = MONITORING
    """Namespace of the stack. Default monitoring."""

    retention: Duration = "31d"
    """How long metrics are kept. Default 31d: promises are counted over 30 days."""

    storage: Quantity = "50Gi"
    """Volume of each Prometheus. Default 50Gi."""

    resources: ServerSize | None = None
    """CPU and memory of each Prometheus. Default 2Gi to 4Gi, enough for about a million series; see `cluster.size`."""

    replicas: int | None = Field(default=None, ge=1)
    """Prometheus servers, each with everything. Default 2, so that losing a node loses no alert; 1 in a small cluster."""

    grafana_admin: Name | None = None
    """Secret with the keys `admin-user` and `admin-password`. Default none: Grafana, which is AGPL-3.0, is not installed,
    and no dashboard is rendered."""

    request_metrics: RequestMetrics = RequestMetrics()
    """Names of the services' own metrics. Default the customary ones."""

    receivers: dict[Name, Receiver] = {}
    """Who is told. Default nobody."""

    alerts: dict[str, Alert] = {}
    """Own alerts by name. Default none."""

    budgets: dict[Name, Budget] = {}
    """What may be spent in a day, by what it is spent on; told when it is nearly spent, spent, and spent unusually fast.
    Default none."""

    panels: dict[str, Panel] = {}
    """Own pictures on the dashboard, beside the derived ones. Default none."""

    @property
    def secrets(self) -> set[str]:
        """Secrets that the monitoring stack reads."""
        own = {receiver.secret.partition("/")[0] for receiver in self.receivers.values()}
        return own | ({self.grafana_admin} if self.grafana_admin is not None else set())

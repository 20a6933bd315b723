"""The observability chapter: metrics, alerts, dashboards."""

from __future__ import annotations

from typing import Literal

from groundplan.environment.values import Duration, Model, Name, Quantity


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


class Alert(Model):
    """An alert of the system's own, beside the derived ones."""

    expr: str
    """PromQL expression that is true when something is wrong."""

    for_: Duration = "5m"
    """How long it must be true. Default 5m."""

    severity: Literal["critical", "warning", "info"] = "warning"
    """How bad it is. Default warning."""

    summary: str
    """One line for the person who is woken."""

    action: str
    """What to do first."""


class Observability(Model):
    """The monitoring stack and what it watches."""

    namespace: Name = "monitoring"
    """Namespace of the stack. Default monitoring."""

    retention: Duration = "15d"
    """How long metrics are kept. Default 15d."""

    storage: Quantity = "50Gi"
    """Volume of each Prometheus. Default 50Gi."""

    receivers: dict[Name, Receiver] = {}
    """Who is told. Default nobody."""

    alerts: dict[str, Alert] = {}
    """Own alerts by name. Default none."""

"""Alerts as an object of the Prometheus operator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from groundplan.observability.alert import Alert, AlertOwner
from groundplan.parts import Component, Json, Part


class AlertRules(Part):
    """A PrometheusRule with the alerts about one thing; nothing where there are none."""

    def __init__(self, scope: Component | Part, id_: str, alerts: Iterable[Alert], *, owner: AlertOwner) -> None:
        super().__init__(scope, id_)
        self._owner = owner
        rules = [self._rule(alert) for alert in alerts]
        if not rules:
            return
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "PrometheusRule",
                "metadata": {"name": id_},
                "spec": {"groups": [{"name": f"{self.component.namespace_name}.{id_}", "rules": rules}]},
            }
        )

    def _rule(self, alert: Alert) -> Json:
        about = {"service": alert.service, "namespace": self.component.namespace_name}
        return {
            "alert": alert.name,
            "expr": alert.expr,
            "for": alert.wait,
            "labels": {
                "severity": alert.severity,
                **{label: text for label, text in about.items() if label not in kept_labels(alert.expr)},
                "system": self._owner.system,
                "environment": self._owner.environment,
                "team": self._owner.team,
            },
            "annotations": {
                "summary": alert.summary,
                "action": alert.action,
                "runbook_url": self._owner.runbook(alert),
            },
        }


def kept_labels(expression: str) -> frozenset[str]:
    """Labels by which an expression tells several troubles apart; a rule that wrote them over would make them one.

    Prometheus evaluates no rule whose results differ in nothing any more.
    """
    import promql_parser  # costs a run that renders no alert nothing

    try:
        return _kept(promql_parser.parse(expression))
    except ValueError:  # the queries gate says so at its line
        return frozenset()


def _kept(node: Any) -> frozenset[str]:
    if type(node).__name__ == "AggregateExpr":
        by = node.modifier is not None and str(node.modifier.type) == "AggModifierType.By"
        return frozenset(node.modifier.labels) if by else frozenset()
    parts = [getattr(node, side) for side in ("lhs", "rhs", "expr") if hasattr(node, side)]
    return frozenset[str]().union(*map(_kept, [*parts, *getattr(node, "args", [])]))

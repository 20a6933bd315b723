"""An alert: an expression, how bad it is, and what the person who is woken does first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from groundplan.layout import docs_dir
from groundplan.model.environment import Environment
from groundplan.parts import Component, Json, Part

Severity = Literal["critical", "warning", "info"]

RUNBOOK = "docs/alerts.md"
"""Page with a section for every alert that follows from what is declared."""

ON_CALL = "on-call.md"
"""Page of a system with every alert it has."""


Sampled = Mapping[str, float | str]
"""Series, with the labels that tell them apart, to their values; `model/samples.py` says how values are written."""


@dataclass(frozen=True, slots=True)
class Trial:
    """When an alert fires and when it does not: its unit test, in series that could be scraped.

    It is written from what the series mean and not from the expression, so that it sees when that is wrong.
    """

    silent: Sampled
    """Every series that it reads, as it is while all is well."""

    fires: tuple[Sampled, ...]
    """Each trouble that it must notice, by the series that are then different."""


def trial(silent: Sampled, *fires: Sampled) -> Trial:
    """The unit test of an alert: what is there while all is well, and what is different in each trouble."""
    return Trial(silent, fires)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One alerting rule."""

    name: str
    """Name in CamelCase; two rules of one name and different severities are steps of one trouble."""

    expr: str
    """PromQL that has a result while something is wrong."""

    wait: str = "5m"
    """How long it must be so. Default 5m."""

    severity: Severity = "warning"
    """`critical` wakes somebody, `warning` waits for the morning. Default warning."""

    summary: str
    """What is wrong, in a line."""

    action: str
    """What to do first."""

    service: str
    """Service, store or part of the platform it is about."""

    trial: Trial | None
    """When it fires and when it does not; None where an environment file states an alert and does not say."""

    own: bool = False
    """Whether the environment file states it, so that the page of all alerts cannot know it. Default false."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertOwner:
    """Whose alerts they are, and where the person who is woken reads on."""

    system: str
    """Name of the system."""

    environment: str
    """Name of the environment."""

    team: str
    """The team that owns it."""

    files: str
    """Address of the repository's files at the revision that is delivered."""

    def runbook(self, alert: Alert) -> str:
        """Address of the alert's section of the runbook; of the system's on-call page for an alert of its own."""
        section = f"{RUNBOOK}#{alert.name.lower()}"
        if alert.own:
            section = f"{docs_dir(self.system)}/{ON_CALL}#alerts-of-{self.environment}"
        return f"{self.files}/{section}"


def owner_of(environment: Environment) -> AlertOwner:
    """Whose the alerts of an environment are."""
    repository = environment.delivery.repository
    return AlertOwner(
        system=environment.system,
        environment=environment.environment,
        team=environment.owner.team,
        files=f"{repository.url.removesuffix('.git')}/blob/{repository.revision}",
    )


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

"""An alert: an expression, how bad it is, and what the person who is woken does first.

Gates read alerts too, so this loads nothing that renders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from groundplan.layout import docs_dir
from groundplan.model.environment import Environment

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

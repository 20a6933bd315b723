"""The unit tests that an environment's alerts bring, found by what a rendered rule is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.facts.once import once_per_environment
from groundplan.model.environment import Environment
from groundplan.observability.alert import Trial
from groundplan.observability.rules import all_rules

Key = tuple[object, ...]
"""Name of the PrometheusRule, name of the alert and its summary: what people tell alerts apart by."""


def stated_trials(environment: Environment, name: str, rule: Mapping[str, Any]) -> tuple[Trial, ...]:
    """The unit tests of a rule in the PrometheusRule called `name`; none where nobody has written one."""
    return _trials(environment).get((name, rule.get("alert"), rule.get("annotations", {}).get("summary")), ())


@once_per_environment
def _trials(environment: Environment) -> Mapping[Key, tuple[Trial, ...]]:
    found: dict[Key, tuple[Trial, ...]] = {}
    for name, alerts in all_rules(environment).items():
        for alert in alerts:
            known = found.get((name, alert.name, alert.summary), ())
            if alert.trial is not None and alert.trial not in known:
                found[name, alert.name, alert.summary] = (*known, alert.trial)
    return found

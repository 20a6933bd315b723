"""The alerts gate: every alert has a unit test, and fires and stays silent as that says.

What is tried are the rules as they are rendered, with series as they are scraped. Whoever makes an alert says, from what
the series mean, how they look while all is well and in each trouble; promtool evaluates both.
See https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ .
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from groundplan.checks.alerts import promtool
from groundplan.checks.alerts.series import UnscrapedError, as_scraped
from groundplan.checks.alerts.stated import stated_trials
from groundplan.checks.alerts.tries import Try, packed
from groundplan.checks.gate import Context, NotJudged, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.checks.observability.asked import Query, rule_queries
from groundplan.checks.observability.promql import Matcher
from groundplan.checks.observability.routes import Routing
from groundplan.checks.observability.targets import Scraped, scraped
from groundplan.checks.reachability.view import places
from groundplan.errors import EnvironmentFileError, Finding, Severity

__all__ = ["prepared", "run"]

Routes = tuple[tuple[Matcher, ...], ...]


def run(inventory: Inventory, context: Context) -> Verdict:
    """Try every alerting rule; without promtool say how many were not tried."""
    try:
        alerts, tries, findings = prepared(inventory, context)
    except EnvironmentFileError as error:
        return Verdict(0, error.findings)
    program = promtool.found(context.root)
    if program is None:
        reason = f"{promtool.PROGRAM} is not on PATH, and nothing else evaluates alerts"
        return Verdict(0, tuple(findings), (NotJudged(reason, alerts, declared=True),) if alerts else ())
    findings += [_finding(inventory, one) for one in promtool.failed(program, packed(tries))]
    return Verdict(alerts, tuple(findings))


def prepared(inventory: Inventory, context: Context) -> tuple[int, list[Try], list[Finding]]:
    """How many alerts there are, every try of them, and what is wrong before anything is evaluated."""
    tries: list[Try] = []
    findings: list[Finding] = []
    alerts = 0
    for place in places(inventory, context):
        known, routes = scraped(place), _routes(Routing(place.cluster))
        for query in rule_queries(place.cluster):
            if not query.rule:
                continue
            alerts += 1
            made = list(_tries(query, context, known, routes))
            tries += [one for one in made if isinstance(one, Try)]
            findings += [_untried(inventory, query, one) for one in made if isinstance(one, UnscrapedError)]
            if not made:
                findings.append(_untold(inventory, query))
    return alerts, tries, findings


def _tries(query: Query, context: Context, known: Scraped, routes: Routes) -> Iterator[Try | UnscrapedError]:
    environment = context.environment_of(query.item)
    for trial in stated_trials(environment, query.item.name, query.rule) if environment is not None else ():
        try:
            silent = as_scraped(trial.silent, known)
            for number, trouble in enumerate(trial.fires):
                yield Try(query, number, silent, as_scraped(trouble, known), routes)
        except UnscrapedError as error:
            yield error


def _routes(routing: Routing) -> Routes:
    """What an alert must match on each way to somebody, and the labels that messages are grouped by."""
    grouped = tuple(Matcher(label, "!=", "") for label in routing.grouped_by)
    return tuple(
        (*(Matcher(one["name"], one.get("matchType", "="), str(one.get("value", ""))) for one in path), *grouped)
        for path in routing.paths()
    )


def _untold(inventory: Inventory, query: Query) -> Finding:
    message = f"nothing says when {query.title} fires and when it does not"
    advice = "write observability.alerts.<name>.trial with series that are silent and series that fire"
    finding = inventory.finding(query.item, query.path, "alerts.untried", message, advice)
    return replace(finding, severity=Severity.WARNING)


def _untried(inventory: Inventory, query: Query, error: UnscrapedError) -> Finding:
    return inventory.finding(
        query.item, query.path, "alerts.sample", f"the trial of {query.title} {error}", error.advice
    )


def _finding(inventory: Inventory, failure: promtool.Failure) -> Finding:
    query = failure.of.query
    return inventory.finding(query.item, query.path, f"alerts.{failure.rule}", failure.message, failure.advice)

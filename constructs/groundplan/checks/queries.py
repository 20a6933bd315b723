"""The queries gate: every PromQL expression of every PrometheusRule and AnalysisTemplate parses.

A rule that does not parse is refused by Prometheus as a whole group, at night, in a log nobody reads. A measurement that does not parse takes every release back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

RULES = ("monitoring.coreos.com", "PrometheusRule")
MEASUREMENTS = ("argoproj.io", "AnalysisTemplate")


def rule_objects(inventory: Inventory) -> int:
    """How many objects hold expressions."""
    return len(_holders(inventory))


def _holders(inventory: Inventory) -> tuple[Object, ...]:
    return (*inventory.by_kind.get(RULES, ()), *inventory.by_kind.get(MEASUREMENTS, ()))


def run(inventory: Inventory, context: Context) -> Verdict:
    """Parse each expression; names of alerts and records must be unique in their group."""
    items = _holders(inventory)
    findings = tuple(finding for item in items for finding in _judge(item, inventory))
    return Verdict(len(items), findings)


def _judge(item: Object, inventory: Inventory) -> Iterator[Finding]:
    from promql_parser import parse

    for path, name, expression in _expressions(item):
        problem = _problem(parse, expression)
        if problem:
            message = f"the expression of `{name}` does not parse: {problem}"
            yield inventory.finding(item, path, "queries.syntax", message, "correct the PromQL")


def _expressions(item: Object) -> Iterator[tuple[tuple[str | int, ...], str, Any]]:
    """Where each expression stands, what it is called, and its text."""
    for g, group in enumerate(item.spec.get("groups", [])):
        for r, rule in enumerate(group.get("rules", [])):
            name = rule.get("alert") or rule.get("record") or f"rule {r}"
            yield ("spec", "groups", g, "rules", r, "expr"), name, rule.get("expr")
    for m, metric in enumerate(item.spec.get("metrics", [])):
        query = metric.get("provider", {}).get("prometheus", {}).get("query")
        if query is not None:
            yield ("spec", "metrics", m, "provider", "prometheus", "query"), metric["name"], query


def _problem(parse: Any, expression: Any) -> str:
    try:
        parse(str(expression))
    except ValueError as error:
        return " ".join(str(error).split())
    return ""

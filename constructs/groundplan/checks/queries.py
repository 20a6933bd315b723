"""The queries gate: every PromQL expression of every PrometheusRule parses.

A rule that does not parse is refused by Prometheus as a whole group, at night, in a log nobody reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

RULES = ("monitoring.coreos.com", "PrometheusRule")


def rule_objects(inventory: Inventory) -> int:
    """How many objects hold rules."""
    return len(inventory.by_kind.get(RULES, ()))


def run(inventory: Inventory, context: Context) -> Verdict:
    """Parse each expression; names of alerts and records must be unique in their group."""
    items = inventory.by_kind.get(RULES, ())
    findings = tuple(finding for item in items for finding in _judge(item, inventory))
    return Verdict(len(items), findings)


def _judge(item: Object, inventory: Inventory) -> Iterator[Finding]:
    from promql_parser import parse

    for g, group in enumerate(item.spec.get("groups", [])):
        for r, rule in enumerate(group.get("rules", [])):
            path = ("spec", "groups", g, "rules", r, "expr")
            problem = _problem(parse, rule.get("expr"))
            if problem:
                name = rule.get("alert") or rule.get("record") or f"rule {r}"
                message = f"the expression of `{name}` does not parse: {problem}"
                yield inventory.finding(item, path, "queries.syntax", message, "correct the PromQL")


def _problem(parse: Any, expression: Any) -> str:
    try:
        parse(str(expression))
    except ValueError as error:
        return " ".join(str(error).split())
    return ""

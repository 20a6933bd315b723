"""What is said in PromQL, for alerts, panels and autoscalers: Prometheus must be able to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem


def own_queries_parse(environment: Environment) -> Iterator[Problem]:
    """A rule that does not parse is refused with its whole group, at night, in a log nobody reads."""
    told = environment.observability
    texts: Mapping[tuple[str, ...], str] = {
        **{("observability", "alerts", name, "expr"): alert.expr for name, alert in told.alerts.items()},
        **{("observability", "panels", name, "query"): panel.query for name, panel in told.panels.items()},
        **{
            ("services", name, "scaling", "backlog", queue): query
            for name, service in environment.services.items()
            for queue, query in (service.scaling.backlog.items() if service.scaling is not None else ())
        },
    }
    for path, text in texts.items():
        problem = _unread(text)
        if problem:
            yield path, "promql", f"is not PromQL: {problem}", "correct the expression"


def _unread(text: str) -> str:
    from promql_parser import parse  # who states no query does not wait for it

    try:
        parsed: Any = parse(text)
    except ValueError as error:
        return " ".join(str(error).split())
    return "it reads no series" if type(parsed).__name__ in ("NumberLiteral", "StringLiteral") else ""


OBSERVABILITY_RULES = (own_queries_parse,)

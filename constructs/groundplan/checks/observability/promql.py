"""What a PromQL expression reads: every selector, and what is done to it on the way to the result.

See https://prometheus.io/docs/prometheus/latest/querying/basics/ .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import promql_parser as promql

EQUAL, REGEX = "=", "=~"


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label."""

    label: str
    """Label."""

    operator: str
    """`=`, `!=`, `=~` or `!~`."""

    value: str
    """Value or pattern."""


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector of an expression."""

    series: str
    """Name of the series; empty where only labels select."""

    matchers: tuple[Matcher, ...]
    """Conditions on its labels."""

    around: tuple[str, ...]
    """Functions, aggregations and `compared` around it, the innermost last."""

    grouping: tuple[tuple[str, frozenset[str]], ...]
    """`by`, `without`, `on` and `ignoring` around it with their labels, the innermost last."""

    window: float = 0
    """Seconds of its range; 0 for an instant."""

    reaches: float = 0
    """Seconds it looks back, with range, subqueries and offset."""

    def pinned(self, label: str) -> str | None:
        """The one value a label is held to."""
        return next((m.value for m in self.matchers if m.label == label and m.operator == EQUAL and m.value), None)


def selectors(expression: str) -> tuple[Selector, ...]:
    """Every selector of an expression; none of one that does not parse, which is the queries gate's to say."""
    return _selectors(expression)


@lru_cache(maxsize=4096)
def _selectors(expression: str) -> tuple[Selector, ...]:
    try:
        return tuple(_walk(promql.parse(expression), (), (), 0.0))
    except ValueError:
        return ()


Grouping = tuple[tuple[str, frozenset[str]], ...]


def _walk(node: Any, around: tuple[str, ...], grouping: Grouping, reach: float) -> Iterator[Selector]:
    kind = type(node).__name__
    if kind == "VectorSelector":
        yield _selector(node, around, grouping, 0.0, reach)
    elif kind == "MatrixSelector":
        yield _selector(node.vector_selector, around, grouping, node.range.total_seconds(), reach)
    elif kind == "Call":
        for argument in node.args:
            yield from _walk(argument, (*around, node.func.name), grouping, reach)
    elif kind == "AggregateExpr":
        yield from _walk(node.expr, (*around, str(node.op)), _grouped(node, grouping), reach)
    elif kind == "BinaryExpr":
        yield from _binary(node, around, grouping, reach)
    elif kind == "SubqueryExpr":
        yield from _walk(node.expr, around, grouping, reach + node.range.total_seconds() + _offset(node))
    elif hasattr(node, "expr"):  # parentheses and signs
        yield from _walk(node.expr, around, grouping, reach)


def _binary(node: Any, around: tuple[str, ...], grouping: Grouping, reach: float) -> Iterator[Selector]:
    inner = grouping
    matching = node.modifier.matching if node.modifier is not None else None
    if matching is not None:
        word = "on" if matching.type == promql.LabelModifierType.Include else "ignoring"
        inner = (*grouping, (word, frozenset(matching.labels)))
    for side in (node.lhs, node.rhs):
        yield from _walk(side, (*around, str(node.op)), inner, reach)


def _grouped(node: Any, grouping: Grouping) -> Grouping:
    if node.modifier is None:
        return (*grouping, ("by", frozenset()))
    word = "by" if node.modifier.type == promql.AggModifierType.By else "without"
    return (*grouping, (word, frozenset(node.modifier.labels)))


def _selector(node: Any, around: tuple[str, ...], grouping: Grouping, window: float, reach: float) -> Selector:
    matchers = tuple(Matcher(item.name, _OPERATORS[str(item.op)], item.value) for item in node.matchers.matchers)
    named = next((m.value for m in matchers if m.label == "__name__" and m.operator == EQUAL), "")
    rest = tuple(matcher for matcher in matchers if matcher.label != "__name__")
    return Selector(node.name or named, rest, around, grouping, window, reach + window + _offset(node))


def _offset(node: Any) -> float:
    return max(node.offset.total_seconds(), 0.0) if node.offset is not None else 0.0


_OPERATORS: Mapping[str, str] = {
    "MatchOp.Equal": "=",
    "MatchOp.NotEqual": "!=",
    "MatchOp.Re": "=~",
    "MatchOp.NotRe": "!~",
}

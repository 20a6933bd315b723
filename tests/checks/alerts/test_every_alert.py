"""Every rendered alert of every system: tried as it is, and broken in every way that a regression would break it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from groundplan.checks.alerts import prepared, promtool, run
from groundplan.checks.alerts.tries import Try, packed
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.checks.observability.asked import Query
from groundplan.checks.runner import read

PROMTOOL = promtool.found(Path(__file__).resolve().parents[3])
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed: no alert was tried")

Tree = tuple[Inventory, Context]
Break = Callable[[str], str]

NAME = re.compile(r"\b([a-z]\w*_\w+|up)(?=[{\[)])")
COMPARISON = re.compile(r"(>=|<=|==|(?<![=!~])>|(?<![=!~])<)(?= )")
INVERTED = {">": "<", "<": ">", ">=": "<", "<=": ">", "==": "!="}
LABELS = "condition|health_status|reason|result|status|sync_status|type"
MATCHER = re.compile(rf'\b({LABELS})(!=|=~|!~|=)("[^"]*")')
NEGATED = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}


def another_metric(text: str) -> str:
    """One name is another; the one by which absence is noticed stays."""
    *_, last = NAME.finditer(text)
    return f"{text[: last.end()]}_of_nobody{text[last.end() :]}"


def inverted(text: str) -> str:
    return COMPARISON.sub(lambda match: INVERTED[match[1]], text)


def negated_matcher(text: str) -> str:
    return MATCHER.sub(lambda match: match[1] + NEGATED[match[2]] + match[3], text)


def never_absent(text: str) -> str:
    return re.sub(r"absent\([^()]*\) or ", "", text)


def joined_by_all_labels(text: str) -> str:
    return re.sub(r"\b(on|ignoring) \(\w+\) ", "", text)


def out_of_reach(text: str) -> str:
    return re.sub(r"> (\d[\d.]*)", lambda match: f"> {float(match[1]) * 1000 + 1000}", text)


BREAKS: dict[Break, set[str]] = {
    another_metric: set(),
    inverted: {"KafkaThroughputFell"},  # what is usual falls too, and in the end below what the inverted one asks
    negated_matcher: set(),
    never_absent: set(),
    joined_by_all_labels: {"LogArchiveLate"},  # both of its series come from one exporter, with the same labels
    out_of_reach: set(),
}  # fmt: skip
"""Each way to break an expression, and the alerts that may go on as they should."""


@pytest.fixture(scope="module")
def tree(repository: Path) -> Tree:
    return read(repository)


@needs_promtool
def test_every_alert_of_every_system_fires_and_is_silent_when_it_should(tree: Tree) -> None:
    verdict = run(*tree)

    assert verdict.findings == ()
    assert verdict.not_judged == ()
    assert verdict.judged >= 400


def test_every_alert_has_a_trial_in_series_that_are_scraped(tree: Tree) -> None:
    alerts, tries, findings = prepared(*tree)

    assert findings == []
    assert len({one.query for one in tries}) == alerts >= 400


@needs_promtool
@pytest.mark.slow
@pytest.mark.parametrize("broken", BREAKS, ids=lambda one: one.__name__)
def test_no_alert_passes_its_trial_when_its_expression_is_broken(tree: Tree, broken: Break) -> None:
    assert PROMTOOL is not None
    _, tries, _ = prepared(*tree)
    changed = [one for one in (with_text(one, broken(one.query.text)) for one in tries) if one is not None]
    assert len({one.query for one in changed}) > 10

    noticed = {
        str(failure.of.query.path) + failure.of.query.item.path
        for failure in promtool.failed(PROMTOOL, packed(changed))
    }

    passed = {one.query.title for one in changed if str(one.query.path) + one.query.item.path not in noticed}
    assert passed == BREAKS[broken]


def with_text(one: Try, text: str) -> Try | None:
    if text == one.query.text:
        return None
    query = Query(one.query.item, one.query.path, one.query.title, text, {**one.query.rule, "expr": text})
    return replace(one, query=query)

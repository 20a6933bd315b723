"""Alerts on trial: a time in which all is well, then a time of trouble; as many as do not disturb each other in one test."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from groundplan.checks.alerts.series import OneSeries, Values
from groundplan.checks.observability.asked import Query
from groundplan.checks.observability.promql import Matcher, Selector, selectors
from groundplan.model.samples import GONE, sampled
from groundplan.model.values import seconds

Json = dict[str, Any]

STEPS = (300, 900, 3600, 2 * 3600, 8 * 3600)
"""Seconds between two evaluations: the least that leaves three of them in the alert's window, and waits as long as it."""

EVALUATIONS = 4
"""Evaluations of each of the two times: the window's three, and one for the wait."""

ALERT = "alertname"
"""Label by which routes know an alert."""

ROUTED = 'alertstate!=""'
"""Matches always: it marks the question whether a route is open."""

MINUTE = 60
"""Seconds between two samples."""

NAME = "trial_{}"
"""What the rules of a test are called: alerts of one name stand in it side by side, and promtool names who failed."""


@dataclass(frozen=True, slots=True, eq=False)
class Try:
    """One alert in one trouble."""

    query: Query
    """The alert as it is rendered."""

    number: int
    """Which of its troubles, from 0."""

    silent: Values
    """Series while all is well."""

    trouble: Values
    """Series that are different in the trouble."""

    routes: tuple[tuple[Matcher, ...], ...]
    """What an alert must match on each way to somebody; none where nobody is told."""

    def ways(self) -> list[list[Matcher]]:
        """What the labels of the alert must match on each way that its name does not close."""
        name = {ALERT: self.query.title}
        open_to_it = (way for way in self.routes if all(_holds(one, name) for one in way if one.label == ALERT))
        return [[one for one in way if one.label != ALERT] for way in open_to_it]

    @property
    def series(self) -> frozenset[OneSeries]:
        """Every series that is there at some time."""
        return frozenset({*self.silent, *self.trouble})

    @property
    def step(self) -> int:
        """Seconds between two evaluations."""
        window = max((selector.reaches for selector in selectors(self.query.text)), default=0.0)
        wait = seconds(str(self.query.rule.get("for") or "0s"))
        return next((step for step in STEPS if step >= wait and 3 * step >= window), STEPS[-1])


Sign = tuple[str, str, str]
"""Name of a series, one of its labels and that label's value; empty where any will do."""


@dataclass(slots=True)
class Pack:
    """Tries that are evaluated together: none reads a series of another."""

    step: int
    """Seconds between two evaluations."""

    tries: dict[int, Try] = field(default_factory=dict)
    """Its tries by their numbers among all."""

    _shown: dict[Sign, list[OneSeries]] = field(default_factory=dict)
    """Series of its tries, by each of their signs."""

    _asked: dict[Sign, list[Selector]] = field(default_factory=dict)
    """What its tries read, by the sign that fewest series have."""

    def without(self, numbers: Container[int]) -> Pack:
        """The same, but for some tries."""
        left = Pack(self.step)
        for number, one in self.tries.items():
            if number not in numbers:
                left.add(number, one)
        return left

    def takes(self, one: Try) -> bool:
        """Whether a try would neither see the others' series nor show them its own."""
        return one.step == self.step and not self._is_seen_by(one) and not self._sees(one)

    def add(self, number: int, one: Try) -> None:
        """Take a try in."""
        self.tries[number] = one
        for item in one.series:
            for sign in _signs(item):
                self._shown.setdefault(sign, []).append(item)
        for selector in _read_by(one):
            self._asked.setdefault(_sign_of(selector), []).append(selector)

    def _is_seen_by(self, one: Try) -> bool:
        return any(
            _selects(selector, item) for selector in _read_by(one) for item in self._shown.get(_sign_of(selector), ())
        )

    def _sees(self, one: Try) -> bool:
        return any(
            _selects(selector, item)
            for item in one.series
            for sign in _signs(item)
            for selector in self._asked.get(sign, ())
        )


def packed(tries: Iterable[Try]) -> list[Pack]:
    """Every try in a pack, in as few as a first fit gives."""
    packs: list[Pack] = []
    for number, one in enumerate(tries):
        pack = next((pack for pack in packs if pack.takes(one)), None)
        if pack is None:
            pack = Pack(one.step)
            packs.append(pack)
        pack.add(number, one)
    return packs


def _read_by(one: Try) -> tuple[Selector, ...]:
    """What a try's expression reads."""
    return selectors(one.query.text)


COMMON = ("namespace", "job", "cluster", "environment", "system")
"""Labels that tell few series apart."""


def _sign_of(selector: Selector) -> Sign:
    """A name, and a label that must have one value, by which whatever the selector reads is found; the rarer label first."""
    exact = [one for one in selector.matchers if one.operator == "=" and one.value]
    chosen = next((one for one in exact if one.label not in COMMON), exact[0] if exact else None)
    return selector.series, *((chosen.label, chosen.value) if chosen is not None else ("", ""))


def _signs(item: OneSeries) -> Iterator[Sign]:
    """Every sign by which a selector may find a series."""
    for name in (item.name, ""):
        yield name, "", ""
        yield from ((name, label, value) for label, value in item.labels)


def _selects(selector: Selector, item: OneSeries) -> bool:
    return selector.series in ("", item.name) and all(
        _holds(matcher, dict(item.labels)) for matcher in selector.matchers
    )


def _holds(matcher: Matcher, labels: Mapping[str, str]) -> bool:
    value = labels.get(matcher.label, "")
    if matcher.operator in ("=", "!="):
        return (value == matcher.value) is (matcher.operator == "=")
    try:
        return (re.fullmatch(matcher.value, value) is not None) is (matcher.operator == "=~")
    except re.error:  # RE2 may know what Python does not: they are kept apart
        return True


def rule_file(pack: Pack) -> Json:
    """The rules of a pack as promtool reads them, each with a name of its own."""
    rules = [{**one.query.rule, "alert": NAME.format(number)} for number, one in pack.tries.items()]
    return {"groups": [{"name": rule["alert"], "rules": [rule]} for rule in rules]}


def test_file(pack: Pack, rules: str) -> Json:
    """The test of a pack: at the end of the good time nothing has been pending, at the end of the bad one all have fired."""
    length = pack.step * EVALUATIONS
    asked = [question for number, one in pack.tries.items() for question in _questions(number, one, length)]
    series = [
        {"series": str(item), "values": text} for one in pack.tries.values() for item, text in _values(one, length)
    ]
    return {
        "rule_files": [rules],
        "evaluation_interval": f"{pack.step}s",
        "tests": [{"interval": f"{MINUTE}s", "input_series": series, "promql_expr_test": asked}],
    }


def _questions(number: int, one: Try, length: int) -> Iterator[Json]:
    this, time = f'alertname="{NAME.format(number)}"', f"[{length}s]"
    yield {"expr": f"count(count_over_time(ALERTS{{{this}}}{time}))", "eval_time": f"{length}s", "exp_samples": []}
    fired = f'{this},alertstate="firing"'
    yield _once(f"count_over_time(ALERTS{{{fired}}}{time})", length)
    if one.routes:
        ways = [",".join([fired, ROUTED, *map(_text, way)]) for way in one.ways()] or [
            f'{fired},{ROUTED},alertstate=""'
        ]
        yield _once(" or ".join(f"count_over_time(ALERTS{{{way}}}{time})" for way in ways), length)


def _once(counts: str, length: int) -> Json:
    expr = f"count({counts}) > bool 0"
    return {"expr": expr, "eval_time": f"{2 * length}s", "exp_samples": [{"labels": "{}", "value": 1}]}


def _text(matcher: Matcher) -> str:
    value = matcher.value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{matcher.label}{matcher.operator}"{value}"'


def _values(one: Try, length: int) -> Iterator[tuple[OneSeries, str]]:
    """Series in promtool's notation. See https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series ."""
    count = length // MINUTE
    for item in sorted(one.series, key=str):
        before = one.silent.get(item)
        after = one.trouble.get(item, before)
        parts, last = [], 0.0
        if before is None or before == GONE:
            parts.append(f"_x{count + 1}")
        else:
            start, rise = sampled(before, end=length)
            parts.append(f"{start:g}+{rise:g}x{count}")
            last = start + rise * count
        if after == GONE or after is None:
            parts.append("stale")
        else:
            start, rise = sampled(after, end=2 * length)
            first = last if rise else start
            parts.append(f"{first + rise:g}+{rise:g}x{count - 1}")
        yield item, " ".join(parts)

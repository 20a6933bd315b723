"""Whether what an expression reads is there, is what it takes it for, and has the labels it asks for."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from groundplan.checks.observability.asked import Query
from groundplan.checks.observability.exporters import Series
from groundplan.checks.observability.promql import EQUAL, Selector, selectors
from groundplan.checks.observability.targets import Scraped, Target
from groundplan.checks.observability.values import Values

RISING = frozenset({"increase", "irate", "rate", "resets"})
"""Functions that take a counter."""

MOVING = frozenset({"delta", "deriv", "double_exponential_smoothing", "idelta", "predict_linear"})
"""Functions that take a gauge."""

PRESENCE = frozenset(
    {"absent", "absent_over_time", "changes", "count", "count_over_time", "group", "present_over_time", "timestamp"}
)
"""Functions that do not look at the value."""

BUILT_IN = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
"""Series that Prometheus writes itself. See https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ ."""

PARTS = {"_bucket": ("histogram",), "_count": ("histogram", "summary"), "_sum": ("histogram", "summary")}
"""What a histogram or a summary is exposed as."""

UNITS = {"_milliseconds": "ms", "_seconds": "s", "_bytes": "bytes"}
"""What the end of a name says of the unit, as pictures call it."""

STATED = {"seconds": "s", "milliseconds": "ms", "bytes": "bytes", "ratio": "percentunit", "percent": "percent"}
"""What a contract calls units, as pictures call them."""

SHARES = frozenset({"percent", "percentunit"})
TIMES = frozenset({"s", "ms", "m", "h", "d", "ns", "µs", "dtdurations", "clocks"})
SIZES = frozenset({"bytes", "decbytes", "kbytes", "mbytes", "gbytes"})

Trouble = tuple[str, str, str]
"""Rule, message and advice."""


@dataclass(frozen=True, slots=True)
class Read:
    """One selector, and the series it means."""

    query: Query
    selector: Selector
    found: Sequence[tuple[Series, Target]]
    labels: frozenset[str] | None
    """Labels that it has with any target; None where not all are known."""

    type: str
    """`counter`, `gauge`, `bucket` or what else a part of the series is."""


def judge_query(query: Query, scraped: Scraped, values: Values, kept: float) -> Iterator[Trouble]:
    """Everything wrong with one expression.

    Args:
        query: the expression.
        scraped: what the cluster's Prometheus knows.
        values: what its labels can say.
        kept: seconds that it keeps what it has measured.
    """
    for selector in dict.fromkeys(selectors(query.text)):
        if selector.reaches > kept:
            message = f"looks back {selector.reaches / 86400:g} days, and Prometheus keeps {kept / 86400:g}"
            yield "range", message, "raise observability.retention, or look back less far"
        if selector.series in BUILT_IN or selector.series in scraped.records:
            continue
        read = _read(query, selector, scraped)
        if read is None:
            yield (
                "series",
                f"reads `{selector.series}`, which nothing that is scraped exposes",
                _near(selector, scraped),
            )
            continue
        for rule in RULES:
            yield from rule(read)
        yield from values.troubles(read.selector, read.found)


def _read(query: Query, selector: Selector, scraped: Scraped) -> Read | None:
    found = scraped.series.get(selector.series, ())
    if found:
        return Read(query, selector, found, scraped.labels[selector.series], found[0][0].type)
    for end, kinds in PARTS.items():
        name = selector.series.removesuffix(end)
        whole = scraped.series.get(name, ()) if selector.series.endswith(end) else ()
        if whole and whole[0][0].type in kinds:
            return Read(query, selector, whole, scraped.labels[name], "bucket" if end == "_bucket" else "counter")
    return None


def _meant(selector: Selector, found: Sequence[tuple[Series, Target]]) -> Sequence[tuple[Series, Target]]:
    """Those that the selector can mean; all of them where it can mean none, which is said of its values.

    A label that one service gives a series helps nobody who asks another.
    """
    meant = [
        (series, target)
        for series, target in found
        if all(
            matcher.operator != EQUAL
            or matcher.label not in target.values
            or (target.honors and matcher.label in (series.labels or ()))
            or matcher.value in target.values[matcher.label]
            for matcher in selector.matchers
        )
    ]
    return meant or found


def _near(selector: Selector, scraped: Scraped) -> str:
    near = difflib.get_close_matches(selector.series, list(scraped.series), 1)
    declare = "name it in services.<name>.metrics of whoever exposes it"
    return f"did you mean `{near[0]}`? Or {declare}" if near else declare


def _kind(read: Read) -> Iterator[Trouble]:
    """Counters rise until they start again, gauges go both ways, buckets mean something together."""
    name, around = read.selector.series, set(read.selector.around)
    if read.type == "gauge" and around & RISING:
        yield "type", f"takes the rate of `{name}`, which is a gauge", "take its delta, or its value"
    if read.type in ("counter", "bucket") and around & MOVING:
        yield "type", f"takes the change of `{name}`, which is a counter", "take its rate or its increase"
    if read.type == "counter" and not around & (RISING | MOVING | PRESENCE):
        yield "type", f"compares `{name}`, a counter that only rises and starts again", "take its rate or its increase"
    if read.type in ("histogram", "summary"):
        yield "type", f"reads `{name}`, of which only its parts are exposed", "read its _bucket, _sum or _count"


def _quantile(read: Read) -> Iterator[Trouble]:
    """See https://prometheus.io/docs/practices/histograms/ ."""
    name, around = read.selector.series, read.selector.around
    if "histogram_quantile" not in around:
        return
    if read.type != "bucket":
        yield "quantile", f"takes a quantile of `{name}`, which has no buckets", "read the _bucket of a histogram"
    elif not set(around) & RISING:
        yield "quantile", f"takes a quantile of all that `{name}` ever counted", "take the rate of the buckets first"
    for word, labels in read.selector.grouping:
        if (word == "by" and "le" not in labels) or (word == "without" and "le" in labels):
            yield (
                "quantile",
                f"adds up the buckets of `{name}`, so that no quantile is left",
                "keep le: sum by (le) (...)",
            )


def _labels(read: Read) -> Iterator[Trouble]:
    """A label that a series does not have matches nothing, and groups everything into one."""
    meant = _meant(read.selector, read.found)
    told = read.labels if len(meant) == len(read.found) else _told(meant)
    if told is None:
        return
    extra = {"le"} if read.type == "bucket" else {"quantile"} if read.found[0][0].type == "summary" else set()
    known = told | extra
    for matcher in read.selector.matchers:
        if matcher.label not in known:
            yield _missing(read, matcher.label, "selects by", told)
    for word, labels in read.selector.grouping:
        for label in sorted(labels) if word in ("by", "on") and not _joined(read) else ():
            if label not in known:
                yield _missing(read, label, "groups by", told)


def _told(found: Sequence[tuple[Series, Target]]) -> frozenset[str] | None:
    """Every label that some of them have; None where not all are known."""
    known = [labels for series, target in found if (labels := target.labels_of(series)) is not None]
    return frozenset().union(*known) if len(known) == len(found) else None


def _joined(read: Read) -> bool:
    """Labels that a function writes are nobody's own."""
    return bool({"label_replace", "label_join"} & set(read.selector.around))


def _missing(read: Read, label: str, how: str, known: frozenset[str]) -> Trouble:
    exported = f"exported_{label}"
    near = [exported] if exported in known else difflib.get_close_matches(label, sorted(known), 1)
    advice = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(sorted(known))}"
    return "label", f"{how} `{label}`, which `{read.selector.series}` does not have", advice


def _window(read: Read) -> Iterator[Trouble]:
    """A rate needs two samples, and one scrape may be missed."""
    if read.selector.window <= 0 or not set(read.selector.around) & RISING:
        return
    slowest = max((target.interval for _, target in read.found), default=0)
    if read.selector.window < 2 * slowest:
        message = (
            f"takes the rate of `{read.selector.series}` over {read.selector.window:g} s, scraped every {slowest:g} s"
        )
        yield "window", message, f"take at least {4 * slowest:g} s"


def _unit(read: Read) -> Iterator[Trouble]:
    """A picture shows what is measured in the unit it is measured in."""
    shown, name = read.query.unit, read.selector.series
    stated = next((series.unit for series, _ in _meant(read.selector, read.found) if series.unit), "")
    told = STATED.get(stated) or next((unit for end, unit in UNITS.items() if end in name), "")
    if (
        not told
        or not shown
        or "/" in read.selector.around
        or "*" in read.selector.around
        or "count" in read.selector.around
    ):
        return
    others = (TIMES | SIZES | SHARES) - {told}
    wrong = {
        "ms": shown in others,
        "s": shown in others - (TIMES - {"ms"}),
        "bytes": shown in others - SIZES,
        "percent": shown in others,
        "percentunit": shown in others,
    }[told]
    if wrong:
        yield "unit", f"shows `{name}`, which is in {told}, as {shown}", f"show it as {told}"


RULES: tuple[Callable[[Read], Iterator[Trouble]], ...] = (_kind, _quantile, _labels, _window, _unit)
"""Each knows one way to misread a series."""

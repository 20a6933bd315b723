"""Alerts as the person who is woken meets them: labels that say which thing, a page that exists, a voice for silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from groundplan.checks.observability.asked import Query
from groundplan.checks.observability.judged import Trouble
from groundplan.checks.observability.promql import Selector, selectors
from groundplan.checks.observability.routes import Found
from groundplan.checks.observability.targets import Scraped, Target
from groundplan.checks.reachability.cluster import Cluster
from groundplan.model.values import seconds

LABELS = ("severity",)
"""Labels without which nobody is told of an alert."""


LONGEST_WAIT = 2 * 3600
"""Seconds after which an alert is told at the latest; what takes longer to be sure of stands in its expression."""

CONDITIONS = {
    ("external-secrets.io", "ExternalSecret"): "externalsecret_status_condition",
    ("external-secrets.io", "PushSecret"): "pushsecret_status_condition",
}
"""What a controller keeps trying in silence, and the series by which it says that it does not succeed."""

MISSED = frozenset({"absent", "absent_over_time", "present_over_time"})
"""Functions by which an alert notices what is no longer there."""


def overwritten(query: Query) -> Iterator[Trouble]:
    """A label of the rule hides what the expression says of it; two series that differ in it alone are an error.

    Prometheus then evaluates nothing of the rule: `vector contains metrics with the same labelset`.
    """
    found = selectors(query.text)
    for label in query.rule.get("labels", {}):
        if any(_keeps(selector, label) for selector in found):
            message = f"keeps `{label}` apart and then writes one `{label}` over all of them"
            yield "overwritten", message, f"leave `{label}` out of the rule's labels, or out of the expression"


def _keeps(selector: Selector, label: str) -> bool:
    """Whether the result has a label with several values."""
    by = [labels for word, labels in selector.grouping if word == "by"]
    return bool(by) and all(label in labels for labels in by) and selector.pinned(label) is None


def unlabelled(query: Query) -> Iterator[Trouble]:
    """An alert that no route can judge."""
    for label in LABELS:
        if not query.rule.get("labels", {}).get(label):
            yield (
                "unlabelled",
                f"has no `{label}`, by which alerts are sent to people",
                "write critical, warning or info",
            )


def late(query: Query) -> Iterator[Trouble]:
    """An alert that is told when nobody can do anything about it any more."""
    wait = str(query.rule.get("for") or "0s")
    if seconds(wait) > LONGEST_WAIT:
        yield "late", f"waits {wait} before anybody hears of it", f"wait {LONGEST_WAIT // 60} minutes at most"


def unexplained(query: Query, root: Path, own: frozenset[str]) -> Iterator[Trouble]:
    """A page that the alert names and that is not there.

    Args:
        query: the alert.
        root: the repository.
        own: addresses of this repository, without `.git`.
    """
    url = str(query.rule.get("annotations", {}).get("runbook_url", ""))
    base = next((base for base in own if url.startswith(f"{base}/blob/")), None)
    if not url:
        yield "runbook", "names no page with what to do", "write annotations.runbook_url"
    elif base is not None:
        path, _, anchor = url.removeprefix(f"{base}/blob/").partition("/")[2].partition("#")
        if not (root / path).is_file():
            yield "runbook", f"names `{path}`, which does not exist", "name a page of this repository"
        elif anchor and anchor not in anchors(root / path):
            yield "runbook", f"names `#{anchor}`, which `{path}` does not have", "write the section"


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+?) *$", page.read_text("utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


def unwatched(scraped: Scraped, queries: list[Query]) -> Iterator[tuple[Target, str]]:
    """Targets whose disappearance nobody hears of: with them every alert about them falls silent."""
    spoken = [selector for query in queries if query.rule for selector in selectors(query.text)]
    missed = dict.fromkeys(selector for selector in spoken if set(selector.around) & MISSED)
    heard = {
        id(target)
        for selector in missed
        for _, target in scraped.series.get(selector.series, ())
        if _means(selector, target)
    }
    seen: set[str] = set()
    for target in scraped.targets:
        key = f"{target.at.path} {target.monitor}"
        if key in seen or not _runs(target):
            continue
        seen.add(key)
        if id(target) not in heard:
            yield target, "no alert notices that it is gone"


def _runs(target: Target) -> bool:
    """Whether it is meant to be there at all: a standby's service waits without pods, nodes have their own alerts."""
    if not target.values:  # a chart that nobody has recorded
        return False
    counts = [pods.origin.spec.get("replicas", 1) for pods in target.pods if pods.origin is not None]
    return not counts or any(counts)


def _means(selector: Selector, target: Target) -> bool:
    """Whether a selector of a series that the target has speaks of the target."""
    return all(
        label not in target.values or target.values[label] & {value} or (label == "pod")
        for label, value in ((matcher.label, matcher.value) for matcher in selector.matchers if matcher.operator == "=")
    )


def silent(cluster: Cluster, alerts: list[Query]) -> Iterator[Found]:
    """Objects whose controller may fail for weeks, and no alert reads what it says of them."""
    for (group, kind), series in CONDITIONS.items():
        heard = {
            selector.pinned("exported_namespace")
            for query in alerts
            for selector in selectors(query.text)
            if selector.series == series and selector.pinned("condition") == "Ready"
        }
        for item in cluster.of_kind(group, kind):
            if not heard & {None, item.namespace}:
                message = f"may fail for weeks, and no alert reads `{series}` of namespace {item.namespace}"
                yield item, ("spec",), "silent-failure", message, f"alert on {series} of Ready"

"""What is scraped: each port once, every monitor of ours something, and for how long it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.observability.routes import STACK, Found
from groundplan.checks.observability.targets import MONITORING, Scraped, Target
from groundplan.checks.reachability.cluster import Cluster
from groundplan.model.values import seconds

DEFAULT_RETENTION = "10d"
"""What the chart keeps unless it is told. See https://github.com/prometheus-community/helm-charts ."""


def retention(cluster: Cluster) -> float | None:
    """Seconds that the Prometheus of a cluster keeps what it measured; None where there is none."""
    for item in cluster.of_kind("argoproj.io", "Application"):
        source: Mapping[str, Any] = item.spec.get("source") or {}
        if str(source.get("chart", "")).rpartition("/")[2] == STACK:
            values = (source.get("helm") or {}).get("valuesObject") or {}
            told = values.get("prometheus", {}).get("prometheusSpec", {}).get("retention", DEFAULT_RETENTION)
            return float(seconds(told))
    return None


def doubled(scraped: Scraped) -> Iterator[Found]:
    """Ports that two ways lead to: every sum over their series counts twice."""
    first: dict[tuple[int, int, str], Target] = {}
    for target in scraped.targets:
        for pods in target.pods:
            key = (id(pods), target.port, target.path)
            other = first.setdefault(key, target)
            if other is not target and (other.own or target.own):
                way = ", ".join(sorted(target.values.get("service", ()))) or target.monitor
                message = f"has {pods} scraped on port {target.port} by {way}, and {other.monitor} does so already"
                yield target.at, ("spec", "selector"), "doubled", message, "select one Service, by a label of its own"


def leading_nowhere(cluster: Cluster, scraped: Scraped) -> Iterator[Found]:
    """Monitors that are rendered here and lead to no port of a pod."""
    leading = {target.at.path for target in scraped.targets}
    for kind in ("PodMonitor", "ServiceMonitor"):
        for item in cluster.of_kind(MONITORING, kind):
            if item.path not in leading:
                message = "leads to no port of a pod: nothing is scraped by it"
                yield (
                    item,
                    ("spec", "selector"),
                    "scrape",
                    message,
                    "select what has the port, and name the port it has",
                )

"""Dashboards: whether a Grafana of the cluster loads them, and from which source their pictures come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.observability.asked import is_dashboard, panels
from groundplan.checks.observability.routes import STACK, Found
from groundplan.checks.reachability.cluster import Cluster

LABEL, VALUE = "grafana_dashboard", "1"
"""What the side-car of the stack's Grafana looks for.

See https://github.com/grafana/helm-charts/tree/main/charts/grafana#sidecar-for-dashboards .
"""

SOURCE = "prometheus"
"""Id of the source that the stack makes."""


def dashboards(cluster: Cluster) -> Iterator[Found]:
    """Everything wrong with the dashboards of one cluster."""
    grafana = next((values for item in _stacks(cluster) if (values := _grafana(item)).get("enabled", True)), None)
    for item in cluster.of_kind("", "ConfigMap"):
        if not is_dashboard(item):
            continue
        if grafana is None:
            message = "is a dashboard, and no Grafana of this cluster shows it"
            yield item, ("metadata", "labels"), "dashboard", message, "install Grafana, or render no dashboard"
            continue
        if item.labels[LABEL] != VALUE:
            yield (
                item,
                ("metadata", "labels", LABEL),
                "dashboard",
                f"Grafana looks for {LABEL}: `{VALUE}`",
                "write that",
            )
        for path, panel in panels(item):
            if panel.get("type") != "row" and panel.get("datasource", {}).get("uid") != SOURCE:
                message = f"panel `{panel.get('title')}` asks a source that Grafana does not have"
                yield item, path, "source", message, f"write the uid `{SOURCE}`"


def _stacks(cluster: Cluster) -> Iterator[Object]:
    for item in cluster.of_kind("argoproj.io", "Application"):
        if str((item.spec.get("source") or {}).get("chart", "")).rpartition("/")[2] == STACK:
            yield item


def _grafana(item: Object) -> Mapping[str, Any]:
    values = ((item.spec.get("source") or {}).get("helm") or {}).get("valuesObject") or {}
    grafana: Mapping[str, Any] = values.get("grafana") or {}
    return grafana

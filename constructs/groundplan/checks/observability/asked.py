"""Everything of one cluster that asks its Prometheus: rules, panels, analyses of releases, custom metrics."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.observability.targets import MONITORING
from groundplan.checks.reachability.cluster import Cluster
from groundplan.yaml.marked import YamlPath

_ARGUMENT = re.compile(r"\{\{.*?\}\}")
ADAPTER = "prometheus-adapter"


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One expression, where it stands and what it is for."""

    item: Object
    """Where it stands."""

    path: YamlPath
    """Field."""

    title: str
    """Alert, record, panel or metric."""

    text: str
    """PromQL."""

    rule: Mapping[str, Any] = field(default_factory=dict)
    """The whole alerting rule. Default none: it is no alert."""

    unit: str = ""
    """Unit that its picture shows. Default none."""


def queries(cluster: Cluster) -> Iterator[Query]:
    """Every expression that the Prometheus of a cluster is asked."""
    yield from rule_queries(cluster)
    for item in cluster.of_kind("", "ConfigMap"):
        for path, panel in panels(item):
            yield from _panel(item, path, panel)
    for item in cluster.of_kind("argoproj.io", "AnalysisTemplate"):
        yield from _measurements(item)
    for item in cluster.of_kind("argoproj.io", "Application"):
        yield from _served(item)
    for item in cluster.of_kind("keda.sh", "ScaledObject"):
        yield from _triggers(item)


def _triggers(item: Object) -> Iterator[Query]:
    for n, trigger in enumerate(item.spec.get("triggers", [])):
        text = (trigger.get("metadata") or {}).get("query")
        if trigger.get("type") == "prometheus" and text is not None:
            yield Query(item, ("spec", "triggers", n, "metadata", "query"), "trigger", str(text))


def rule_queries(cluster: Cluster) -> Iterator[Query]:
    """Every expression of a rendered rule."""
    for item in cluster.of_kind(MONITORING, "PrometheusRule"):
        yield from _rules(item)


def _rules(item: Object) -> Iterator[Query]:
    for g, group in enumerate(item.spec.get("groups", [])):
        for r, rule in enumerate(group.get("rules", [])):
            title = str(rule.get("alert") or rule.get("record"))
            path = ("spec", "groups", g, "rules", r, "expr")
            yield Query(item, path, title, str(rule.get("expr")), rule if "alert" in rule else {})


def is_dashboard(item: Object) -> bool:
    """Whether a ConfigMap holds dashboards."""
    return "grafana_dashboard" in item.labels


def panels(item: Object) -> Iterator[tuple[YamlPath, Mapping[str, Any]]]:
    """The panels of the dashboards in a ConfigMap."""
    if not is_dashboard(item):
        return
    for key, text in (item.document.get("data") or {}).items():
        try:
            model = json.loads(text)
        except ValueError:
            continue
        if isinstance(model, Mapping):  # data of another kind may lie beside a dashboard
            yield from ((("data", key), panel) for panel in model.get("panels", []))


def _panel(item: Object, path: YamlPath, panel: Mapping[str, Any]) -> Iterator[Query]:
    unit = panel.get("fieldConfig", {}).get("defaults", {}).get("unit", "")
    for target in panel.get("targets", []):
        yield Query(item, path, f"panel {panel.get('title', '')}", str(target.get("expr", "")), unit=unit)


def _measurements(item: Object) -> Iterator[Query]:
    for m, metric in enumerate(item.spec.get("metrics", [])):
        text = metric.get("provider", {}).get("prometheus", {}).get("query")
        if text is not None:
            path = ("spec", "metrics", m, "provider", "prometheus", "query")
            yield Query(item, path, f"measurement {metric['name']}", _ARGUMENT.sub("argument", text))


def custom_metrics(item: Object) -> Iterator[tuple[YamlPath, str, Mapping[str, Any]]]:
    """Metrics that an adapter serves to autoscalers: where each is defined, its name, and the rule."""
    source = item.spec.get("source") or {}
    if str(source.get("chart", "")).rpartition("/")[2] != ADAPTER:
        return
    field = ("spec", "source", "helm", "valuesObject", "rules", "custom")
    values = (source.get("helm") or {}).get("valuesObject") or {}
    for r, rule in enumerate((values.get("rules") or {}).get("custom") or []):
        yield (*field, r), str(rule.get("name", {}).get("as", "")), rule


def _served(item: Object) -> Iterator[Query]:
    """See https://github.com/kubernetes-sigs/prometheus-adapter/blob/master/docs/config.md ."""
    for path, name, rule in custom_metrics(item):
        series = str(rule.get("seriesQuery", ""))
        yield Query(item, (*path, "seriesQuery"), f"custom metric {name}", f"count({series})" if series else "")
        text = str(rule.get("metricsQuery", "")).replace("<<.LabelMatchers>>", "").replace("<<.GroupBy>>", "pod")
        yield Query(
            item,
            (*path, "metricsQuery"),
            f"custom metric {name}",
            text.replace("<<.Series>>", series.partition("{")[0]),
        )

"""Queries of a workspace read tables that something fills, by columns that they have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_object, inventory, put

from groundplan.platforms.azure.effect.queries import query_alerts

Json = dict[str, Any]
INSIGHTS = "insights.azure.com/v1"
GOOD = 'AzureMetrics | where MetricName == "usedmemorypercentage" | summarize value = max(Maximum)'
RATIO = (
    'AzureMetrics | where MetricName in ("cachehits", "cachemisses") '
    '| summarize hits = sumif(Total, MetricName == "cachehits"), all = sum(Total) by Resource '
    "| where all > 0 | project value = 100.0 * hits / all, Resource"
)
LOGS = 'ContainerLogV2 | where LogMessage has "ERROR | x" | summarize value = count() by Computer, ContainerName'


def judged(root: Path, query: str, *, agent: bool = True, metrics: bool = True, **spec: Any) -> list[tuple[str, str]]:
    criteria = {"allOf": [{"query": query, "metricMeasureColumn": "value"}]}
    told = {"criteria": criteria, "enabled": True, "actions": {"actionGroupsReferences": [{"name": "ag"}]}, **spec}
    put(root, an_object("ScheduledQueryRule", "alert", INSIGHTS, namespace="hub", spec=told), component="cloud")
    owner = {"group": "cache.azure.com", "kind": "Redis", "name": "redis"}
    setting = {"owner": owner, "metrics": [{"category": "AllMetrics", "enabled": metrics}]}
    put(root, an_object("DiagnosticSetting", "logs", INSIGHTS, namespace="hub", spec=setting), component="cloud")
    text = '[schema]\ncontainerlog_schema_version = "v2"\n' if agent else "[schema]\n"
    data = {"log-data-collection-settings": text}
    put(
        root,
        an_object("ConfigMap", "container-azm-ms-agentconfig", namespace="kube-system", data=data),
        component="mon",
    )
    return [(rule, message) for _, _, rule, message, _ in query_alerts(inventory(root), a_context(root))]


@pytest.mark.parametrize("query", [GOOD, RATIO, LOGS])
def test_a_query_of_what_is_there_is_fine(tmp_path: Path, query: str) -> None:
    assert judged(tmp_path, query) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (GOOD.replace("AzureMetrics", "AzureMetric"), "reads `AzureMetric`, a table that is not known here"),
        (GOOD.replace("max(Maximum)", "max(Max)"), "reads `Max`, which AzureMetrics does not have there"),
        (GOOD.replace("value =", "most ="), "is raised by `value`, which the query does not make"),
        (GOOD + " | where Resource == 1", "reads `Resource`, which AzureMetrics does not have there"),
        (GOOD.replace("usedmemorypercentage", "memory"), "waits for the metric `memory`, which nothing sends"),
        (LOGS.replace("LogMessage", "LogEntry"), "reads `LogEntry`, which ContainerLogV2 does not have there"),
    ],
    ids=["table", "column", "measure", "summarized away", "metric", "another table's"],
)
def test_what_is_not_there_is_found(tmp_path: Path, query: str, message: str) -> None:
    [(rule, found)] = judged(tmp_path, query)

    assert rule == "query"
    assert found.startswith(message)


def test_metrics_that_nobody_sends_are_found(tmp_path: Path) -> None:
    assert len(judged(tmp_path, GOOD, metrics=False)) == 1


def test_logs_that_no_agent_writes_in_that_form_are_found(tmp_path: Path) -> None:
    assert len(judged(tmp_path, LOGS, agent=False)) == 1


@pytest.mark.parametrize(("spec", "rule"), [({"enabled": False}, "disabled"), ({"actions": {}}, "unheard")])
def test_an_alert_that_reaches_nobody_is_found(tmp_path: Path, spec: Json, rule: str) -> None:
    assert [found for found, _ in judged(tmp_path, GOOD, **spec)] == [rule]

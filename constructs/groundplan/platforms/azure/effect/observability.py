"""Metric alerts of Azure: whether each reads what its resource measures, and tells somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.observability.rented import measured
from groundplan.checks.observability.routes import Found
from groundplan.platforms.azure.effect.queries import query_alerts

INSIGHTS = "insights.azure.com"
STORAGE = "storage.azure.com"

FALLING = frozenset({"Availability", "cpu_credits_remaining", "is_db_alive", "storage_free"})
"""Metrics that are low in trouble; all others are high."""

SHARES = frozenset({"is_db_alive"})
"""Metrics between 0 and 1."""


def metric_alerts(inventory: Inventory, _: Context) -> Iterator[Found]:
    """Alerts of Azure that read a metric that nothing has, or tell nobody."""
    for item in inventory.by_kind.get((INSIGHTS, "MetricAlert"), ()):
        if not item.spec.get("enabled", True):
            yield item, ("spec", "enabled"), "disabled", "is switched off", "enable it, or remove it"
        if not item.spec.get("actions"):
            yield item, ("spec",), "unheard", "tells nobody", "name an action group"
        yield from _criteria(item)
    for item in inventory.by_kind.get((INSIGHTS, "ActionGroup"), ()):
        if not any(value for key, value in item.spec.items() if key.endswith("Receivers")) or not item.spec.get(
            "enabled", True
        ):
            yield (
                item,
                ("spec",),
                "unheard",
                "is an action group that tells nobody",
                "name whom it tells, and enable it",
            )


def _criteria(item: Object) -> Iterator[Found]:
    names, table = measured()
    kinds = {
        names.get(f"{scope.get('group', '')}/{scope.get('kind', '')}")
        for scope in item.spec.get("scopesReferences", [])
    }
    for form, criteria in item.spec.get("criteria", {}).items():
        for n, one in enumerate(criteria.get("allOf", [])):
            path = ("spec", "criteria", form, "allOf", n)
            namespace, name = one.get("metricNamespace", ""), one.get("metricName", "")
            if kinds and namespace not in kinds:
                message = f"asks for metrics of {namespace}, and its scope has none of them"
                yield (
                    item,
                    (*path, "metricNamespace"),
                    "metric",
                    message,
                    f"write {' or '.join(sorted(map(str, kinds)))}",
                )
            elif namespace in table and name not in table[namespace]:
                message = f"reads `{name}`, which {namespace} does not measure"
                yield (
                    item,
                    (*path, "metricName"),
                    "metric",
                    message,
                    f"write one of {', '.join(sorted(table[namespace]))}",
                )
            elif _beyond(one):
                yield (
                    item,
                    (*path, "threshold"),
                    "metric",
                    _beyond(one),
                    "write the comparison the other way, or within the range",
                )


def _beyond(one: Mapping[str, Any]) -> str:
    """Why a criterion is never met, or always; empty where it may be either.

    See https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types#metric-alerts .
    """
    name, operator, threshold = str(one.get("metricName", "")), str(one.get("operator", "")), one.get("threshold")
    if threshold is None or one.get("criterionType") == "DynamicThresholdCriterion":
        return ""
    falls = name in FALLING
    if operator.startswith("Less") is not falls:
        return f"is raised when `{name}` is {'high' if falls else 'low'}, and it is {'low' if falls else 'high'} in trouble"
    most = 100 if "percent" in name else 1 if name in SHARES else None
    if most is not None and not 0 < float(threshold) <= most:
        return f"waits for `{name}` to pass {threshold}, and it goes from 0 to {most}"
    return "" if float(threshold) >= 0 else f"waits for `{name}` to pass {threshold}, and it is never negative"


def piling_up(inventory: Inventory, _: Context) -> Iterator[Found]:
    """Accounts that keep every replaced version of a blob for ever, though blobs themselves go at an age.

    See https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview .
    """
    versioned = {
        (item.namespace, str((item.spec.get("owner") or {}).get("name")))
        for item in inventory.by_kind.get((STORAGE, "StorageAccountsBlobService"), ())
        if item.spec.get("isVersioningEnabled") is True
    }
    for item in inventory.by_kind.get((STORAGE, "StorageAccountsManagementPolicy"), ()):
        if (item.namespace, str((item.spec.get("owner") or {}).get("name"))) in versioned:
            for index, rule in enumerate((item.spec.get("policy") or {}).get("rules") or ()):
                actions = (rule.get("definition") or {}).get("actions") or {}
                if "delete" in (actions.get("baseBlob") or {}) and "delete" not in (actions.get("version") or {}):
                    message = "deletes blobs at an age, and keeps every version of them that was replaced for ever"
                    path = ("spec", "policy", "rules", index)
                    yield item, path, "endless", message, "delete versions at that age too"


JUDGES = (metric_alerts, piling_up, query_alerts)

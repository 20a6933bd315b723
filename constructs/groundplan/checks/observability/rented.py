"""What a cloud measures itself: whether a metric alert reads a metric its resource has, and who reads a health check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.observability.routes import Found
from groundplan.facts.standby import is_replaced

INSIGHTS = "insights.azure.com"

TABLE = Path(__file__).with_name("cloud_metrics.yaml")

OF_KIND: Mapping[tuple[str, str], str] = {
    ("dbforpostgresql.azure.com", "FlexibleServer"): "Microsoft.DBforPostgreSQL/flexibleServers",
    ("cache.azure.com", "Redis"): "Microsoft.Cache/redis",
    ("servicebus.azure.com", "Namespace"): "Microsoft.ServiceBus/namespaces",
    ("storage.azure.com", "StorageAccount"): "Microsoft.Storage/storageAccounts",
}
"""What Azure calls the metrics of a kind of object."""


@cache
def measured() -> Mapping[str, frozenset[str]]:
    """Metrics by the kind of resource."""
    table = yaml.load(TABLE.read_text("utf-8"), yaml.CSafeLoader)
    return {kind: frozenset(names.split()) for kind, names in table.items()}


def metric_alerts(inventory: Inventory) -> Iterator[Found]:
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
    kinds = {
        OF_KIND.get((scope.get("group", ""), scope.get("kind", ""))) for scope in item.spec.get("scopesReferences", [])
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
            elif namespace in measured() and name not in measured()[namespace]:
                message = f"reads `{name}`, which {namespace} does not measure"
                yield (
                    item,
                    (*path, "metricName"),
                    "metric",
                    message,
                    f"write one of {', '.join(sorted(measured()[namespace]))}",
                )


def health_checks(inventory: Inventory, context: Context) -> Iterator[Found]:
    """Health checks of a cloud that decide nothing and wake nobody.

    A record that follows the check, an alarm on it, or a probe of the same host from another cluster is a reader.
    """
    probed = {
        (item.cluster, host)
        for item in inventory.by_kind.get(("monitoring.coreos.com", "Probe"), ())
        for host in _hosts(item)
    }
    followed = {
        str(item.spec.get("healthCheckRef", {}).get("from", {}).get("name", ""))
        for item in inventory.by_kind.get(("route53.services.k8s.aws", "RecordSet"), ())
    }
    for item in inventory.by_kind.get(("route53.services.k8s.aws", "HealthCheck"), ()):
        host = str(item.spec.get("healthCheckConfig", {}).get("fullyQualifiedDomainName", ""))
        own = _home(item, context)
        elsewhere = {cluster for cluster, known in probed if known == host and cluster != own}
        if item.name not in followed and not elsewhere:
            message = f"asks {host}, and nobody reads the answer"
            advice = "let a record follow it, or probe the host from another cluster"
            yield item, ("spec", "healthCheckConfig"), "unheard", message, advice


def _home(item: Object, context: Context) -> str:
    """The cluster that serves what an environment's cloud objects are about: its peer's, where that has taken over."""
    environment = context.environment_of(item)
    if environment is not None and is_replaced(environment):
        environment = environment.peer_environment
    if environment is None:
        return f"{item.system}/{item.environment}"
    return f"{item.system}/{environment.host or environment.environment}"


def _hosts(item: Object) -> Iterator[str]:
    for text in item.spec.get("targets", {}).get("staticConfig", {}).get("static", []):
        yield text.partition("://")[2].partition("/")[0].partition(":")[0] if "://" in text else text.partition(":")[0]

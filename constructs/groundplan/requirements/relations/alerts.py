"""Who measures something, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.instances import owner_of
from groundplan.checks.observability.asked import Query
from groundplan.checks.observability.routes import Routing
from groundplan.checks.observability.targets import MONITORING, targets_of
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.network import has_way, rendered


def scraped(service: str) -> bool:
    """Whether Prometheus is led to the pods of a service or store, and let in."""
    asked = current()
    ground = asked.ground
    servers = ground.cluster.program("prometheus")
    for target in targets_of(ground.cluster, ground.environment.namespace):
        pods = next(
            (pods for pods in target.pods if service in (pods.name, (owner_of(pods.labels) or ("", ""))[1])), None
        )
        if pods is not None:
            asked.through(target.at, "monitor")
            asked.through(pods.origin, "target")
            for name in target.values.get("service", ()):
                asked.through(rendered(ground, "", "Service", name), "service")
            return all(has_way(asked, server, pods, target.port) for server in servers)
    return asked.no(f"nothing has {service} scraped")


def notified(alert: str, receiver: str) -> bool:
    """Whether an alert of the environment, or `alert/service` of them, is sent to a receiver whose secret is made."""
    asked = current()
    routing, queries = Routing(asked.ground.cluster), list(_alerts(asked.ground, alert))
    for query in queries:
        labels = {key: str(text) for key, text in query.rule.get("labels", {}).items()} | {"alertname": query.title}
        heard = next((item for item in routing.told(labels) if item.name == receiver), None)
        if heard is None:
            return asked.no(f"{alert} does not reach {receiver}")
        if len(queries) == 1:
            asked.through(query.item, "alert")
        asked.through(heard.config, "receiver")
        asked.through(routing.stack, "stack")
        if not all(_has_secret(asked, heard.config.namespace, way) for way in heard.ways):
            return asked.no(f"the secret of {receiver} is not made")
    return bool(queries) or asked.no(f"there is no alert {alert} in {asked.ground.scope}")


def _alerts(ground: Ground, alert: str) -> Iterator[Query]:
    name, _, service = alert.partition("/")
    for item in ground.cluster.of_kind(MONITORING, "PrometheusRule"):
        for g, group in enumerate(item.spec.get("groups", []) if item.scope == ground.scope else ()):
            for r, rule in enumerate(group.get("rules", [])):
                about = rule.get("labels", {}).get("service")
                if rule.get("alert") == name and service in ("", about):
                    yield Query(item, ("spec", "groups", g, "rules", r), name, str(rule.get("expr")), rule)


def _has_secret(asked: Asked, namespace: str, way: Mapping[str, Any]) -> bool:
    """Whether the key that a receiver reads is made; one that names no secret needs none."""
    for reference in way.values():
        if isinstance(reference, Mapping) and {"name", "key"} <= set(reference):
            for item in asked.ground.cluster.of_kind("external-secrets.io", "ExternalSecret"):
                name = item.spec.get("target", {}).get("name", item.name)
                keys = {entry.get("secretKey") for entry in item.spec.get("data", [])}
                if (item.namespace, name) == (namespace, reference["name"]) and reference["key"] in keys:
                    asked.through(item, "key")
                    break
            else:
                return False
    return True

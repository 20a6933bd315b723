"""Alerts on their way to a person: routes, receivers, what silences what, and the heartbeat that says all still works.

See https://prometheus.io/docs/alerting/latest/configuration/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.checks.credentials.vaults import address_of
from groundplan.checks.inventory import Object
from groundplan.checks.observability.asked import Query
from groundplan.checks.observability.targets import MONITORING
from groundplan.checks.reachability.cluster import Cluster
from groundplan.yaml.marked import YamlPath

WATCHDOG = {"alertname": "Watchdog", "severity": "none"}
"""The alert of kube-prometheus-stack that always fires."""

STACK = "kube-prometheus-stack"

SILENT = "silent"
"""Rule of what nobody has asked for yet: shown, and no error. The smallest system has no receivers."""

Found = tuple[Object, YamlPath, str, str, str]
"""Where, rule, message and advice."""


@dataclass(frozen=True, slots=True)
class Told:
    """A receiver that hears of an alert."""

    config: Object
    """Configuration it stands in."""

    name: str
    """Name."""

    ways: tuple[Mapping[str, Any], ...]
    """How it is told; none where it is nobody."""


class Routing:
    """Whom the Alertmanager of one cluster tells of what."""

    def __init__(self, cluster: Cluster) -> None:
        self.stack = next(
            (item for item in cluster.of_kind("argoproj.io", "Application") if _chart(item) == STACK), None
        )
        named = _values(self.stack, "alertmanager", "alertmanagerSpec", "alertmanagerConfiguration", "name")
        configs = list(cluster.of_kind(MONITORING, "AlertmanagerConfig"))
        self.unused = [item for item in configs if item.name != named]
        self.config = next((item for item in configs if item.name == named), None)
        self.named = named

    def told(self, labels: Mapping[str, str]) -> list[Told]:
        """Every receiver that an alert with these labels reaches."""
        if self.config is None:
            return []
        names = receivers_of(self.config.spec.get("route", {}), labels)
        known = {item["name"]: _ways(item) for item in self.config.spec.get("receivers", [])}
        return [Told(self.config, name, known.get(name, ())) for name in names if known.get(name)]

    def paths(self) -> list[tuple[Mapping[str, Any], ...]]:
        """What an alert must match on each way to somebody."""
        if self.config is None:
            return []
        reached = {item["name"] for item in self.config.spec.get("receivers", []) if _ways(item)}
        return [path for name, path in _paths(self.config.spec.get("route", {})) if name in reached]

    @property
    def grouped_by(self) -> tuple[str, ...]:
        """Labels by which alerts become one message."""
        return tuple(self.config.spec.get("route", {}).get("groupBy", ())) if self.config is not None else ()

    def silences(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert can be silenced by itself alone."""
        rules = self.config.spec.get("inhibitRules", []) if self.config is not None else []
        return any(
            _all_match(rule.get("sourceMatch", []), labels) and _all_match(rule.get("targetMatch", []), labels)
            for rule in rules
        )


def unheard(cluster: Cluster, routing: Routing, alerts: list[Query]) -> Iterator[Found]:
    """Alerts that reach nobody, one line for each severity of a file."""
    if routing.stack is None:
        return
    if routing.config is None:
        yield from _without_config(routing, alerts)
        return
    for item in routing.unused:
        advice = "name it in alertmanagerSpec.alertmanagerConfiguration of the stack's values"
        yield item, ("metadata", "name"), "unused", "is a configuration that no Alertmanager uses", advice
    seen: set[tuple[str, str]] = set()
    for query in alerts:
        labels = {key: str(text) for key, text in query.rule.get("labels", {}).items()} | {"alertname": query.title}
        key = (query.item.path, labels.get("severity", ""))
        if key not in seen and not routing.told(labels):
            seen.add(key)
            message = f"{query.title}: no route of {routing.config} takes it to somebody"
            yield query.item, query.path, "unheard", message, "write a receiver for its severity"
        if routing.silences(labels):
            message = f"{query.title} can be silenced by itself"
            yield routing.config, ("spec", "inhibitRules"), "inhibition", message, "let source and target differ"


def _without_config(routing: Routing, alerts: list[Query]) -> Iterator[Found]:
    assert routing.stack is not None
    if alerts:
        path = ("spec", "source", "helm", "valuesObject", "alertmanager", "alertmanagerSpec")
        advice = "write observability.receivers"
        if routing.named:
            message = f"configures Alertmanager by `{routing.named}`, which is not in this cluster"
            yield routing.stack, path, "unheard", message, advice
        else:
            message = f"evaluates {len(alerts)} alerts of this cluster, and nobody is told of any"
            yield routing.stack, path, SILENT, message, advice


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Where the alert that always fires is sent, so that somebody outside notices when it stops."""

    cluster: str
    """Cluster."""

    at: Object
    """Configuration it stands in, or the stack where nobody is told."""

    address: str
    """What makes the outside reader one and the same; empty where there is none."""


def heartbeat(name: str, cluster: Cluster, routing: Routing) -> Heartbeat | None:
    """The heartbeat of one cluster; None where nothing is watched there."""
    if routing.stack is None:
        return None
    if routing.config is None:
        return Heartbeat(name, routing.stack, "")
    ways = [way for told in routing.told(WATCHDOG) for way in told.ways]
    addresses = [_address(cluster, routing.config.namespace, way) for way in ways]
    return Heartbeat(name, routing.config, next(iter(addresses), ""))


def _address(cluster: Cluster, namespace: str, way: Mapping[str, Any]) -> str:
    """Where a receiver's secret comes from: two clusters that read one value report to one reader."""
    reference = next((value for value in way.values() if isinstance(value, Mapping) and "key" in value), {})
    for item in cluster.of_kind("external-secrets.io", "ExternalSecret"):
        target = item.spec.get("target", {}).get("name", item.name)
        for entry in (
            item.spec.get("data", []) if (item.namespace, target) == (namespace, reference.get("name")) else ()
        ):
            if entry.get("secretKey") == reference.get("key"):
                return f"{_vault(cluster, item)}:{entry.get('remoteRef', {}).get('key')}"
    return f"{namespace}/{reference.get('name')}/{reference.get('key')}" if reference else str(dict(way))


def _vault(cluster: Cluster, item: Object) -> str:
    """The vault behind an ExternalSecret."""
    wanted = item.spec.get("secretStoreRef", {})
    for store in cluster.of_kind("external-secrets.io", wanted.get("kind", "SecretStore")):
        if store.name == wanted.get("name") and store.namespace in ("", item.namespace):
            return address_of(store)
    return ""


def _chart(item: Object) -> str:
    return str((item.spec.get("source") or {}).get("chart", "")).rpartition("/")[2]


def _values(application: Object | None, *path: str) -> str:
    value: Any = ((application.spec.get("source") or {}).get("helm") or {}).get("valuesObject") if application else {}
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return str(value or "")


def receivers_of(route: Mapping[str, Any], labels: Mapping[str, str]) -> list[str]:
    """Receivers of an alert with some labels, by Alertmanager's walk.

    The first route that matches ends it, unless it says `continue`; without one, the parent's receiver is told.
    """
    found: list[str] = []
    for child in route.get("routes", []):
        if _all_match(child.get("matchers", []), labels):
            found += receivers_of({"receiver": route.get("receiver"), **child}, labels)
            if not child.get("continue", False):
                return found
    return found or [str(route.get("receiver", ""))]


def _paths(route: Mapping[str, Any], above: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...]]]:
    yield str(route.get("receiver", "")), above
    for child in route.get("routes", []):
        yield from _paths({"receiver": route.get("receiver"), **child}, (*above, *child.get("matchers", [])))


def _all_match(matchers: list[Mapping[str, Any]], labels: Mapping[str, str]) -> bool:
    return all(_matches(matcher, labels.get(matcher["name"], "")) for matcher in matchers)


def _matches(matcher: Mapping[str, Any], value: str) -> bool:
    wanted, how = str(matcher.get("value", "")), matcher.get("matchType", "=")
    hit = value == wanted if how in ("=", "!=") else re.fullmatch(wanted, value) is not None
    return bool(hit) is not str(how).startswith("!")


def _ways(receiver: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple(way for key, listed in receiver.items() if key.endswith("Configs") for way in listed)

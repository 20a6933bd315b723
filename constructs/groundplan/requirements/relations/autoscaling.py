"""Autoscalers: what they follow is measured, and they count the pods of the workload they are for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.capacity.own import containers_of, scaled
from groundplan.checks.inventory import Object
from groundplan.checks.observability.asked import custom_metrics
from groundplan.checks.observability.promql import selectors
from groundplan.checks.reachability.pods import Pods
from groundplan.facts.metrics import exposed_series
from groundplan.requirements.relations.alerts import scraped
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.evidence import stores

BUCKETS = ("_bucket", "_count", "_sum")


def scales(workload: str, measure: str) -> bool:
    """Whether an autoscaler adds pods to a workload by a measure that is there.

    `measure` is `cpu`, `memory`, a metric of its pods, or a queue or list that waits. Pods ask for what is measured against
    what they ask for; a metric is served from a series that the pods expose and that is scraped; a queue is rendered, and
    the autoscaler may count it.
    """
    asked = current()
    found = asked.workloads(workload)
    for item, counted in _autoscalers(asked, found):
        least, most = counted
        if least >= most:
            return asked.no(f"{item} has no room between {least} and {most}")
        for kind, told in _measures(item):
            if measure in (kind, told):
                asked.through(item, f"autoscaler {measure}")
                return _measured(asked, workload, found, item, kind, told)
    return asked.no(f"nothing scales {workload} by {measure}")


def _autoscalers(asked: Asked, found: list[Pods]) -> Iterator[tuple[Object, tuple[int, int]]]:
    cluster = asked.ground.cluster
    for item in (
        *cluster.of_kind("autoscaling", "HorizontalPodAutoscaler"),
        *cluster.of_kind("keda.sh", "ScaledObject"),
    ):
        for place, counted in scaled([item]).items():
            if any((pods.namespace, pods.kind, pods.name) == place for pods in found):
                yield item, counted


def _measures(item: Object) -> Iterator[tuple[str, str]]:
    """What an autoscaler follows: its kind, and what that is called."""
    for metric in item.spec.get("metrics") or ():
        kind = str(metric["type"])
        told = metric.get(kind[0].lower() + kind[1:]) or {}
        yield kind, str(told.get("name") or (told.get("metric") or {}).get("name"))
    for trigger in item.spec.get("triggers") or ():
        metadata: Mapping[str, Any] = trigger.get("metadata") or {}
        yield str(trigger["type"]), str(metadata.get("queueName") or metadata.get("listName") or trigger["type"])


def _measured(asked: Asked, workload: str, found: list[Pods], item: Object, kind: str, told: str) -> bool:
    if told in ("cpu", "memory"):
        bounds = [one for pods in found for one in containers_of(pods.template.get("spec") or {})]
        missing = [one for one in bounds if told not in one.requests and told not in one.limits]
        return not missing or asked.no(f"a container of {workload} asks for no {told}, so that no share of it is known")
    if kind == "Pods":
        return _served(asked, told) and _exposed(asked, workload, told) and scraped(workload)
    return next((counts for one in stores() if (counts := one.counted(asked, kind, told)) is not None), True)


def _rules(asked: Asked, metric: str) -> Iterator[tuple[Object, Mapping[str, Any]]]:
    for item in asked.ground.cluster.of_kind("argoproj.io", "Application"):
        for _, name, rule in custom_metrics(item):
            if name == metric:
                yield item, rule


def _served(asked: Asked, metric: str) -> bool:
    for item, _ in _rules(asked, metric):
        asked.through(item, f"adapter {metric}")
        return True
    return asked.no(f"nothing serves {metric} to autoscalers")


def _exposed(asked: Asked, workload: str, metric: str) -> bool:
    """Whether the pods expose the series that the metric is computed from."""
    environment = asked.ground.environment
    promised = exposed_series(environment, workload) if workload in environment.services else {}
    for _, rule in _rules(asked, metric):
        for selector in selectors(str(rule.get("seriesQuery", ""))):
            name = selector.series
            if name not in promised and not any(name.removesuffix(end) in promised for end in BUCKETS):
                return asked.no(f"{metric} is computed from {name}, which {workload} does not expose")
    return True

"""New versions: how one comes, by what it is measured, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.observability.promql import selectors
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.reachability.settings import told_once
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.network import has_way, rendered

SERVICES = ("activeService", "canaryService", "previewService", "stableService")
CONTROLLER = "argo-rollouts"


def guarded(service: str) -> bool:
    """Whether a new version of a service is measured while it comes, and goes back by itself where the measure is bad.

    The measures are about that service, whoever takes them gets to what is asked, one bad one is enough, and the Services
    and routes that share requests out are rendered.
    """
    asked = current()
    found = rendered(asked.ground, "argoproj.io", "Rollout", service)
    if found is None:
        return asked.no(f"there is no rollout of {service}")
    asked.through(found, "guarded")
    strategy: Mapping[str, Any] = found.spec.get("strategy") or {}
    way: Mapping[str, Any] = strategy.get("canary") or strategy.get("blueGreen") or {}
    for field in SERVICES:
        if field in way and not _leads_to(asked, str(way[field]), service):
            return asked.no(f"{way[field]} leads to no pods of {service}")
    shared = ((way.get("trafficRouting") or {}).get("istio") or {}).get("virtualService") or {}
    if shared:
        route = rendered(asked.ground, "networking.istio.io", "VirtualService", str(shared.get("name")))
        if route is None:
            return asked.no(f"there is no route {shared.get('name')} to share requests out")
        asked.through(route, "named")
    names = list(_templates(way))
    return all(_measures(asked, name, service) for name in names) if names else asked.no(f"nobody measures {service}")


def _leads_to(asked: Asked, name: str, service: str) -> bool:
    led = asked.ground.cluster.service(asked.ground.environment.namespace, name)
    asked.through(rendered(asked.ground, "", "Service", name), "service")
    return led is not None and any(pods.name == service for pods, _ in asked.ground.cluster.behind(led))


def _templates(way: Mapping[str, Any]) -> Iterator[str]:
    for field in ("analysis", "prePromotionAnalysis", "postPromotionAnalysis"):
        yield from (str(entry["templateName"]) for entry in (way.get(field) or {}).get("templates") or ())


def _measures(asked: Asked, name: str, service: str) -> bool:
    template = rendered(asked.ground, "argoproj.io", "AnalysisTemplate", name)
    if template is None:
        return asked.no(f"there is no measurement {name}")
    asked.through(template, "measuring")
    metrics = template.spec.get("metrics") or []
    return bool(metrics) and all(_is_meant(asked, template, metric, service) for metric in metrics)


def _is_meant(asked: Asked, template: Object, metric: Mapping[str, Any], service: str) -> bool:
    provider: Mapping[str, Any] = metric.get("provider") or {}
    told: Mapping[str, Any] = provider.get("prometheus") or provider.get("web") or {}
    if int(metric.get("failureLimit", 0)) != 0 or not (
        metric.get("failureCondition") or metric.get("successCondition")
    ):
        return asked.no(f"{template} forgives {metric.get('name')}")
    if not _speaks_of(provider, told, service):
        return asked.no(f"{template} measures somebody else than {service}")
    address = told_once(str(told.get("address") or told.get("url")), template, ("spec", "metrics"))
    ends = asked.ground.names.ends(address.host, address.port, template.namespace) if address is not None else []
    askers = asked.ground.cluster.program(CONTROLLER)
    return (bool(ends) and bool(askers)) and all(
        has_way(asked, asker, end, port)
        for asker in askers
        for end, port in ends
        if isinstance(end, Pods) and port is not None
    )


def _speaks_of(provider: Mapping[str, Any], told: Mapping[str, Any], service: str) -> bool:
    if "prometheus" not in provider:
        return str(told.get("url", "")).partition("://")[2].startswith(service)
    read = selectors(str(told.get("query", "")))
    return bool(read) and all(any(service in matcher.value for matcher in one.matchers) for one in read)

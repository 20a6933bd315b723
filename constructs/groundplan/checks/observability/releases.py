"""Measurements of a release: what would they say if there were nothing to measure?

A release that everybody may pass when nobody asks is not measured. Conditions are evaluated as Argo Rollouts does it: a
measurement that is neither a success nor a failure is inconclusive, and a person decides.
See https://argo-rollouts.readthedocs.io/en/stable/features/analysis/ .
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import eq, ge, gt, le, lt, ne
from typing import Any
from urllib.parse import urlsplit

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Object
from groundplan.checks.observability.promql import selectors
from groundplan.checks.observability.routes import Found
from groundplan.checks.reachability.cluster import Cluster
from groundplan.model.environment import Environment
from groundplan.model.values import whole_seconds

SERVICE = "destination_service_name"
"""Label of the mesh's series that says whom a request went to."""

NOTHING: Sequence[Sequence[float]] = ((), (math.nan,), (0.0,))
"""What Prometheus answers where nobody asked the new version: no series, nothing by nothing, none."""

_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: eq, ast.NotEq: ne, ast.Lt: lt, ast.LtE: le, ast.Gt: gt, ast.GtE: ge,
}  # fmt: skip


def unmeasured(context: Context, cluster: Cluster) -> Iterator[Found]:
    """Releases that pass without a request, are measured by another version or for too short a time, or ask nobody."""
    templates = {(item.namespace, item.name): item for item in cluster.of_kind("argoproj.io", "AnalysisTemplate")}
    for item in templates.values():
        asked = [metric for metric in item.spec.get("metrics") or [] if "prometheus" in (metric.get("provider") or {})]
        environment = context.environment_of(item)
        if environment is not None and environment.stage == "production" and asked and all(map(passes, asked)):
            message = "lets a version pass that nobody asked anything: each of its measurements is a success without a request"
            advice = "count the requests too, and have too few of them decide nothing"
            yield item, ("spec", "metrics"), "unmeasured", message, advice
        yield from _asking_nobody(cluster, item)
    for rollout in cluster.of_kind("argoproj.io", "Rollout"):
        environment = context.environment_of(rollout)
        for service, observed, used in _watched(rollout, environment):
            for name in used:
                template = templates.get((rollout.namespace, name))
                if template is not None:
                    yield from _measuring(template, service, observed)


def _asking_nobody(cluster: Cluster, item: Object) -> Iterator[Found]:
    for index, metric in enumerate(item.spec.get("metrics") or []):
        provider = metric.get("provider") or {}
        url = urlsplit(str((provider.get("prometheus") or {}).get("address") or (provider.get("web") or {}).get("url")))
        name, _, namespace = (url.hostname or "").partition(".")
        inside = ".svc" in f".{namespace}." or not namespace
        service = cluster.service(namespace.partition(".")[0] or item.namespace, name)
        if inside and (service is None or not cluster.behind(service, url.port)):
            message = (
                f"asks {url.netloc} for `{metric.get('name')}`, where nothing answers: an error ends every release"
            )
            yield item, ("spec", "metrics", index, "provider"), "unmeasured", message, "name a Service that is there"


def _watched(rollout: Object, environment: Environment | None) -> Iterator[tuple[str, int, list[str]]]:
    """The Service whose requests are measured, the seconds for which, and the templates that do it."""
    strategy = rollout.spec.get("strategy") or {}
    canary, blue_green = strategy.get("canary") or {}, strategy.get("blueGreen") or {}
    stated = environment.rollouts if environment is not None else None
    if canary.get("analysis"):
        observed = whole_seconds(stated.canary.observe) if stated is not None else 0
        yield str(canary.get("canaryService")), observed, _templates(canary["analysis"])
    if blue_green.get("postPromotionAnalysis"):
        observed = whole_seconds(stated.blue_green.observe) if stated is not None else 0
        yield str(blue_green.get("activeService")), observed, _templates(blue_green["postPromotionAnalysis"])


def _templates(analysis: Mapping[str, Any]) -> list[str]:
    return [str(entry.get("templateName")) for entry in analysis.get("templates") or ()]


def _measuring(template: Object, service: str, observed: int) -> Iterator[Found]:
    for index, metric in enumerate(template.spec.get("metrics") or []):
        field = ("spec", "metrics", index)
        query = str(((metric.get("provider") or {}).get("prometheus") or {}).get("query", ""))
        told = {selector.pinned(SERVICE) for selector in selectors(query)}
        strangers = {name for name in told if name is not None and name != service}
        for other in sorted(strangers):
            message = f"measures requests to {other}, and the new version gets those to {service}"
            yield template, field, "unmeasured", message, f'write {SERVICE}="{service}"'
        if "count" in metric and "interval" in metric:
            seconds = int(metric["count"]) * whole_seconds(str(metric["interval"]))
            if seconds < observed:
                message = f"measures `{metric.get('name')}` for {seconds} s of {observed} for which the new version is watched"
                yield template, field, "unmeasured", message, "measure until the end"


def passes(metric: Mapping[str, Any]) -> bool:
    """Whether a measurement is a success whatever is answered where nobody asked."""
    told = str(metric.get("successCondition", "true"))
    return all(holds(told, result) is True for result in NOTHING)


def holds(condition: str, result: Sequence[float]) -> bool | None:
    """Whether a condition holds for a result; None where it cannot be evaluated, which counts as an error there too."""
    text = condition.replace("||", " or ").replace("&&", " and ").replace("true", "True").replace("false", "False")
    try:
        return bool(_value(ast.parse(text.strip(), mode="eval").body, result))
    except (SyntaxError, ValueError, IndexError, TypeError):
        return None


def _value(node: ast.expr, result: Sequence[float]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id="result"):
            return result
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(_value(value, result) for value in values)
        case ast.BoolOp(values=values):
            return all(_value(value, result) for value in values)
        case ast.Call(func=ast.Name(id="len"), args=[argument]):
            return len(_value(argument, result))
        case ast.Call(func=ast.Name(id="isNaN"), args=[argument]):
            return math.isnan(_value(argument, result))
        case ast.Subscript(value=value, slice=index):
            return _value(value, result)[_value(index, result)]
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _COMPARED[type(operator)](_value(left, result), _value(right, result))
    raise ValueError(ast.dump(node))

"""Fields that mean the same wherever they stand: selectors, ports, quantities, durations, schedules, hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from groundplan.checks.effects import table
from groundplan.checks.inventory import Object
from groundplan.kubernetes import validation as rules
from groundplan.yaml.marked import YamlPath

Problem = tuple[YamlPath, str, str, str]
"""Field, rule, what is wrong, what to write instead."""

PORT_FIELDS = frozenset({"containerPort", "hostPort", "nodePort", "targetPort", "port"})
"""Numbers below these names are ports; custom resources write 0 for none."""

GO_DURATIONS: Mapping[str, frozenset[str]] = {
    "argoproj.io": frozenset({"duration", "maxDuration", "interval", "initialDelay"}),
    "cert-manager.io": frozenset({"duration", "renewBefore"}),
    "external-secrets.io": frozenset({"refreshInterval"}),
    "kyverno.io": frozenset({"interval"}),
    "networking.istio.io": frozenset({"timeout", "perTryTimeout", "interval", "baseEjectionTime", "connectTimeout"}),
    "velero.io": frozenset({"ttl", "csiSnapshotTimeout", "itemOperationTimeout"}),
}
"""API group to its fields that hold a duration as Go writes it."""

PROMETHEUS_DURATIONS = frozenset(
    {"interval", "scrapeTimeout", "scrapeInterval", "evaluationInterval", "for", "keep_firing_for", "retention",
     "groupInterval", "groupWait", "repeatInterval"}
)  # fmt: skip
"""Fields of monitoring.coreos.com that hold a duration as Prometheus writes it."""

SCHEDULES: Mapping[tuple[str, str], bool] = {
    ("argoproj.io", "AppProject"): False,
    ("argoproj.io", "CronWorkflow"): False,
    ("batch", "CronJob"): False,
    ("chaos-mesh.org", "Schedule"): False,
    ("velero.io", "Schedule"): False,
    ("volsync.backube", "ReplicationSource"): False,
}
"""Kinds whose `schedule` is a cron expression, and whether it begins with seconds; a store's own are in its folder."""


@cache
def schedules() -> Mapping[tuple[str, str], bool]:
    """All of them."""
    own = ((of.rpartition("/"), bool(seconds)) for of, seconds in table("schedules.yaml").items())
    return {**SCHEDULES, **{(group, kind): seconds for (group, _, kind), seconds in own}}


SHAPES = frozenset({"CustomResourceDefinition", "ConstraintTemplate", "ConfigMap", "Secret"})
"""Kinds that hold field names as data; what is in them is not walked."""

RESOURCES = ("requests", "limits")


def fields(item: Object) -> Iterator[Problem]:
    """Walk the whole object below its metadata."""
    if item.kind in SHAPES:
        return
    walker = _Walker(item)
    for key, value in item.document.items():
        if key not in ("metadata", "status"):
            yield from walker.value(key, value, (key,))


class _Walker:
    def __init__(self, item: Object) -> None:
        self.item = item
        self.is_custom = "." in item.group and not item.group.endswith(".k8s.io")
        self.checks = self._text_checks()

    def value(self, key: str, value: Any, path: YamlPath) -> Iterator[Problem]:
        if key == "valuesObject":
            yield from _values(value, path)
        elif value.__class__ is dict:
            yield from self._mapping(key, value, path)
            for name, child in value.items():
                yield from self.value(name, child, (*path, name))
        elif value.__class__ is list:
            for index, child in enumerate(value):
                yield from self.value(key, child, (*path, index))
        elif value.__class__ is str:
            check = self.checks.get(key)
            if check is not None and (reason := check(value)):
                yield path, "names.value", f"`{value}` {reason}", "write it in that form"
            elif key == "targetPort" and (reason := rules.port_name(value)):
                yield path, "names.port", f"`{value}` {reason}", "write the name of a container port, or its number"
        elif key in PORT_FIELDS and value.__class__ is int and not (self.is_custom and value == 0):
            if reason := rules.port_number(value):
                yield path, "names.port", f"`{value}` {reason}", "write the port"
            elif key == "nodePort" and not 30000 <= value <= 32767:
                yield path, "names.port", f"`{value}` is not a node port", "write 30000 to 32767"

    def _text_checks(self) -> dict[str, Callable[[str], rules.Reason]]:
        """Field name to rule, for the group and kind at hand."""
        checks: dict[str, Callable[[str], rules.Reason]] = {}
        group, kind = self.item.group, self.item.kind
        if group == "monitoring.coreos.com":
            checks |= dict.fromkeys(PROMETHEUS_DURATIONS, rules.prometheus_duration)
        checks |= dict.fromkeys(GO_DURATIONS.get(group, ()), rules.go_duration)
        if group == "argoproj.io" and kind != "AppProject":
            checks["duration"] = _pause
        if (group, kind) in schedules():
            seconds = schedules()[group, kind]
            checks["schedule"] = lambda text: rules.cron(text, seconds=seconds)
        if group in ("batch", "argoproj.io", "keda.sh", "chaos-mesh.org"):
            checks |= {"timeZone": rules.time_zone, "timezone": rules.time_zone}
        if kind == "Ingress" or group == "gateway.networking.k8s.io":
            checks["host"] = _host
        if kind == "NetworkPolicy":
            checks |= {"cidr": rules.cidr, "except": rules.cidr}
        return checks

    def _mapping(self, key: str, value: Mapping[str, Any], path: YamlPath) -> Iterator[Problem]:
        is_service = (self.item.group, self.item.kind) == ("", "Service")
        if key in ("matchLabels", "nodeSelector") or (key == "selector" and is_service):
            yield from _labels(value, path)
        elif key == "matchExpressions":
            yield from _expression(value, path)
        elif key == "resources" and any(name in value for name in RESOURCES):
            yield from _resources(value, path)
        elif key in ("hard", "min", "max", "default", "defaultRequest", "maxLimitRequestRatio"):
            if self.item.kind in ("ResourceQuota", "LimitRange"):
                yield from _amounts(value, path)
        elif key == "emptyDir" and "sizeLimit" in value:
            yield from _amounts({"sizeLimit": value["sizeLimit"]}, path)
        elif key == "target" and self.item.kind == "HorizontalPodAutoscaler":
            yield from _amounts({name: value[name] for name in ("averageValue", "value") if name in value}, path)


def _values(value: Any, path: YamlPath) -> Iterator[Problem]:
    """A chart's values: only resources mean the same in all of them."""
    if isinstance(value, Mapping):
        for name, child in value.items():
            if name == "resources" and isinstance(child, Mapping) and any(field in child for field in RESOURCES):
                yield from _resources(child, (*path, name))
            else:
                yield from _values(child, (*path, name))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _values(child, (*path, index))


def _labels(labels: Mapping[str, Any], path: YamlPath) -> Iterator[Problem]:
    for key, value in labels.items():
        if reason := rules.qualified_name(key):
            yield (*path, key), "names.label-key", f"key `{key}` {reason}", "rename it"
        if isinstance(value, str) and (reason := rules.label_value(value)):
            yield (*path, key), "names.label-value", f"`{value}` {reason}", "write what the objects carry"


def _expression(value: Mapping[str, Any], path: YamlPath) -> Iterator[Problem]:
    """One requirement of a selector: operator and values must agree."""
    operator, values = value.get("operator"), value.get("values") or []
    if reason := rules.qualified_name(str(value.get("key", ""))):
        yield (*path, "key"), "names.label-key", f"key `{value.get('key', '')}` {reason}", "rename it"
    if operator in ("In", "NotIn") and not values:
        yield path, "names.selector", f"operator {operator} has no values", "list them under `values:`"
    if operator in ("Exists", "DoesNotExist") and values:
        yield path, "names.selector", f"operator {operator} has values", "remove them"
    for index, text in enumerate(values if isinstance(values, list) else ()):
        if isinstance(text, str) and (reason := rules.label_value(text)):
            yield (*path, "values", index), "names.label-value", f"`{text}` {reason}", "write what the objects carry"


def _resources(value: Mapping[str, Any], path: YamlPath) -> Iterator[Problem]:
    for field in RESOURCES:
        if isinstance(value.get(field), Mapping):
            yield from _amounts(value[field], (*path, field))
    requests, limits = value.get("requests"), value.get("limits")
    if not isinstance(requests, Mapping) or not isinstance(limits, Mapping):
        return
    for name in requests.keys() & limits.keys():
        least, most = rules.quantity(str(requests[name])), rules.quantity(str(limits[name]))
        if least is not None and most is not None and least > most:
            yield (
                (*path, "requests", name),
                "names.resources",
                f"requests `{requests[name]}`, more than its limit `{limits[name]}`",
                "request the limit at most",
            )


def _amounts(amounts: Mapping[str, Any], path: YamlPath) -> Iterator[Problem]:
    for name, amount in amounts.items():
        if reason := rules.not_quantity(amount):
            yield (*path, name), "names.quantity", f"`{amount}` {reason}", "write a quantity"
        elif (rules.quantity(str(amount)) or 0) < 0:
            yield (*path, name), "names.quantity", f"`{amount}` is less than zero", "write a quantity of zero or more"


def _pause(text: str) -> rules.Reason:
    """Rollouts also take bare seconds."""
    return None if text.isdigit() else rules.go_duration(text)


def _host(text: str) -> rules.Reason:
    return rules.dns_subdomain(text.removeprefix("*."))

"""Which values a label can have in one cluster: namespaces, workloads, autoscalers, hosts that a Probe asks.

An alert about a Deployment that was renamed stays silent for ever, and looks as if all were well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial

from groundplan.checks.instances import Instances, instances
from groundplan.checks.inventory import Object
from groundplan.checks.made_later import made_later, operated_kinds
from groundplan.checks.observability.exporters import Series
from groundplan.checks.observability.promql import EQUAL, REGEX, Matcher, Selector
from groundplan.checks.observability.targets import Target
from groundplan.checks.reachability.cluster import Cluster

Places = Mapping[str, frozenset[str]]
"""Names by namespace."""


LABELS_OF_KINDS = (("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("batch", "CronJob"))
"""Kinds whose names stand in a label that is called like the kind, in small letters."""


class Values:
    """What labels of one cluster's series can say."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._written: dict[tuple[str, str], tuple[frozenset[str], bool, bool]] = {}

    def troubles(self, selector: Selector, found: Sequence[tuple[Series, Target]]) -> Iterator[tuple[str, str, str]]:
        """Conditions of a selector that nothing can meet."""
        for matcher in selector.matchers:
            if matcher.operator not in (EQUAL, REGEX) or not matcher.value:
                continue
            known = self._known(matcher.label, selector, found)
            for one in _alternatives(matcher) if known is not None else ():
                if not _meets_any(one, known or frozenset()):
                    shown = ", ".join(sorted(known or ())[:8]) or "nothing"
                    message = f"asks `{selector.series}` for {one.label} `{one.value}`, which it never has"
                    yield "value", message, f"it can be {shown}"

    def _known(self, label: str, selector: Selector, found: Sequence[tuple[Series, Target]]) -> frozenset[str] | None:
        """Every value a label may have; None where that is not known."""
        if (label, selector.series) not in self._written:  # many alerts ask for the same label of a series
            self._written[label, selector.series] = _written(label, found)
        written, by_all, by_any = self._written[label, selector.series]
        if by_all or by_any:
            return written if by_all else None
        plain = label.removeprefix("exported_")
        if plain == "namespace":
            return frozenset(self._cluster.namespaces)
        names = self._names.get((_subject(selector.series), plain)) or self._names.get(("", plain))
        return None if names is None else self._in_place(names(), selector)

    def _in_place(self, names: Places, selector: Selector) -> frozenset[str]:
        """Names in the namespace that the selector speaks of; anywhere, where it does not say or says several."""
        namespace = next((found for label in PLACES if (found := selector.pinned(label)) is not None), None)
        if namespace is not None:
            return names.get(namespace, frozenset())
        return frozenset().union(*names.values())

    @cached_property
    def _names(self) -> Mapping[tuple[str, str], Callable[[], Places]]:
        """(start of the series, label) to the names that the label may say."""
        return {
            **{("", kind.lower()): cache(partial(self._of_kinds, (group, kind))) for group, kind in LABELS_OF_KINDS},
            ("", "job_name"): cache(self._jobs),
            ("", "horizontalpodautoscaler"): cache(self._autoscalers),
            ("", "container"): cache(self._containers),
            ("", "pod"): cache(self._pods),
            ("rollout", "name"): cache(lambda: self._of_kinds(("argoproj.io", "Rollout"))),
            ("externalsecret", "name"): cache(lambda: self._of_kinds(("external-secrets.io", "ExternalSecret"))),
            ("istio", "destination_service_name"): cache(lambda: self._of_kinds(("", "Service"))),
        }

    def _of_kinds(self, *kinds: tuple[str, str]) -> Places:
        rendered = ((item.namespace, item.name) for kind in kinds for item in self._cluster.of_kind(*kind))
        named = {kind for _, kind in kinds}
        brought = ((pods.namespace, pods.name) for pods in self._cluster.charts.pods if pods.kind in named)
        made = ((namespace, name) for kind, namespace, name in self._made if kind in named)
        return _by_place([*rendered, *brought, *made])

    @cached_property
    def _made(self) -> list[tuple[str, str, str]]:
        """Kind, namespace and name of what operators make of objects of their own kinds."""
        operated = [item for kind in operated_kinds() for item in self._cluster.of_kind(*kind)]
        found = [(str(one["kind"]), one["metadata"]) for item in operated for one in made_later(item)]
        return [(kind, str(metadata.get("namespace", "")), str(metadata["name"])) for kind, metadata in found]

    def _jobs(self) -> Places:
        """Jobs by name, and those that a CronJob makes, by the minute they were due."""
        made = [(item.namespace, f"{item.name}-29000000") for item in self._cluster.of_kind("batch", "CronJob")]
        return _by_place([*made, *((item.namespace, item.name) for item in self._cluster.of_kind("batch", "Job"))])

    def _autoscalers(self) -> Places:
        own = [(item.namespace, item.name) for item in self._cluster.of_kind("autoscaling", "HorizontalPodAutoscaler")]
        for item in self._cluster.of_kind("keda.sh", "ScaledObject"):
            told = item.spec.get("advanced", {}).get("horizontalPodAutoscalerConfig", {}).get("name")
            own.append((item.namespace, told or f"keda-hpa-{item.name}"))
        return _by_place(own)

    def _containers(self) -> Places:
        found = [(pods.namespace, name) for pods in self._cluster.pods for name in pods.containers]
        found += [(item.namespace, known.container) for known, item in self._operated()]
        return _by_place(found)

    def _operated(self) -> list[tuple[Instances, Object]]:
        """Objects that an operator makes pods of by itself."""
        return [(known, item) for known in instances() for item in self._cluster.of_kind(known.group, known.kind)]

    def _pods(self) -> Places:
        """One name of each workload, as its controller would call a pod."""
        found = [(item.namespace, f"{item.name}-1") for _, item in self._operated()]
        found += [(namespace, name) for kind, namespace, name in self._made if kind == "Pod"]
        for pods in self._cluster.pods:
            found += [(pods.namespace, f"{pods.name}-{end}") for end in ("0", "7d4b9c6f5d-x2x2x", "x2x2x") if pods.name]
        return _by_place(found)


PLACES = ("namespace", "exported_namespace", "destination_service_namespace")
"""Labels that say in which namespace the thing is."""


def _written(label: str, found: Sequence[tuple[Series, Target]]) -> tuple[frozenset[str], bool, bool]:
    """Every value that targets of a series write themselves, and whether all of them or any do."""
    of_targets = {_of_target(label, series, target) for series, target in found}
    values = frozenset().union(*(written for written in of_targets if written is not None))
    return values, None not in of_targets, of_targets != {None}


def _of_target(label: str, series: Series, target: Target) -> frozenset[str] | None:
    """Values that the target itself writes; None for labels of the exporter."""
    own = series.labels is not None and label.removeprefix("exported_") in series.labels
    if label not in target.labels:
        return None if own or series.labels is None else frozenset()
    return None if own and target.honors else target.values.get(label)


def _subject(series: str) -> str:
    return series.partition("_")[0]


def _by_place(pairs: Sequence[tuple[str, str]]) -> Places:
    places: dict[str, set[str]] = {}
    for namespace, name in pairs:
        places.setdefault(namespace, set()).add(name)
    return {namespace: frozenset(names) for namespace, names in places.items()}


def _alternatives(matcher: Matcher) -> list[Matcher]:
    """Each of `a|b|c` on its own: one that means nothing is as silent as if it stood alone."""
    if matcher.operator == EQUAL or not re.fullmatch(r"[^()\[\]]*", matcher.value):
        return [matcher]
    return [Matcher(matcher.label, matcher.operator, part) for part in matcher.value.split("|")]


def _meets_any(matcher: Matcher, values: frozenset[str]) -> bool:
    if matcher.operator == EQUAL:
        return matcher.value in values
    try:
        return any(re.fullmatch(matcher.value, value) for value in values)
    except re.error:
        return True

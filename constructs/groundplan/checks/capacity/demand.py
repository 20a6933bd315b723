"""What one workload asks of its nodes: how many pods, what each requests, where each may stand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.facts.capacity import Amount
from groundplan.kubernetes.validation import quantity
from groundplan.yaml.marked import YamlPath

Json = Mapping[str, Any]

CPU, MEMORY, DISK = "cpu", "memory", "ephemeral-storage"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a container asks for and may take."""

    requests: Mapping[str, Any]
    """Its requests."""

    limits: Mapping[str, Any]
    """Its limits."""

    initial: bool = False
    """Whether it ends before the others begin. Default false."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a LimitRange gives containers that say nothing. See https://kubernetes.io/docs/concepts/policy/limit-range/ ."""

    requests: Mapping[str, Any] = field(default_factory=dict)
    """Requests. Default none."""

    limits: Mapping[str, Any] = field(default_factory=dict)
    """Limits. Default none."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Pods that may not stand in one place with those of a selector."""

    key: str
    """Node label whose values are the places."""

    labels: Mapping[str, str]
    """Labels of the others."""

    expressions: tuple[Json, ...] = ()
    """Further conditions on their labels. Default none."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Pods that must be spread over places (`DoNotSchedule`)."""

    key: str
    """Node label whose values are the places."""

    skew: int
    """How many more than in the emptiest place one may hold."""

    labels: Mapping[str, str]
    """Labels of the pods that count."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Demand:
    """The pods of one workload."""

    name: str
    """What people call it: `Deployment web`, `StatefulSet argo-cd-redis of argo-cd`."""

    namespace: str
    """Namespace."""

    item: Object | None = None
    """Rendered object it comes from. Default none: the platform runs it."""

    path: YamlPath = ()
    """Field of that object that counts the pods. Default the whole object."""

    each: Amount
    """What one pod requests."""

    limits: Mapping[str, Decimal] = field(default_factory=dict)
    """What one pod may take, by resource. Default no limit."""

    unlimited: frozenset[str] = frozenset()
    """Resources that some container has no request for; `limits.` before it where it has no limit. Default none."""

    least: int = 1
    """Pods at rest; 0 for what only runs now and then. Default 1."""

    most: int = 1
    """Pods at most. Default 1."""

    extra: int = 0
    """Pods that a new version needs beside those at rest, or it never comes. Default none."""

    surge: int = 0
    """Pods that a new version may have beside those at most. Default none."""

    per_node: bool = False
    """Whether there is one on each node instead. Default false."""

    host_network: bool = False
    """Whether the pods use the addresses of their nodes. Default false."""

    volumes: tuple[str, ...] = ()
    """Sizes of the disks each pod claims. Default none."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the pods. Default none."""

    selector: Mapping[str, str] = field(default_factory=dict)
    """Labels its nodes must have. Default any."""

    terms: tuple[Json, ...] = ()
    """`nodeSelectorTerms`, one of which its nodes must fulfil. Default any node."""

    tolerations: tuple[Json, ...] = ()
    """Taints it stands. Default none."""

    apart: tuple[Apart, ...] = ()
    """Whom it may not stand beside. Default nobody."""

    spread: tuple[Spread, ...] = ()
    """Over what it must be spread. Default nothing."""

    @property
    def constrained(self) -> bool:
        """Whether it matters beside whom it stands."""
        return bool(self.apart or self.spread)


def requested(containers: Iterable[Bounds], defaults: Defaults = Defaults()) -> Amount:
    """What a pod requests: its containers together, or the largest that runs before them."""
    found = {name: _total(containers, name, defaults, "requests") for name in (CPU, MEMORY, DISK)}
    return Amount(found[CPU], found[MEMORY], found[DISK])


def limited(containers: Iterable[Bounds], defaults: Defaults = Defaults()) -> dict[str, Decimal]:
    """What a pod may take of cores and memory."""
    return {name: _total(containers, name, defaults, "limits") for name in (CPU, MEMORY)}


def unsaid(containers: Iterable[Bounds], defaults: Defaults = Defaults()) -> frozenset[str]:
    """Resources that a container neither states nor is given: `requests.cpu`, `limits.memory`, as quotas name them."""
    return frozenset(
        f"{side}.{name}"
        for container in containers
        for side in ("requests", "limits")
        for name in (CPU, MEMORY)
        if _said(container, name, defaults, side) is None
    )


def _total(containers: Iterable[Bounds], name: str, defaults: Defaults, side: str) -> Decimal:
    pairs = [(item.initial, _number(_said(item, name, defaults, side))) for item in containers]
    together = sum((amount for initial, amount in pairs if not initial), Decimal(0))
    return max([together, *(amount for initial, amount in pairs if initial)])


def _said(container: Bounds, name: str, defaults: Defaults, side: str) -> Any:
    """A request that is not written is the limit; neither written, it is what the namespace gives."""
    limit = container.limits.get(name, defaults.limits.get(name))
    if side == "limits":
        return limit
    own = container.requests.get(name, container.limits.get(name))
    return own if own is not None else defaults.requests.get(name, limit)


def _number(text: Any) -> Decimal:
    found = quantity(str(text)) if text is not None else None
    return Decimal(0) if found is None else found


def share(value: Any, whole: int, *, up: bool) -> int:
    """A count, or a percentage of `whole` rounded up or down, as `maxSurge` and `maxUnavailable` are written."""
    text = str(value)
    if not text.endswith("%"):
        return int(text)
    part = Decimal(text[:-1]) * whole / 100
    return math.ceil(part) if up else math.floor(part)


def placed(spec: Json) -> dict[str, Any]:
    """Where a pod of that spec may stand, as fields of a demand."""
    affinity = spec.get("affinity") or {}
    required = ((affinity.get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution")) or {}
    return {
        "selector": spec.get("nodeSelector") or {},
        "terms": tuple(required.get("nodeSelectorTerms", ())),
        "tolerations": tuple(spec.get("tolerations") or ()),
        "apart": tuple(_apart(affinity)),
        "spread": tuple(_spread(spec.get("topologySpreadConstraints") or ())),
    }


def _apart(affinity: Json) -> Iterable[Apart]:
    for term in (affinity.get("podAntiAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution") or ():
        selector = term.get("labelSelector") or {}
        expressions = tuple(selector.get("matchExpressions") or ())
        yield Apart(str(term["topologyKey"]), selector.get("matchLabels") or {}, expressions)


def _spread(constraints: Iterable[Json]) -> Iterable[Spread]:
    for item in constraints:
        if item.get("whenUnsatisfiable") == "DoNotSchedule":
            labels = (item.get("labelSelector") or {}).get("matchLabels") or {}
            yield Spread(str(item["topologyKey"]), int(item.get("maxSkew", 1)), labels)

"""Every selector by which an object picks pods or Services of the cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from groundplan.checks.link import Document, Selection, group_of, namespace_of
from groundplan.yaml.marked import YamlPath

Expressions = tuple[Mapping[str, Any], ...]


def selections(document: Document) -> Iterator[Selection]:
    """Every selector of `document`."""
    found = _SELECTIONS.get((group_of(document), document["kind"]))
    if found is not None:
        yield from found(document, namespace_of(document))


def matches(labels: Mapping[str, str], wanted: Mapping[str, str], expressions: Expressions = ()) -> bool:
    """Whether `labels` satisfy a selector. See https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ ."""
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _satisfies(labels.get(expression["key"]), expression) for expression in expressions
    )


Thing = TypeVar("Thing")


class ByLabel(Generic[Thing]):
    """Things with labels, found by a selector without asking each of them: a cluster has as many selectors as things.

    Args:
        things: what is chosen from, in the order in which it is found.
        labels: the labels of one.
    """

    def __init__(self, things: Iterable[Thing], labels: Callable[[Thing], Mapping[str, str]]) -> None:
        self._all = [(labels(thing), thing) for thing in things]
        self._with: dict[tuple[str, str], list[tuple[Mapping[str, str], Thing]]] = {}
        for entry in self._all:
            for key, value in entry[0].items():
                self._with.setdefault((key, str(value)), []).append(entry)

    def matching(self, wanted: Mapping[str, str], expressions: Expressions = ()) -> Iterator[Thing]:
        """Those whose labels satisfy a selector; only those with its rarest label are asked."""
        held = (self._with.get((key, str(value)), []) for key, value in wanted.items())
        for labels, thing in min(held, key=len, default=self._all):
            if matches(labels, wanted, expressions):
                yield thing


def _satisfies(value: str | None, expression: Mapping[str, Any]) -> bool:
    values = expression.get("values", [])
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case _:
            return value is None


def _selector(value: Mapping[str, Any]) -> tuple[Mapping[str, str], Expressions]:
    return value.get("matchLabels", {}), tuple(value.get("matchExpressions", []))


def _service(document: Document, namespace: str) -> Iterator[Selection]:
    spec = document["spec"]
    if spec.get("selector") and spec.get("type") != "ExternalName":
        ports = tuple(port.get("targetPort", port["port"]) for port in spec.get("ports", []))
        yield Selection("Pod", ("spec", "selector"), spec["selector"], namespaces=(namespace,), ports=ports)


def _budget(document: Document, namespace: str) -> Iterator[Selection]:
    selector = document["spec"].get("selector")
    if selector:
        yield Selection("Pod", ("spec", "selector"), *_selector(selector), namespaces=(namespace,))


def _network_policy(document: Document, namespace: str) -> Iterator[Selection]:
    spec = document["spec"]
    if spec.get("podSelector"):
        yield Selection("Pod", ("spec", "podSelector"), *_selector(spec["podSelector"]), (namespace,), strict=False)
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for r, rule in enumerate(spec.get(direction, [])):
            listed = [port["port"] for port in rule.get("ports", []) if "port" in port and "endPort" not in port]
            ports = tuple(listed) if side == "to" else ()
            for p, peer in enumerate(rule.get(side, [])):
                if "podSelector" in peer:
                    yield _peer(namespace, peer, ("spec", direction, r, side, p), ports)


def _peer(namespace: str, peer: Mapping[str, Any], path: YamlPath, ports: tuple[str | int, ...]) -> Selection:
    """Pods of the policy's own namespace, or of those the peer's namespace selector matches.

    Of several ports a peer needs one: rules list both transports of DNS, and both the old and the new port of a move.
    """
    labels, expressions = _selector(peer["podSelector"])
    if "namespaceSelector" not in peer:
        return Selection("Pod", path, labels, expressions, (namespace,), ports=ports, strict=False)
    chosen, _ = _selector(peer["namespaceSelector"])
    return Selection("Pod", path, labels, expressions, None, chosen, ports=ports, strict=False)


def _mesh_policy(document: Document, namespace: str) -> Iterator[Selection]:
    labels = document.get("spec", {}).get("selector", {}).get("matchLabels")
    if labels:
        yield Selection("Pod", ("spec", "selector"), labels, (), (namespace,), strict=False)


def _monitored(kind: str, endpoints: str) -> Callable[[Document, str], Iterator[Selection]]:
    def find(document: Document, namespace: str) -> Iterator[Selection]:
        spec = document["spec"]
        chosen = spec.get("namespaceSelector", {})
        namespaces = None if chosen.get("any") else tuple(chosen.get("matchNames", (namespace,)))
        ports = tuple(endpoint["port"] for endpoint in spec.get(endpoints, []) if "port" in endpoint)
        yield Selection(kind, ("spec", "selector"), *_selector(spec["selector"]), namespaces, ports=ports)

    return find


_SELECTIONS: Mapping[tuple[str, str], Callable[[Document, str], Iterator[Selection]]] = {
    ("", "Service"): _service,
    ("monitoring.coreos.com", "PodMonitor"): _monitored("Pod", "podMetricsEndpoints"),
    ("monitoring.coreos.com", "ServiceMonitor"): _monitored("Service", "endpoints"),
    ("networking.k8s.io", "NetworkPolicy"): _network_policy,
    ("policy", "PodDisruptionBudget"): _budget,
    ("security.istio.io", "AuthorizationPolicy"): _mesh_policy,
    ("security.istio.io", "PeerAuthentication"): _mesh_policy,
}

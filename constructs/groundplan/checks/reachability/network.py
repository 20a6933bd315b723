"""What network policies permit, decided as the API defines it.

See https://kubernetes.io/docs/concepts/services-networking/network-policies/ .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.selections import matches
from groundplan.kubernetes.addresses import holds, overlap

Direction = Literal["ingress", "egress"]
PEERS: Mapping[Direction, str] = {"ingress": "from", "egress": "to"}


@dataclass(frozen=True, slots=True)
class Block:
    """Addresses that are no pods of the cluster."""

    cidr: str
    """The addresses."""

    name: str
    """What stands there, for messages."""

    covers: tuple[str, ...] = ()
    """All addresses it may have, where `cidr` is only one of them. Default `cidr` alone."""

    is_public: bool = False
    """Whether it may have any public address. Default false."""

    is_subnet: bool = False
    """Whether `cidr` is a subnet of a network we render. Default false."""

    def __str__(self) -> str:
        return self.name


End = Pods | Block
"""One end of a flow."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one policy."""

    policy: Object
    """The policy."""

    direction: Direction
    """Which way it admits."""

    index: int
    """Its place in the list."""

    @property
    def body(self) -> Mapping[str, Any]:
        """What it says."""
        rule: Mapping[str, Any] = self.policy.spec[self.direction][self.index]
        return rule

    @property
    def peers(self) -> list[Mapping[str, Any]] | None:
        """Whom it admits; None for everybody."""
        return self.body.get(PEERS[self.direction]) or None


class Policies:
    """The network policies of one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.own = tuple(cluster.of_kind("networking.k8s.io", "NetworkPolicy"))
        self._every = (*self.own, *cluster.charts.policies)

    def chosen(self, policy: Object) -> list[Pods]:
        """Pods that `policy` speaks of."""
        found = self.cluster.pods_with(policy.spec.get("podSelector") or {})
        return [pods for pods in found if pods.namespace == policy.namespace]

    def of(self, pods: Pods, direction: Direction) -> list[Object]:
        """Policies that isolate `pods` of the cluster in that direction; without one everything is admitted."""
        kind = direction.capitalize()
        return [item for item in self._selecting.get(id(pods), ()) if kind in _types(item)]

    @cached_property
    def _selecting(self) -> Mapping[int, list[Object]]:
        """Policies by the pods they speak of."""
        found: dict[int, list[Object]] = {}
        for policy in self._every:
            for pods in self.chosen(policy):
                found.setdefault(id(pods), []).append(policy)
        return found

    def rules(self, policy: Object) -> Iterator[Rule]:
        """Every rule of a policy, both ways."""
        for direction in PEERS:
            if direction.capitalize() in _types(policy):
                for index in range(len(policy.spec.get(direction) or [])):
                    yield Rule(policy, direction, index)

    def admits(self, rule: Rule, end: End, own: Pods, port: int, protocol: str) -> bool:
        """Whether a rule lets `own` exchange packets with `end`, `port` being the target's."""
        target = own if rule.direction == "ingress" else end
        return opens(rule, target, port, protocol) and self.admits_peer(rule, end)

    def admits_peer(self, rule: Rule, end: End) -> bool:
        """Whether `end` is among those the rule speaks of, whatever the port."""
        return rule.peers is None or any(self.is_peer(peer, end, rule.policy.namespace) for peer in rule.peers)

    def is_peer(self, peer: Mapping[str, Any], end: End, namespace: str) -> bool:
        """Whether one peer of a rule of a policy in `namespace` means `end`."""
        if "ipBlock" in peer:
            return isinstance(end, Block) and within(end.cidr, peer["ipBlock"])
        if isinstance(end, Block):
            return False
        if "namespaceSelector" in peer:
            labels = self.cluster.namespaces.get(end.namespace, {})
            at_home = _matches(labels, peer["namespaceSelector"] or {})
        else:
            at_home = end.namespace == namespace
        return at_home and _matches(end.labels, peer.get("podSelector") or {})

    def means(self, peer: Mapping[str, Any], namespace: str) -> list[Pods]:
        """Pods that one peer of a rule of a policy in `namespace` means."""
        found = self.cluster.pods_with(peer.get("podSelector") or {})
        return [pods for pods in found if self.is_peer(peer, pods, namespace)]

    def refusing(self, source: End, target: End, port: int, protocol: str) -> list[tuple[Object, Direction]]:
        """Policies that stand in the way, the sender's first; none where there is a way."""
        found: list[tuple[Object, Direction]] = []
        ends: list[tuple[End, End, Direction]] = [(source, target, "egress"), (target, source, "ingress")]
        for own, other, direction in ends:
            if not isinstance(own, Pods) or own.host_network or (isinstance(other, Pods) and other.host_network):
                continue
            isolating = self.of(own, direction)
            rules = [rule for policy in isolating for rule in self.rules(policy) if rule.direction == direction]
            if isolating and not any(self.admits(rule, other, own, port, protocol) for rule in rules):
                found.append((_nearest(isolating), direction))
        return found


def opens(rule: Rule, target: End, port: int, protocol: str) -> bool:
    """Whether one of the rule's ports is this one; a rule without ports opens all of them."""
    listed = rule.body.get("ports")
    return not listed or any(
        entry.get("protocol", "TCP") == protocol and _is_port(entry, target, port) for entry in listed
    )


def within(cidr: str, block: Mapping[str, Any]) -> bool:
    """Whether all of `cidr` is inside an ipBlock and none of it excepted."""
    return holds(block["cidr"], cidr) and not any(overlap(cidr, item) for item in block.get("except", []))


def _is_port(entry: Mapping[str, Any], target: End, port: int) -> bool:
    wanted = entry.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return isinstance(target, Pods) and target.ports.get(wanted) == port
    return bool(wanted <= port <= entry.get("endPort", wanted))


def _matches(labels: Mapping[str, str], selector: Mapping[str, Any]) -> bool:
    return matches(labels, selector.get("matchLabels") or {}, tuple(selector.get("matchExpressions") or ()))


def _types(policy: Object) -> list[str]:
    listed = policy.spec.get("policyTypes")
    return listed or (["Ingress", "Egress"] if "egress" in policy.spec else ["Ingress"])


def _nearest(policies: list[Object]) -> Object:
    """The policy a reader would open first: the one that speaks of the fewest pods."""
    return max(policies, key=lambda item: len((item.spec.get("podSelector") or {}).get("matchLabels") or {}))

"""Ways that a policy opens although nothing declares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.flows import Flow
from groundplan.checks.reachability.network import PEERS, Block, End, Policies, Rule, opens
from groundplan.checks.reachability.pods import Pods
from groundplan.kubernetes.addresses import holds, overlap
from groundplan.kubernetes.network_policy import METADATA_SERVICE, PRIVATE
from groundplan.yaml.marked import YamlPath

Opened = tuple[Object, YamlPath, str]
"""Policy, field, and what it opens to whom."""


class Declared:
    """Every flow of a cluster, found by the end that a policy speaks of."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self._in: dict[int, list[Flow]] = {}
        self._out: dict[int, list[Flow]] = {}
        for flow in flows:
            if isinstance(flow.target, Pods):
                self._in.setdefault(id(flow.target), []).append(flow)
            if isinstance(flow.source, Pods):
                self._out.setdefault(id(flow.source), []).append(flow)

    def through(self, rule: Rule, own: Pods) -> list[tuple[Flow, End]]:
        """Flows of `own` that a rule opens a port for, each with its other end."""
        known = (self._in if rule.direction == "ingress" else self._out).get(id(own), [])
        found = [(flow, flow.source if rule.direction == "ingress" else flow.target) for flow in known]
        return [(flow, other) for flow, other in found if _opens(rule, flow)]


def undeclared(policies: Policies, declared: Declared) -> Iterator[Opened]:
    """Each rule that admits pods or addresses which nothing declares."""
    for policy in policies.own:
        chosen = policies.chosen(policy)
        for rule in policies.rules(policy):
            flows = [found for own in chosen for found in declared.through(rule, own)]
            yield from _of_rule(policies, rule, flows)


def _of_rule(policies: Policies, rule: Rule, flows: list[tuple[Flow, End]]) -> Iterator[Opened]:
    field: YamlPath = ("spec", rule.direction, rule.index)
    ends = {id(other) for _, other in flows}
    blocks = [other for _, other in flows if isinstance(other, Block)]
    if rule.peers is None:
        if not any(block.is_public and block.covers for block in blocks):
            yield rule.policy, field, "everybody"
        return
    for index, peer in enumerate(rule.peers):
        place: YamlPath = (*field, PEERS[rule.direction], index)
        if "ipBlock" in peer:
            if not _covered(peer["ipBlock"], blocks):
                yield rule.policy, place, str(peer["ipBlock"]["cidr"])
            continue
        admitted = policies.means(peer, rule.policy.namespace)
        strangers = [pods for pods in admitted if id(pods) not in ends and _listens(rule, pods)]
        if strangers:
            yield rule.policy, place, _named(strangers)


def _listens(rule: Rule, pods: Pods) -> bool:
    """Whether a rule for sending opens anything on these pods; everybody may send."""
    if rule.direction == "ingress" or not rule.body.get("ports"):
        return True
    return not pods.ports or any(
        opens(rule, pods, port, protocol) for port in pods.ports.values() for protocol in ("TCP", "UDP")
    )


def _covered(admitted: Mapping[str, Any], blocks: Sequence[Block]) -> bool:
    """Whether every address an ipBlock admits is one that something declares."""
    known = [known for block in blocks for known in block.covers or (block.cidr,)]
    if _is_inside(admitted["cidr"], known):
        return True
    if not any(block.is_public for block in blocks) or _is_inside(admitted["cidr"], (*PRIVATE, METADATA_SERVICE)):
        return False
    spared = [*admitted.get("except", []), *known]
    return not any(
        overlap(admitted["cidr"], inner) and not _is_inside(inner, spared) for inner in (*PRIVATE, METADATA_SERVICE)
    )


def _is_inside(cidr: str, others: Iterable[str]) -> bool:
    return any(holds(other, cidr) for other in others)


def _opens(rule: Rule, flow: Flow) -> bool:
    if flow.port is None:
        return True
    return opens(rule, flow.target, flow.port, flow.protocol)


def _named(pods: list[Pods]) -> str:
    names = sorted({str(item) for item in pods})
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

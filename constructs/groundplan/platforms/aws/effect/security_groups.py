"""What EC2's security groups permit between nodes of different pools, load balancers and the API server.

Pods wear the groups of their node, and a packet gets through where one group of its target admits it and one of its
sender lets it out: groups only ever allow. A node group that names no template of ours wears the cluster's own group,
of which nothing is rendered: nothing is said about it.
See https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html and
https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html .
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.flows import ANYWHERE, API_SERVER, INSIDE, INTERNET, Flow
from groundplan.checks.reachability.network import End
from groundplan.checks.reachability.pods import Pods
from groundplan.kubernetes.addresses import holds
from groundplan.kubernetes.taints import tolerates
from groundplan.platforms.aws.words import TAINT_EFFECTS

EC2 = "ec2.services.k8s.aws"
EKS = "eks.services.k8s.aws"
GROUPS_OF_BALANCERS = ("alb.ingress.kubernetes.io/security-groups", "aws-load-balancer-security-groups")
"""Ends of the annotations by which a load balancer is given its groups.

See https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#security-groups .
"""
API_PORT, OTHER_API_PORT = 443, 6443
"""Where EKS has its API server, and where clusters do that people set up themselves."""
EFFECTS: Mapping[str, str] = {TAINT_EFFECTS[effect]: effect for effect in ("NoSchedule", "NoExecute")}
"""Taints that keep pods away, as EKS writes them and as Kubernetes does."""


@dataclass(frozen=True, slots=True)
class Worn:
    """Where packets come from or go to, and the groups worn there."""

    name: str
    """How messages call it."""

    groups: frozenset[str]
    """Names of the SecurityGroup objects."""

    blocks: tuple[str, ...]
    """Its addresses."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A node group."""

    worn: Worn
    """Its groups and its subnets."""

    labels: Mapping[str, str]
    """Labels of its nodes."""

    taints: tuple[Mapping[str, str], ...]
    """What keeps pods away from it."""

    def takes(self, pods: Pods) -> bool:
        """Whether the pods may be scheduled there."""
        wanted = {key: value for key, value in pods.node_selector.items() if not key.startswith("kubernetes.io/")}
        return wanted.items() <= self.labels.items() and all(
            any(tolerates(item, taint) for item in pods.tolerations) for taint in self.taints
        )


class Ec2Groups:
    """The security groups of one cluster's network.

    Args:
        objects: what the environments of the cluster rendered.
        ids: the id of a security group that a cloud assigned, to the name of its object.
    """

    def __init__(self, objects: Iterable[Object], ids: Mapping[str, str]) -> None:
        rendered = [item for item in objects if item.group in (EC2, EKS)]
        self._groups = {item.name: item for item in rendered if item.kind == "SecurityGroup"}
        self._by_name = {item.spec["name"]: item.name for item in self._groups.values()}
        blocks = {item.name: str(item.spec["cidrBlock"]) for item in rendered if item.kind == "Subnet"}
        templates = {
            item.spec["name"]: frozenset(ids.get(id_, id_) for id_ in item.spec["data"].get("securityGroupIDs", []))
            for item in rendered
            if item.kind == "LaunchTemplate"
        }
        pools = [_pool(item, templates, blocks) for item in rendered if (item.group, item.kind) == (EKS, "Nodegroup")]
        self.pools = tuple(pool for pool in pools if pool.worn.groups)
        self.api_server = next((self._of_cluster(item) for item in rendered if _is_cluster(item)), None)

    def _of_cluster(self, item: Object) -> Worn:
        references = item.spec["resourcesVPCConfig"].get("securityGroupRefs", [])
        return Worn("the API server", frozenset(entry["from"]["name"] for entry in references), ())

    def refusing(self, flow: Flow) -> Iterator[tuple[Object, Worn, Worn]]:
        """Groups of the target none of which admits a flow: one of them, with who sends from where to where."""
        for source in self._worn(flow.source, flow):
            for target in self._worn(flow.target, flow):
                groups = [self._groups[name] for name in sorted(target.groups) if name in self._groups]
                if groups and not any(_admits(group, source, flow) for group in groups):
                    yield groups[0], source, target

    def _worn(self, end: End, flow: Flow) -> list[Worn]:
        if isinstance(end, Pods):
            return [pool.worn for pool in self.pools if pool.takes(end)]
        if end is API_SERVER or (end is INSIDE and flow.port == API_PORT):
            return [self.api_server] if self.api_server is not None else []
        if end in (INTERNET, ANYWHERE) or flow.port == OTHER_API_PORT or not self.pools:
            return []
        if end is INSIDE:
            return [pool.worn for pool in self.pools]
        return [Worn(str(end), self._of_balancer(flow), (end.cidr,))] if end is flow.source else []

    def _of_balancer(self, flow: Flow) -> frozenset[str]:
        """Groups that the object behind a flow gives its load balancer."""
        listed = _annotations(flow.at[0].document) if flow.at is not None else []
        return frozenset(self._by_name.get(name.strip(), name.strip()) for text in listed for name in text.split(","))


def _pool(item: Object, templates: Mapping[str, frozenset[str]], blocks: Mapping[str, str]) -> Pool:
    names = [entry["from"]["name"] for entry in item.spec.get("subnetRefs", [])]
    groups = templates.get((item.spec.get("launchTemplate") or {}).get("name", ""), frozenset())
    taints = [
        {"key": taint["key"], "value": taint.get("value", ""), "effect": EFFECTS[taint["effect"]]}
        for taint in item.spec.get("taints", [])
        if taint["effect"] in EFFECTS
    ]
    worn = Worn(f"nodes of pool {item.name}", groups, tuple(blocks[name] for name in names if name in blocks))
    return Pool(worn, item.spec.get("labels", {}), tuple(taints))


def _is_cluster(item: Object) -> bool:
    return (item.group, item.kind) == (EKS, "Cluster")


def _admits(group: Object, source: Worn, flow: Flow) -> bool:
    return any(
        _has_port(rule, flow.port, flow.protocol) and _is_source(rule, group.name, source)
        for rule in group.spec.get("ingressRules", [])
    )


def _has_port(rule: Mapping[str, Any], port: int | None, protocol: str) -> bool:
    if rule["ipProtocol"] == "-1":
        return True
    return bool(rule["ipProtocol"] == protocol.lower() and rule["fromPort"] <= (port or 0) <= rule["toPort"])


def _is_source(rule: Mapping[str, Any], own: str, source: Worn) -> bool:
    pairs = rule.get("userIDGroupPairs", [])
    named = {pair["groupRef"]["from"]["name"] if "groupRef" in pair else own for pair in pairs}
    ranges = [entry["cidrIP"] for entry in rule.get("ipRanges", [])]
    covered = bool(source.blocks) and all(any(holds(outer, block) for outer in ranges) for block in source.blocks)
    return bool(named & source.groups) or covered


def _annotations(document: Mapping[str, Any]) -> list[str]:
    """Values of the annotations that give a load balancer its groups, wherever an object carries them."""
    found: list[str] = []
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            found += [item for key, item in value.items() if str(key).endswith(GROUPS_OF_BALANCERS)]
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found

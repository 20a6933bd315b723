"""The network of a VPC at Google, as the reachability gate asks for it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.reachability.cloud import Cloud, OfKind, Surroundings
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.flows import INTERNET, Flow
from groundplan.checks.reachability.network import Block, End
from groundplan.checks.reachability.pods import Pods
from groundplan.errors import Finding
from groundplan.platforms.gcp.effect.grants import CONTAINER, IAM, account_in, holder_of

COMPUTE = "compute.cnrm.cloud.google.com"

METADATA = Block("169.254.169.254/32", "the metadata server of the node")
"""Where GKE hands out credentials. See
https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity#metadata_server ."""


EXCHANGE = "https://sts.googleapis.com"
"""In its place where the pod has a token itself: it is exchanged on the Internet."""

_REGISTRY = re.compile(r"^([a-z]+-[a-z]+[0-9]+)-docker\.pkg\.dev$")


class GcpNetwork(Cloud):
    """Subnets of the cluster, firewall rules by tag and range, and the server that hands out credentials."""

    def surroundings(self, objects: Sequence[Object]) -> Surroundings:
        """Balancers pass packets through and stand in no subnet; inside ones take addresses of the cluster's."""
        subnets = [item for item in objects if (item.group, item.kind) == (COMPUTE, "ComputeSubnetwork")]
        blocks = [str(item.spec["ipCidrRange"]) for item in subnets if item.spec.get("secondaryIpRange")]
        on_gke = any((item.group, item.kind) == (CONTAINER, "ContainerCluster") for item in objects)
        accounts = {
            account
            for item in objects
            if (item.group, item.kind) == (IAM, "IAMPolicyMember")
            and (account := account_in(holder_of(str(item.spec.get("member", ""))))) is not None
        }
        agents = dict.fromkeys(accounts, METADATA.cidr if on_gke else EXCHANGE)
        return Surroundings(internal=tuple(blocks), agents=agents)

    def identities(self, cluster: Cluster) -> Iterator[Flow]:
        """Pods that some right names ask the server of their node, and then the service that the right is for."""
        for pods in cluster.pods:
            agent = cluster.around.agents.get((pods.namespace, pods.account))
            if agent == METADATA.cidr:
                yield Flow(pods, METADATA, 80, "its credentials are handed out on the node")
            if agent in (METADATA.cidr, EXCHANGE):
                yield Flow(pods, INTERNET, 443, "its rights are for services of Google's")

    def keeps_images(self, of: OfKind, registry: str) -> frozenset[str] | None:
        """A registry's name says its region; what is copied to another is asked by another name."""
        found = _REGISTRY.search(registry)
        return frozenset({found[1]}) if found is not None else None

    def refused(
        self,
        inventory: Inventory,
        cluster: str,
        own: Sequence[Object],
        flows: Iterable[Flow],
        assigned: Mapping[str, str],
    ) -> Iterator[Finding]:
        """Flows from outside the nodes, or between them, that no firewall rule admits."""
        rules = [item for item in own if (item.group, item.kind) == (COMPUTE, "ComputeFirewall")]
        if not rules:
            return
        inside = node_blocks(own)
        seen: set[tuple[str, int]] = set()
        for flow in flows:
            if not flow.required or flow.port is None or not isinstance(flow.target, Pods):
                continue
            for source in _blocks(flow.source, inside):
                key = (source, flow.port)
                if key in seen or admits(rules, source, flow.port, flow.protocol):
                    continue
                seen.add(key)
                item = _last(rules)
                message = f"refuses {source} the way to nodes on port {flow.port}, but {flow.why}"
                advice = "let a rule before it allow that"
                yield inventory.finding(item, ("spec",), "reachability.firewall", message, advice)


def node_blocks(objects: Iterable[Object]) -> list[str]:
    """Blocks of the nodes' subnet and of their pods: packets between nodes come from either."""
    found: list[str] = []
    for item in objects:
        if (item.group, item.kind) == (COMPUTE, "ComputeSubnetwork") and item.spec.get("secondaryIpRange"):
            found.append(str(item.spec["ipCidrRange"]))
            found += [str(e["ipCidrRange"]) for e in item.spec["secondaryIpRange"] if e["rangeName"] == "pods"]
    return found


def _blocks(end: End, nodes: Sequence[str]) -> Sequence[str]:
    if isinstance(end, Pods):
        return nodes
    return (end.cidr,) if end.is_subnet else ()


def admits(rules: Iterable[Object], source: str, port: int, protocol: str) -> bool:
    """Whether the first rule that speaks of it allows it; a network refuses what no rule speaks of."""
    for item in sorted(rules, key=lambda rule: int(rule.spec.get("priority", 1000))):
        spec = item.spec
        if spec.get("direction", "INGRESS") != "INGRESS" or not _from(spec, source):
            continue
        for word in ("deny", "allow"):
            if any(_speaks(entry, port, protocol) for entry in spec.get(word) or []):
                return word == "allow"
    return False


def _from(spec: Mapping[str, Any], source: str) -> bool:
    wanted = ipaddress.ip_network(source)
    return any(wanted.subnet_of(ipaddress.ip_network(block)) for block in spec.get("sourceRanges") or ["0.0.0.0/0"])  # type: ignore[arg-type]


def _speaks(entry: Mapping[str, Any], port: int, protocol: str) -> bool:
    if entry.get("protocol") not in ("all", protocol.lower()):
        return False
    ranges = [str(text).partition("-") for text in entry.get("ports") or ["0-65535"]]
    return any(int(first) <= port <= int(last or first) for first, _, last in ranges)


def _last(rules: Sequence[Object]) -> Object:
    return max(rules, key=lambda rule: int(rule.spec.get("priority", 1000)))


READER = GcpNetwork

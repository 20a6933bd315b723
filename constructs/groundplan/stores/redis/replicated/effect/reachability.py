"""What servers of a Redis that take over from each other ask of each other, and who copies them; of clusters too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundplan.checks.reachability.cloud import Cloud
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.flows import Flow
from groundplan.checks.reachability.pods import Pods

BUS = 10_000
"""What members of a cluster add to their port, to speak to each other on."""


class Members(Cloud):
    """Whoever is told `MEMBERS` asks each of them."""

    def followed(self, cluster: Cluster, hosts: Mapping[str, tuple[str, ...]]) -> Iterator[Flow]:
        """Servers ask each other, sentinels too, and a copy is asked of the servers; `hosts` are other clusters'."""
        for pods in cluster.pods:
            told = _told(pods)
            if pods.origin is None or "MEMBERS" not in told:
                continue
            for namespace, name in sorted({_of(host) for host in told["MEMBERS"].split()}):
                for target in cluster.workload(namespace, name):
                    for port in _ports(told):
                        yield Flow(pods, target, port, f"{pods} is told that {target} is a member")


def _told(pods: Pods) -> dict[str, str]:
    spec = pods.template.get("spec") or {}
    containers = [*spec.get("initContainers", []), *spec.get("containers", [])]
    return {entry["name"]: entry["value"] for one in containers for entry in one.get("env", []) if "value" in entry}


def _of(host: str) -> tuple[str, str]:
    """Namespace and StatefulSet of a member's name: `<set>-<number>.<service>.<namespace>.svc...`."""
    pod, _, namespace = host.split(".")[:3]
    return namespace, pod.rpartition("-")[0]


def _ports(told: Mapping[str, str]) -> Iterator[int]:
    yield int(told["PORT"])
    if "SENTINEL_PORT" in told:
        yield int(told["SENTINEL_PORT"])
    if "SHARDS" in told:
        yield int(told["PORT"]) + BUS


READER = Members

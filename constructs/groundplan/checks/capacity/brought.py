"""Demands of what upstream charts bring, from their recorded facts, and of what the platform runs by itself."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.chart_facts import ChartFacts
from groundplan.chart_facts.pods import Pod
from groundplan.checks.capacity.demand import Bounds, Demand, limited, placed, requested, share, unsaid
from groundplan.checks.inventory import Object
from groundplan.kubernetes.namespaces import KUBE_SYSTEM
from groundplan.platforms.nodes import Nodes

BLOCKS = ("ReadWriteOnce", "ReadWriteOncePod")


def brought_demands(application: Object, chart: str, facts: ChartFacts) -> Iterator[Demand]:
    """Pods of one chart."""
    for pod in facts.pods:
        counts = facts.replicas(pod)
        if counts == (0, 0):
            continue
        yield _demand(application, chart, pod, counts)


def _demand(application: Object, chart: str, pod: Pod, counts: tuple[int, int] | None) -> Demand:
    containers = [
        Bounds(item.requests, item.limits, initial=item.initial and not item.sidecar) for item in pod.containers
    ]
    least, most = counts or (1, 1)
    passing = pod.kind in ("Job", "CronJob") or bool(pod.hook)
    where = {
        "nodeSelector": pod.node_selector,
        "tolerations": pod.tolerations,
        "affinity": pod.affinity,
        "topologySpreadConstraints": pod.spread,
    }
    return Demand(
        name=f"{pod.kind} {pod.name} of {chart}",
        namespace=pod.namespace,
        item=application,
        each=requested(containers),
        limits=limited(containers),
        unlimited=unsaid(containers),
        least=0 if passing else least,
        most=most,
        extra=_extra(pod, least),
        surge=_surge(pod, most),
        per_node=counts is None,
        host_network=pod.host_network,
        volumes=tuple(claim.size for claim in pod.claims if set(claim.modes) & set(BLOCKS)),
        labels=pod.labels,
        **placed(where),
    )


def _extra(pod: Pod, pods: int) -> int:
    """Pods without which a new version never comes: none where an old one may go first."""
    if pod.kind != "Deployment" or pod.strategy.get("type") == "Recreate" or not pods:
        return 0
    return 0 if share(pod.strategy.get("maxUnavailable", "25%"), pods, up=False) else 1


def _surge(pod: Pod, pods: int) -> int:
    if pod.kind != "Deployment" or pod.strategy.get("type") == "Recreate":
        return 0
    return share(pod.strategy.get("maxSurge", "25%"), pods, up=True)


def platform_demands(nodes: Nodes) -> Iterator[Demand]:
    """What the platform runs."""
    for pods in nodes.pods:
        yield Demand(
            name=pods.name,
            namespace=KUBE_SYSTEM,
            each=pods.each,
            least=pods.count or 1,
            most=pods.count or 1,
            per_node=pods.count is None,
            host_network=pods.host_network,
            selector=pods.labels,
            # what is on each node is there whatever the nodes are tainted with
            tolerations=({"operator": "Exists"},) if pods.count is None else (),
        )

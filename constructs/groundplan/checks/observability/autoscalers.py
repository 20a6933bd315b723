"""Autoscalers and what they read: a metric that is served, and an alert for when they see nothing.

See https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ .
"""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Object
from groundplan.checks.observability.asked import Query, custom_metrics
from groundplan.checks.observability.promql import selectors
from groundplan.checks.observability.routes import Found
from groundplan.checks.reachability.cluster import Cluster

BLIND = "kube_horizontalpodautoscaler_status_condition"
"""Series that says whether an autoscaler can compute how many pods there should be."""

LISTS = frozenset({"redis", "redis-cluster", "redis-sentinel"})
"""Triggers of KEDA that count a list, from which whoever takes a message removes it."""

SCALES_DOWN_AFTER = 300
"""Seconds for which Kubernetes remembers the highest count, where nobody says."""


def unserved(cluster: Cluster) -> Iterator[Found]:
    """Custom metrics that no adapter of the cluster serves."""
    served = {name for item in cluster.of_kind("argoproj.io", "Application") for _, name, _ in custom_metrics(item)}
    for item in cluster.of_kind("autoscaling", "HorizontalPodAutoscaler"):
        for m, metric in enumerate(item.spec.get("metrics", [])):
            name = metric.get(str(metric.get("type", "")).lower(), {}).get("metric", {}).get("name")
            if name is not None and name not in served:
                message = f"scales on `{name}`, which nothing serves to autoscalers"
                advice = f"serve one of: {', '.join(sorted(served)) or 'none is served'}"
                yield item, ("spec", "metrics", m), "unserved", message, advice


def unread(cluster: Cluster) -> Iterator[Found]:
    """Metrics that an adapter serves and no autoscaler reads are computed for nobody."""
    read = {
        metric.get(str(metric.get("type", "")).lower(), {}).get("metric", {}).get("name")
        for item in cluster.of_kind("autoscaling", "HorizontalPodAutoscaler")
        for metric in item.spec.get("metrics", [])
    }
    for item in cluster.of_kind("argoproj.io", "Application"):
        for path, name, _ in custom_metrics(item):
            if read and name not in read:
                yield item, path, "unread", f"serves `{name}`, which no autoscaler reads", "remove it"


def blind(cluster: Cluster, alerts: list[Query]) -> Iterator[Found]:
    """Autoscalers whose measure may be missing without anybody hearing of it."""
    watched = {
        (selector.pinned("namespace"), selector.pinned("horizontalpodautoscaler"))
        for query in alerts
        for selector in selectors(query.text)
        if selector.series == BLIND and selector.pinned("condition") == "ScalingActive"
    }
    for item, name in _autoscalers(cluster):
        if not any(place in (None, item.namespace) and told in (None, name) for place, told in watched):
            message = "no alert says when it finds no measure: it then never scales down, or not at all"
            yield item, ("spec",), "blind", message, f"alert on {BLIND} of ScalingActive"


def forgetful(cluster: Cluster) -> Iterator[Found]:
    """Lists that count what waits alone, followed by pods that work on what they took for longer than it is remembered.

    A list is empty as soon as the last message is taken; the pods go that still work on theirs.
    """
    for item in cluster.of_kind("keda.sh", "ScaledObject"):
        triggers = {str(trigger.get("type")) for trigger in item.spec.get("triggers", [])}
        if not triggers & LISTS or "prometheus" in triggers:
            continue
        behavior = item.spec.get("advanced", {}).get("horizontalPodAutoscalerConfig", {}).get("behavior", {})
        window = int(behavior.get("scaleDown", {}).get("stabilizationWindowSeconds", SCALES_DOWN_AFTER))
        for pods in cluster.workload(item.namespace, str(item.spec["scaleTargetRef"]["name"])):
            grace = int((pods.template.get("spec") or {}).get("terminationGracePeriodSeconds", 0))
            if grace > window:
                message = (
                    f"follows a list, which forgets what is taken, and scales in after {window} s; its pods work for up to "
                    f"{grace} s on what they took, and are sent away from it"
                )
                yield item, ("spec", "triggers"), "forgetful", message, "count what is worked on too: scaling.backlog"


def _autoscalers(cluster: Cluster) -> Iterator[tuple[Object, str]]:
    for item in cluster.of_kind("autoscaling", "HorizontalPodAutoscaler"):
        yield item, item.name
    for item in cluster.of_kind("keda.sh", "ScaledObject"):
        told = item.spec.get("advanced", {}).get("horizontalPodAutoscalerConfig", {}).get("name")
        yield item, told or f"keda-hpa-{item.name}"

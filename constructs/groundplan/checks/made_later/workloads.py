"""Pods, Jobs and autoscalers that Kubernetes' own controllers and KEDA make of what is rendered.

See https://kubernetes.io/docs/concepts/workloads/controllers/ and
https://keda.sh/docs/latest/reference/scaledobject-spec/ .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.made_later.owned import Json, owned

LEAST, MOST = 0, 100
"""Bounds of a ScaledObject that names none."""


def of_workload(item: Object, _: object) -> Iterator[Json]:
    """Its pods."""
    yield _pod(item, item.spec["template"])


def of_cron_job(item: Object, _: object) -> Iterator[Json]:
    """The Job of one run, and its pod."""
    spec = item.spec["jobTemplate"]["spec"]
    yield owned(item, "batch/v1", "Job", f"{item.name}-1", {"spec": spec})
    yield _pod(item, spec["template"])


def of_scaled_job(item: Object, _: object) -> Iterator[Json]:
    """The Job of one message, and its pod."""
    spec = item.spec["jobTargetRef"]
    yield owned(item, "batch/v1", "Job", f"{item.name}-1", {"spec": spec})
    yield _pod(item, spec["template"])


def of_scaled_object(item: Object, _: object) -> Iterator[Json]:
    """The autoscaler KEDA drives; zero replicas are KEDA's own work, so its lower bound is one at least."""
    least, most = item.spec.get("minReplicaCount", LEAST), item.spec.get("maxReplicaCount", MOST)
    spec = {"minReplicas": max(1, least), "maxReplicas": most, "scaleTargetRef": item.spec["scaleTargetRef"]}
    yield owned(item, "autoscaling/v2", "HorizontalPodAutoscaler", f"keda-hpa-{item.name}", {"spec": spec})


def _pod(item: Object, template: Mapping[str, Any]) -> Json:
    labels = template.get("metadata", {}).get("labels", {})
    return owned(item, "v1", "Pod", f"{item.name}-x", {"spec": template["spec"]}, labels)

"""Small clusters of stated nodes, and workloads that want to stand on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trees import a_context, an_environment, an_object, inventory, put

from groundplan.checks import capacity
from groundplan.checks.gate import Verdict

Json = dict[str, Any]


def judged(root: Path, **nodes: Json) -> Verdict:
    """The gate's verdict on what was put below `root`, on nodes by the name of their group."""
    return capacity.run(inventory(root), a_context(root, stated(**nodes)))


def stated(zones: tuple[str, ...] = ("a",), **nodes: Json) -> Any:
    return an_environment(platform={"existing": {"region": "here", "zones": list(zones), "nodes": nodes}})


def messages(verdict: Verdict) -> list[str]:
    return [str(finding) for finding in verdict.findings]


def rules(verdict: Verdict) -> set[str]:
    return {finding.rule for finding in verdict.findings}


def a_pod(cpu: str = "500m", memory: str = "256Mi", *, resources: Json | None = None, **spec: Any) -> Json:
    asked = {"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": "1", "memory": "1Gi"}}
    container = {"name": "main", "image": "shop/web:1", "resources": asked if resources is None else resources}
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container], **spec}}


def a_deployment(name: str = "web", replicas: int = 1, *, pod: Json | None = None, **spec: Any) -> Json:
    body = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": pod or a_pod(), **spec}
    return an_object("Deployment", name, "apps/v1", spec=body)


def apart(key: str = "kubernetes.io/hostname") -> Json:
    term = {"topologyKey": key, "labelSelector": {"matchLabels": {"app": "web"}}}
    return {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}


def an_autoscaler(name: str, least: int, most: int, kind: str = "Deployment") -> Json:
    target = {"apiVersion": "apps/v1", "kind": kind, "name": name}
    spec = {"minReplicas": least, "maxReplicas": most, "scaleTargetRef": target}
    return an_object("HorizontalPodAutoscaler", name, "autoscaling/v2", spec=spec)


def put_all(root: Path, *documents: Json) -> None:
    for document in documents:
        put(root, document)

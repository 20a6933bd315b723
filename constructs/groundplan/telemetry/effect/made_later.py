"""What Elastic's operator makes of its objects: pods, Services and budgets.

See https://github.com/elastic/cloud-on-k8s/tree/main/pkg/controller for the containers it adds and the contexts they
run in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.made_later.around import Around
from groundplan.checks.made_later.owned import Json, owned

SEARCH_LABEL = "elasticsearch.k8s.elastic.co/cluster-name"
PARSER_LABEL = "logstash.k8s.elastic.co/name"
VIEWER_LABEL = "kibana.k8s.elastic.co/name"

CONTEXT: Mapping[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "privileged": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
}
"""Of every container that is told nothing else."""

SMALL = {"cpu": "100m", "memory": "50Mi"}
"""What prepares the files of a pod asks for, and may take."""


def of_elasticsearch(item: Object, _: Around) -> Iterator[Json]:
    """Its pods, a set for each list of nodes; Services of the cluster and of each set; one budget."""
    labels = {SEARCH_LABEL: item.name, "common.k8s.elastic.co/type": "elasticsearch"}
    for nodes in item.spec.get("nodeSets", []):
        name = f"{item.name}-es-{nodes['name']}"
        before = ("elastic-internal-init-filesystem", "elastic-internal-suspend")
        spec = _pod_spec(item, nodes.get("podTemplate") or {}, "elasticsearch", (9200, 9300), before)
        template = {"metadata": {"labels": {**labels, **_labels(nodes.get("podTemplate") or {})}}, "spec": spec}
        body = {"spec": {"replicas": nodes.get("count", 1), "serviceName": name, "template": template}}
        yield owned(item, "apps/v1", "StatefulSet", name, body, labels)
        yield owned(item, "v1", "Pod", f"{name}-0", {"spec": spec}, template["metadata"]["labels"])
        yield _service(item, name, 9200, labels)
    for suffix, port in (("es-http", 9200), ("es-internal-http", 9200), ("es-transport", 9300)):
        yield _service(item, f"{item.name}-{suffix}", port, labels)
    budget = (item.spec.get("podDisruptionBudget") or {}).get("spec")
    if budget:
        yield owned(item, "policy/v1", "PodDisruptionBudget", f"{item.name}-es-default", {"spec": budget}, labels)


def of_kibana(item: Object, _: Around) -> Iterator[Json]:
    """Its Deployment with its pods, and one Service."""
    labels = {VIEWER_LABEL: item.name, "common.k8s.elastic.co/type": "kibana"}
    told = item.spec.get("podTemplate") or {}
    spec = _pod_spec(item, told, "kibana", (5601,), ("elastic-internal-init",))
    template = {"metadata": {"labels": {**labels, **_labels(told)}}, "spec": spec}
    body = {"spec": {"replicas": item.spec.get("count", 1), "template": template}}
    yield owned(item, "apps/v1", "Deployment", f"{item.name}-kb", body, labels)
    yield owned(item, "v1", "Pod", f"{item.name}-kb-x", {"spec": spec}, template["metadata"]["labels"])
    yield _service(item, f"{item.name}-kb-http", 5601, labels)


def of_logstash(item: Object, _: Around) -> Iterator[Json]:
    """Its pods; a Service for how it is, and one for each that is written."""
    labels = {PARSER_LABEL: item.name, "common.k8s.elastic.co/type": "logstash"}
    told = item.spec.get("podTemplate") or {}
    spec = _pod_spec(item, told, "logstash", (9600,), ("logstash-internal-init-config",), {"privileged": False})
    template = {"metadata": {"labels": {**labels, **_labels(told)}}, "spec": spec}
    body = {"spec": {"replicas": item.spec.get("count", 1), "serviceName": f"{item.name}-ls-api", "template": template}}
    yield owned(item, "apps/v1", "StatefulSet", f"{item.name}-ls", body, labels)
    yield owned(item, "v1", "Pod", f"{item.name}-ls-0", {"spec": spec}, template["metadata"]["labels"])
    yield _service(item, f"{item.name}-ls-api", 9600, labels)
    for service in item.spec.get("services", []):
        said = {"selector": labels, **((service.get("service") or {}).get("spec") or {})}
        yield owned(item, "v1", "Service", f"{item.name}-ls-{service['name']}", {"spec": said}, labels)


def _labels(template: Mapping[str, Any]) -> Mapping[str, str]:
    return (template.get("metadata") or {}).get("labels") or {}


def _pod_spec(
    item: Object,
    template: Mapping[str, Any],
    main: str,
    numbers: tuple[int, ...],
    before: tuple[str, ...],
    first_context: Mapping[str, Any] = CONTEXT,
) -> Json:
    """What is told, completed as the operator completes it; containers that it adds are told by their names."""
    told = dict(template.get("spec") or {})
    own = next((one for one in told.get("containers", []) if one["name"] == main), {"name": main})
    early = {one["name"]: one for one in told.get("initContainers", [])}
    image = item.spec.get("image", "")
    ports = [{"containerPort": number} for number in numbers]
    ready = {"tcpSocket": {"port": numbers[0]}}
    container = {"image": image, "ports": ports, "securityContext": CONTEXT, "readinessProbe": ready, **own}
    small = {"requests": SMALL, "limits": SMALL}
    first = [
        {"name": name, "image": image, "securityContext": first_context, "resources": small, **early.get(name, {})}
        for name in before
    ]
    return {**told, "initContainers": first, "containers": [container]}


def _service(item: Object, name: str, port: int, labels: Mapping[str, str]) -> Json:
    spec = {"type": "ClusterIP", "selector": dict(labels), "ports": [{"port": port, "targetPort": port}]}
    return owned(item, "v1", "Service", name, {"spec": spec}, labels)


MAKERS = {
    ("elasticsearch.k8s.elastic.co", "Elasticsearch"): of_elasticsearch,
    ("kibana.k8s.elastic.co", "Kibana"): of_kibana,
    ("logstash.k8s.elastic.co", "Logstash"): of_logstash,
}

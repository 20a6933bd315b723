"""What pods that Elastic's operator makes ask of nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.checks.capacity.demand import Bounds, Defaults, Demand, limited, placed, requested, unsaid
from groundplan.checks.inventory import Object

PREPARES = {"cpu": "100m", "memory": "50Mi"}
"""What the container asks for that prepares a pod's files before the others start."""


def of_elasticsearch(item: Object, defaults: Defaults) -> Demand:
    """Nodes of Elasticsearch; where there are several sets, as many as all together of what the largest asks."""
    sets = item.spec.get("nodeSets") or [{}]
    first = sets[0]
    labels = {"elasticsearch.k8s.elastic.co/cluster-name": item.name}
    count = sum(int(nodes.get("count", 1)) for nodes in sets)
    path = ("spec", "nodeSets", 0, "count")
    return _demand(item, first.get("podTemplate") or {}, count, 0, labels, path, _claims(first), defaults)


def of_kibana(item: Object, defaults: Defaults) -> Demand:
    """Pods of Kibana; a new version comes one pod at a time beside the old ones."""
    labels = {"kibana.k8s.elastic.co/name": item.name}
    count = int(item.spec.get("count", 1))
    return _demand(item, item.spec.get("podTemplate") or {}, count, 1, labels, ("spec", "count"), [], defaults)


def of_logstash(item: Object, defaults: Defaults) -> Demand:
    """Pods of Logstash, each with the volumes that it claims."""
    labels = {"logstash.k8s.elastic.co/name": item.name}
    count = int(item.spec.get("count", 1))
    template = item.spec.get("podTemplate") or {}
    return _demand(item, template, count, 0, labels, ("spec", "count"), _claims(item.spec), defaults)


def _claims(spec: Mapping[str, Any]) -> list[str]:
    return [claim["spec"]["resources"]["requests"]["storage"] for claim in spec.get("volumeClaimTemplates", [])]


def _demand(
    item: Object,
    template: Mapping[str, Any],
    count: int,
    surge: int,
    labels: Mapping[str, str],
    path: tuple[str | int, ...],
    claims: list[str],
    defaults: Defaults,
) -> Demand:
    spec = template.get("spec") or {}
    told = ((one.get("resources") or {}) for one in spec.get("containers", []))
    bounds = [Bounds(one.get("requests") or {}, one.get("limits") or {}) for one in told]
    bounds.append(Bounds(PREPARES, PREPARES, initial=True))
    more = (template.get("metadata") or {}).get("labels") or {}
    return Demand(
        name=f"{item.kind} {item.name}",
        namespace=item.namespace,
        item=item,
        path=path,
        each=requested(bounds, defaults),
        limits=limited(bounds, defaults),
        unlimited=unsaid(bounds, defaults),
        least=count,
        most=count,
        extra=surge if count == 1 else 0,
        surge=surge,
        labels={**labels, **more},
        volumes=tuple(map(str, claims)),
        **placed(spec),
    )


READERS = {
    ("elasticsearch.k8s.elastic.co", "Elasticsearch"): of_elasticsearch,
    ("kibana.k8s.elastic.co", "Kibana"): of_kibana,
    ("logstash.k8s.elastic.co", "Logstash"): of_logstash,
}

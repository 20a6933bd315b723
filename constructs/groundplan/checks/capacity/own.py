"""Demands of rendered objects: workloads, what operators make pods of, and Jobs that somebody starts from a template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from groundplan.checks.capacity.demand import (
    Bounds,
    Defaults,
    Demand,
    Json,
    limited,
    placed,
    requested,
    share,
    unsaid,
)
from groundplan.checks.effects import effects
from groundplan.checks.inventory import Object
from groundplan.checks.made_later import made_later
from groundplan.checks.made_later.templates import job_templates

COUNTED = {("apps", "Deployment"), ("apps", "StatefulSet"), ("argoproj.io", "Rollout")}
MADE = {"Issuer": "Pod", "ClusterIssuer": "Pod", "Cluster": "Job"}
"""Kinds of which a controller makes pods that end by themselves: to answer an authority, to set up an instance."""

BLOCKS = ("ReadWriteOnce", "ReadWriteOncePod")
JOBS_QUOTA = "count/jobs.batch"

Counts = Mapping[tuple[str, str, str], tuple[int, int]]
"""(namespace, kind, name) of a workload to its pods at least and at most."""


def own_demands(objects: Sequence[Object], taken_over: Counts) -> Iterator[Demand]:
    """Everything the rendered objects of one cluster make pods of.

    Args:
        objects: the objects.
        taken_over: counts of workloads that wait at zero, as they are once they have taken over.
    """
    counts, given, jobs = scaled(objects), defaults_of(objects), _jobs_allowed(objects)
    for item in objects:
        found = _readers().get((item.group, item.kind))
        if found is not None:
            defaults = given.get(item.namespace, Defaults())
            asked = found(item, defaults)
            key = (item.namespace, item.kind, item.name)
            for demand in (asked,) if isinstance(asked, Demand) else asked:
                yield _counted(demand, item, taken_over.get(key) or counts.get(key))
        elif (item.group, item.kind) == ("", "ConfigMap"):
            yield from _templates(item, given, jobs)
        if item.kind in MADE:
            yield from _made(item, given)


def scaled(objects: Iterable[Object]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Pods at least and at most of every workload that an autoscaler counts."""
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    for item in objects:
        if item.kind == "HorizontalPodAutoscaler" and item.group == "autoscaling":
            spec, least, most = item.spec, item.spec.get("minReplicas", 1), item.spec["maxReplicas"]
        elif item.kind == "ScaledObject" and item.group == "keda.sh":
            spec, least, most = item.spec, item.spec.get("minReplicaCount", 0), item.spec.get("maxReplicaCount", 100)
        else:
            continue
        target = spec["scaleTargetRef"]
        found[item.namespace, str(target.get("kind", "Deployment")), str(target["name"])] = (int(least), int(most))
    return found


def counts_of(objects: Iterable[Object]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Pods at least and at most of every workload among `objects`, by an autoscaler or by itself."""
    items = list(objects)
    found = {
        (item.namespace, item.kind, item.name): (int(item.spec.get("replicas", 1)),) * 2
        for item in items
        if (item.group, item.kind) in COUNTED
    }
    return {**found, **scaled(items)}


def defaults_of(objects: Iterable[Object]) -> dict[str, Defaults]:
    """What the LimitRanges of each namespace give."""
    return {
        item.namespace: Defaults(entry.get("defaultRequest") or {}, entry.get("default") or {})
        for item in objects
        if (item.group, item.kind) == ("", "LimitRange")
        for entry in item.spec.get("limits", ())
        if entry.get("type") == "Container"
    }


def containers_of(spec: Json) -> list[Bounds]:
    """The containers of a pod; one that starts first and stays counts like the others."""
    return [
        Bounds(
            (container.get("resources") or {}).get("requests") or {},
            (container.get("resources") or {}).get("limits") or {},
            initial=first and container.get("restartPolicy") != "Always",
        )
        for first, field in ((True, "initContainers"), (False, "containers"))
        for container in spec.get(field) or ()
    ]


def _fields(template: Json, defaults: Defaults) -> dict[str, Any]:
    spec = template.get("spec") or {}
    containers = containers_of(spec)
    return {
        "each": requested(containers, defaults),
        "limits": limited(containers, defaults),
        "unlimited": unsaid(containers, defaults),
        "host_network": bool(spec.get("hostNetwork")),
        "labels": (template.get("metadata") or {}).get("labels") or {},
        **placed(spec),
    }


def _counted(demand: Demand, item: Object, counts: tuple[int, int] | None) -> Demand:
    if (item.group, item.kind) not in COUNTED:
        return demand
    replicas = int(item.spec.get("replicas", 1))
    least, most = counts or (replicas, replicas)
    return _with(demand, least=least, most=most, extra=_extra(item, least), surge=_surge(item, most))


def _with(demand: Demand, **changes: Any) -> Demand:
    return Demand(**{**{name: getattr(demand, name) for name in Demand.__dataclass_fields__}, **changes})


def _extra(item: Object, pods: int) -> int:
    """Pods without which a new version never comes: none where an old one may go first."""
    if item.kind == "StatefulSet" or not pods:
        return 0
    strategy = item.spec.get("strategy") or {}
    if item.kind == "Rollout":
        if "blueGreen" in strategy:
            return int((strategy["blueGreen"] or {}).get("previewReplicaCount") or pods)
        canary = strategy.get("canary") or {}
        if "trafficRouting" in canary and not canary.get("dynamicStableScale"):
            return pods
        return _one_more(canary, pods)
    if strategy.get("type") == "Recreate":
        return 0
    return _one_more(strategy.get("rollingUpdate") or {}, pods)


def _one_more(update: Json, pods: int) -> int:
    return 0 if share(update.get("maxUnavailable", "25%"), pods, up=False) else 1


def _surge(item: Object, pods: int) -> int:
    strategy = item.spec.get("strategy") or {}
    if item.kind == "StatefulSet" or strategy.get("type") == "Recreate":
        return 0
    if "blueGreen" in strategy or "trafficRouting" in (strategy.get("canary") or {}):
        return pods
    update = strategy.get("rollingUpdate") or strategy.get("canary") or {}
    return share(update.get("maxSurge", "25%"), pods, up=True)


def _workload(item: Object, defaults: Defaults) -> Demand:
    return Demand(
        name=str(item),
        namespace=item.namespace,
        item=item,
        path=("spec", "replicas"),
        volumes=tuple(_claims(item.spec)),
        **_fields(item.spec["template"], defaults),
    )


def _claims(spec: Json) -> Iterator[str]:
    for claim in spec.get("volumeClaimTemplates") or ():
        if set(claim["spec"].get("accessModes", ())) & set(BLOCKS):
            yield str(claim["spec"]["resources"]["requests"]["storage"])


def _daemon(item: Object, defaults: Defaults) -> Demand:
    return Demand(
        name=str(item), namespace=item.namespace, item=item, per_node=True, **_fields(item.spec["template"], defaults)
    )


def _job(item: Object, defaults: Defaults) -> Demand:
    return Demand(
        name=str(item), namespace=item.namespace, item=item, least=0, **_fields(item.spec["template"], defaults)
    )


def _cron_job(item: Object, defaults: Defaults) -> Demand:
    fields = _fields(item.spec["jobTemplate"]["spec"]["template"], defaults)
    return Demand(name=str(item), namespace=item.namespace, item=item, least=0, **fields)


_READERS: Mapping[tuple[str, str], Callable[[Object, Defaults], Demand]] = {
    ("apps", "Deployment"): _workload,
    ("apps", "StatefulSet"): _workload,
    ("apps", "DaemonSet"): _daemon,
    ("argoproj.io", "Rollout"): _workload,
    ("batch", "Job"): _job,
    ("batch", "CronJob"): _cron_job,
}


Reader = Callable[[Object, Defaults], Demand | Iterable[Demand]]
"""Tells what an object makes pods of: one workload, or several."""


@cache
def _readers() -> Mapping[tuple[str, str], Reader]:
    """Those, and what the operators of stores are known to make."""
    return {**_READERS, **{kind: read for module in effects("demand") for kind, read in module.READERS.items()}}


def _jobs_allowed(objects: Iterable[Object]) -> dict[str, int]:
    """Jobs that a quota lets each namespace have at once."""
    return {
        item.namespace: int(item.spec["hard"][JOBS_QUOTA])
        for item in objects
        if (item.group, item.kind) == ("", "ResourceQuota") and JOBS_QUOTA in item.spec.get("hard", {})
    }


def _templates(item: Object, given: Mapping[str, Defaults], allowed: Mapping[str, int]) -> Iterator[Demand]:
    """Jobs that a service starts from the text of a ConfigMap, as many as the quota of their namespace lets in."""
    for key, job in job_templates(item):
        namespace = str(job["metadata"].get("namespace", item.namespace))
        yield Demand(
            name=f"Job of {item}",
            namespace=namespace,
            item=item,
            path=("data", key),
            least=0,
            most=allowed.get(namespace, 1),
            **_fields(job["spec"]["template"], given.get(namespace, Defaults())),
        )


def _made(item: Object, given: Mapping[str, Defaults]) -> Iterator[Demand]:
    for made in made_later(item):
        if made["kind"] == MADE[item.kind]:
            namespace = str(made["metadata"].get("namespace", ""))
            template = made["spec"]["template"] if made["kind"] == "Job" else made
            fields = _fields(template, given.get(namespace, Defaults()))
            name = f"{made['kind']} {made['metadata']['name']} of {item}"
            yield Demand(name=name, namespace=namespace, item=item, least=0, **fields)

"""Workloads: what their pods need to start, and whether there is room for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.checks.capacity.own import scaled
from groundplan.checks.capacity.placing import suits
from groundplan.checks.capacity.quotas import quota_findings
from groundplan.checks.capacity.world import Setting
from groundplan.checks.inventory import Object
from groundplan.checks.links import links
from groundplan.checks.selections import matches
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.delivery import brought
from groundplan.requirements.relations.secrets import made

NEEDED = frozenset({"ConfigMap", "PersistentVolumeClaim", "PriorityClass", "Secret", "ServiceAccount"})
"""Kinds without which a pod does not start, by what its template names."""


def runs(workload: str) -> bool:
    """Whether pods of a workload are delivered and start: at least one is meant to, and everything they name is there.

    Configuration, secrets with the whole way from the vault, the account, the priority, and claims of disks.
    """
    asked = current()
    found = [pods.origin for pods in asked.workloads(workload, "worker") if pods.origin is not None]
    if not found:
        return asked.no(f"there is no workload {workload} in {asked.ground.scope}")
    return all(starts(asked, item) for item in found)


def starts(asked: Asked, item: Object) -> bool:
    """Whether a workload is delivered, is meant to have pods, and finds what they name."""
    return _is_on(asked, item) and could_start(asked, item)


def could_start(asked: Asked, item: Object) -> bool:
    """The same of one that may wait at zero."""
    aside = asked.aside()
    good = _finds_all(asked, item) and brought(aside, item)
    for known, part in aside.trail if good else ():
        if part == "delivery":
            asked.through(known, "named")
    return good


def _is_on(asked: Asked, item: Object) -> bool:
    """Whether at least one pod is meant to run, and the workload owns the pods it makes."""
    spec = item.spec
    chosen = (spec.get("selector") or {}).get("matchLabels") or {}
    labels: Mapping[str, Any] = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if not matches(labels, chosen):
        return asked.no(f"{item} does not select the pods it makes")
    if item.kind == "CronJob":
        return not spec.get("suspend") or asked.no(f"{item} is suspended")
    cluster = asked.ground.cluster
    counters = [*cluster.of_kind("autoscaling", "HorizontalPodAutoscaler"), *cluster.of_kind("keda.sh", "ScaledObject")]
    counted = scaled(one for one in counters if one.namespace == item.namespace)
    least, _ = counted.get((item.namespace, item.kind, item.name), (int(spec.get("replicas", 1)), 0))
    return (least > 0 and spec.get("replicas") != 0) or asked.no(f"{item} is meant to have no pods")


def _finds_all(asked: Asked, item: Object) -> bool:
    for link in links(item.document):
        target = link.target
        if link.optional or target.kind not in NEEDED:
            continue
        drawn = made(asked, target.namespace, target.name, link.part) if target.kind == "Secret" else None
        if drawn is not None:
            if not drawn:
                return False
        elif not asked.ground.holds(target, link.part):
            return asked.no(f"{item} names {target}, which is not there")
        else:
            asked.through(asked.ground.world.find(item.cluster, *target), "named")
    return True


def fits(workload: str) -> bool:
    """Whether every pod of a workload or database finds a node: at rest, at its maximum, in a new version, with a zone gone.

    Quotas of its namespace let all of it in too.
    """
    asked = current()
    ground = asked.ground
    setting = ground.setting
    mine = [
        demand
        for demand in setting.demands
        if demand.item is not None
        and (demand.namespace, demand.item.name) == (ground.environment.namespace, workload)
        and demand.name == str(demand.item)
    ]
    if not mine or setting.nodes is None:
        return asked.no(f"there is no workload {workload}" if not mine else "nobody says what nodes there are")
    if not any(demand.most for demand in mine):
        return asked.no(f"{workload} is meant to have no pods")
    for demand in mine:
        asked.through(demand.item, "asks")
    _through_pools(asked, setting, {id(demand) for demand in mine})
    for item in setting.objects:
        if (item.kind, item.namespace) == ("ResourceQuota", ground.environment.namespace):
            asked.through(item, "quota")
    for outcome in ground.outcomes:
        for unplaced in outcome.unplaced:
            if any(unplaced.demand is demand for demand in mine):
                return asked.no(f"{outcome.case}, {unplaced.count} pods of {workload} find no node: {unplaced.reason}")
    refused = next(quota_findings(ground.inventory, setting), None)
    return refused is None or asked.no(refused.message)


def _through_pools(asked: Asked, setting: Setting, mine: set[int]) -> None:
    """The pool that alone takes the pods: without its nodes there is no room."""
    assert setting.nodes is not None
    for demand in setting.demands:
        if id(demand) in mine:
            pools = [
                pool for pool in setting.nodes.pools if any(suits(demand, pool, zone) for zone in pool.zones or ("",))
            ]
            named = {str(item): item for item in setting.own}
            if len(pools) == 1 and pools[0].name_of_object in named:
                path = " ".join(str(step) for step in pools[0].path)
                asked.through(named[pools[0].name_of_object], f"pool {path}")

"""What is left when something is lost: a node, a zone, a region; and copies of databases that another side follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.capacity.cases import Case
from groundplan.checks.capacity.demand import Demand
from groundplan.checks.capacity.placing import HOST, ZONE, suits
from groundplan.checks.inventory import Object
from groundplan.checks.reachability.images import is_lost, registries
from groundplan.checks.selections import matches
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.evidence import rented, store_kinds
from groundplan.requirements.relations.workloads import could_start

NODE, ZONES, REGION = "node", "zone", "region"

PLACES = {NODE: (HOST, ZONE), ZONES: (ZONE,)}
"""Labels over whose values pods must be spread, by what is lost: whoever is spread over zones is spread over nodes."""


def survives(name: str, loss: str) -> bool:
    """Whether a service, a store or what a cloud runs is still there when a `node`, a `zone` or a `region` is lost.

    Pods: at least two, spread over what is lost, of which a budget keeps one, and room for all of them on what is left. A
    database: a second instance elsewhere. What a cloud runs: as its own settings say. A region: the peer has the same, and a
    database there follows.
    """
    asked = current()
    if loss == REGION:
        return _elsewhere(asked, name)
    if loss not in PLACES:
        return asked.no(f"what is lost is one of {', '.join((*PLACES, REGION))}")
    demands = [demand for demand in _demands(asked.ground, name) if demand.least or demand.most]
    if demands:
        return all(_pods_survive(asked, demand, loss) for demand in demands)
    rules = rented()
    found = [item for item in asked.ground.world.within(asked.ground.scope) if name in (item.component, item.name)]
    judged = [(item, rules[item.group, item.kind]) for item in found if (item.group, item.kind) in rules]
    leading = [(item, rule) for item, rule in judged if not _is_copy(item)]
    for item, _ in leading:
        asked.through(item, f"spread {loss}")
    good = all(rule(item, loss) for item, rule in leading)
    return bool(leading) and (good or asked.no(f"{leading[0][0]} does not outlive a {loss}"))


def _demands(ground: Ground, name: str) -> Iterator[Demand]:
    for demand in ground.setting.demands:
        item = demand.item
        if item is None or demand.name != str(item):
            continue
        if (demand.namespace, item.name) == (ground.environment.namespace, name):
            yield demand


def _pods_survive(asked: Asked, demand: Demand, loss: str) -> bool:
    item = demand.item
    assert item is not None
    asked.through(item, f"spread {loss}")
    if demand.least < 2:
        return asked.no(f"{item} has {demand.least} pods at rest")
    if not (_is_spread(item, demand, loss) and _stands_apart(asked, demand, loss)):
        return asked.no(f"pods of {item} may all stand in one {loss}")
    return _is_kept(asked, item, demand) and _has_room(asked, demand)


def _is_spread(item: Object, demand: Demand, loss: str) -> bool:
    """Whether somebody keeps the pods apart: a rule of theirs, or the operator that makes them."""
    keys = {rule.key for rule in demand.apart} | {rule.key for rule in demand.spread}
    template: Mapping[str, Any] = (item.spec.get("template") or {}).get("spec") or {}
    for rule in template.get("topologySpreadConstraints") or ():
        if matches(demand.labels, (rule.get("labelSelector") or {}).get("matchLabels") or {}):
            keys.add(str(rule["topologyKey"]))
    return bool(keys & set(PLACES[loss]))


def _stands_apart(asked: Asked, demand: Demand, loss: str) -> bool:
    """Whether the nodes that take the pods are more than one, or stand in more than one zone."""
    nodes = asked.ground.setting.nodes
    if nodes is None:
        return False
    pools = [pool for pool in nodes.pools if any(suits(demand, pool, zone) for zone in pool.zones or ("",))]
    named = {str(item): item for item in asked.ground.setting.own}
    if len(pools) == 1 and pools[0].name_of_object in named:
        asked.through(named[pools[0].name_of_object], f"zones {loss}")
    if loss == NODE:
        return sum(pool.most for pool in pools) > 1
    return len({zone for pool in pools for zone in pool.zones}) > 1


def _is_kept(asked: Asked, item: Object, demand: Demand) -> bool:
    """Whether a budget keeps at least one pod through every drain, and lets at least one go."""
    store = store_kinds().get((item.group, item.kind))
    if store is not None and store.has_budget(item):
        return True
    for budget in asked.ground.cluster.of_kind("policy", "PodDisruptionBudget"):
        chosen = (budget.spec.get("selector") or {}).get("matchLabels") or {}
        if budget.namespace == item.namespace and chosen and matches(demand.labels, chosen):
            asked.through(budget, "budget")
            least, gone = budget.spec.get("minAvailable"), budget.spec.get("maxUnavailable")
            kept = least if isinstance(least, int) else demand.least - gone if isinstance(gone, int) else 1
            return 0 < kept < demand.least or asked.no(f"{budget} keeps {kept} of {demand.least} pods")
    return asked.no(f"no budget speaks of the pods of {item}")


def _has_room(asked: Asked, demand: Demand) -> bool:
    for outcome in asked.ground.outcomes:
        if outcome.case in (Case.REST, Case.ZONE) and any(one.demand is demand for one in outcome.unplaced):
            return asked.no(f"{outcome.case}, pods of {demand.name} find no node")
    return True


def _is_copy(item: Object) -> bool:
    store = store_kinds().get((item.group, item.kind))
    return store is not None and store.is_copy(item)


# A region


def _elsewhere(asked: Asked, name: str) -> bool:
    """Whether the recovery peer has the same, ready or waiting."""
    peer = asked.ground.peer()
    if peer is None or peer.environment.region == asked.ground.environment.region:
        return asked.no(f"{asked.ground.scope} has no peer in another region")
    here, there = list(_of_name(asked.ground, name)), list(_of_name(peer, name))
    if not here or not there:
        return asked.no(f"{peer.scope if here else asked.ground.scope} has no {name}")
    for item in here if len(here) == 1 else ():
        asked.through(item, "lost")
    for item in there if len(there) == 1 else ():
        asked.through(item, f"twin {asked.ground.environment.region}")
    if any((item.group, item.kind) in store_kinds() for item in here):
        return copies(asked, peer, asked.ground, name)
    inside = Asked(peer, asked.trail, asked.reasons)
    for item in there:
        if (item.group, item.kind) in WORKLOADS and not (_has_image(asked, item) and could_start(inside, item)):
            return False
    pods = [demand for demand in _demands(peer, name) if demand.least]
    lost = [one for outcome in peer.outcomes for one in outcome.unplaced if any(one.demand is own for own in pods)]
    return not lost or asked.no(f"in {peer.scope}, pods of {name} find no node")


def _of_name(ground: Ground, name: str) -> Iterator[Object]:
    """The workload, database or rented resource of that name."""
    known, made = rented(), store_kinds()
    for kind in dict.fromkeys((*known, *made, *WORKLOADS)):
        for item in ground.world.of(*kind, ground.scope):
            is_read = kind in made and made[kind].is_read(item)
            if not is_read and name == (item.component if kind in known else item.name):
                yield item


def _has_image(asked: Asked, item: Object) -> bool:
    """Whether the images of a workload lie elsewhere than in the region that is lost."""
    region = asked.ground.environment.region
    gone = [host for _, host in registries(item) if is_lost(asked.ground.world.of, host, region)]
    return not gone or asked.no(f"{item} takes images from {gone[0]}, which lies in the region that is lost")


WORKLOADS = (("apps", "Deployment"), ("apps", "StatefulSet"), ("argoproj.io", "Rollout"))


def follows(store: str, environment: str) -> bool:
    """Whether a database here is a copy that follows the one of the same name in another environment, and is let in there."""
    asked = current()
    other = asked.ground.beside(environment)
    if other is None:
        return asked.no(f"nothing is rendered of {environment}")
    return copies(asked, asked.ground, other, store)


def copies(asked: Asked, follower: Ground, leader: Ground, store: str) -> bool:
    """Whether a database of `follower` follows the one of `leader`."""
    for kind, engine in store_kinds().items():
        own = [item for item in follower.world.of(*kind, follower.scope) if item.component == store]
        led = [item for item in leader.world.of(*kind, leader.scope) if item.component == store and engine.leads(item)]
        if own and led:
            asked.through(own[0], "follower")
            asked.through(led[0], "leader")
            return engine.copies(asked, follower, leader, own[0], led[0])
    return asked.no(f"there are no two databases {store} in {follower.scope} and {leader.scope}")

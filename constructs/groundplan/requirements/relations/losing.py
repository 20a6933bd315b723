"""What is left when something is lost: a node, a zone, a region; and copies of databases that another side follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from groundplan.checks.capacity.cases import Case
from groundplan.checks.capacity.demand import Demand
from groundplan.checks.capacity.placing import HOST, ZONE, suits
from groundplan.checks.inventory import Object
from groundplan.checks.reachability.network import Block
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.selections import matches
from groundplan.kubernetes.addresses import holds
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.keeping import DATABASES
from groundplan.requirements.relations.secrets import DATABASE, made
from groundplan.requirements.relations.workloads import could_start

HOST_NAME = "external-dns.alpha.kubernetes.io/hostname"
PORT = 5432

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
    rented = [item for item in asked.ground.world.within(asked.ground.scope) if name in (item.component, item.name)]
    judged = [(item, RUN[item.group, item.kind]) for item in rented if (item.group, item.kind) in RUN]
    leading = [(item, rule) for item, rule in judged if "sourceServerResourceReference" not in item.spec]
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
    if (item.group, item.kind) == DATABASE:
        return bool(item.spec.get("enablePDB", True)) or asked.no(f"{item} has no budget")
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


def _server(item: Object, loss: str) -> bool:
    settings: Mapping[str, Any] = item.spec.get("highAvailability") or {}
    if loss == NODE:
        return settings.get("mode") in ("SameZone", "ZoneRedundant")
    other = settings.get("standbyAvailabilityZone")
    return settings.get("mode") == "ZoneRedundant" and other != item.spec.get("availabilityZone")


def _cache(item: Object, loss: str) -> bool:
    return int(item.spec.get("replicasPerPrimary", 0)) > 0 and (loss == NODE or _zones(item, loss))


def _zones(item: Object, loss: str) -> bool:
    return loss == NODE or len(item.spec.get("zones") or ()) > 1


def _broker(item: Object, loss: str) -> bool:
    return loss == NODE or item.spec.get("zoneRedundant") is True


def _nodes(item: Object, loss: str) -> bool:
    pools = item.spec.get("agentPoolProfiles") or [item.spec]
    return all(len(pool.get("availabilityZones") or ()) > 1 or loss == NODE for pool in pools) and all(
        int(pool.get("maxCount") or pool.get("count") or 1) > 1 for pool in pools
    )


RUN: Mapping[tuple[str, str], Callable[[Object, str], bool]] = {
    ("cache.azure.com", "Redis"): _cache,
    ("containerservice.azure.com", "ManagedCluster"): _nodes,
    ("containerservice.azure.com", "ManagedClustersAgentPool"): _nodes,
    ("network.azure.com", "ApplicationGateway"): _zones,
    ("network.azure.com", "PublicIPAddress"): _zones,
    ("servicebus.azure.com", "Namespace"): _broker,
    DATABASES: _server,
}
"""What a cloud runs, and how it is read whether it outlives a node or a zone."""


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
    if any((item.group, item.kind) in (DATABASE, DATABASES) for item in here):
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
    for kind in (*RUN, DATABASE, *WORKLOADS):
        for item in ground.world.of(*kind, ground.scope):
            reads = "sourceServerResourceReference" in item.spec and (item.spec.get("tags") or {}).get("purpose")
            if not reads and name == (item.component if kind in RUN else item.name):
                yield item


def _has_image(asked: Asked, item: Object) -> bool:
    """Whether the images of a workload lie elsewhere than in the region that is lost."""
    region = asked.ground.environment.region
    images = [str(container["image"]) for container in item.spec["template"]["spec"]["containers"]]
    lost = [image for image in images if f".{region}." in image]
    return not lost or asked.no(f"{item} takes {lost[0]} from the region that is lost")


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
    for kind, reader in ((DATABASE, _streams), (DATABASES, _replica)):
        own = [item for item in follower.world.of(*kind, follower.scope) if item.component == store]
        led = [item for item in leader.world.of(*kind, leader.scope) if item.component == store and _leads(item)]
        if own and led:
            asked.through(own[0], "follower")
            asked.through(led[0], "leader")
            return reader(asked, follower, leader, own[0], led[0])
    return asked.no(f"there are no two databases {store} in {follower.scope} and {leader.scope}")


def _leads(item: Object) -> bool:
    return "sourceServerResourceReference" not in item.spec and item.spec.get("createMode") != "Replica"


def _replica(asked: Asked, _: Ground, __: Ground, own: Object, led: Object) -> bool:
    """A server that its cloud keeps as a copy of another."""
    source: Mapping[str, Any] = own.spec.get("sourceServerResourceReference") or {}
    named = str(source.get("armId", "")).rpartition("/")[2] or source.get("name")
    good = own.spec.get("createMode") == "Replica" and named == led.spec.get("azureName")
    return good or asked.no(f"{own} is no replica of {led}")


def _streams(asked: Asked, follower: Ground, leader: Ground, own: Object, led: Object) -> bool:
    """A cluster of an operator that reads the log of another over the network, with a certificate of that one."""
    replica: Mapping[str, Any] = own.spec.get("replica") or {}
    source = replica.get("source")
    if source is None or replica.get("primary") != source or replica.get("self") == source:
        return asked.no(f"{own} follows nobody")
    entry: Mapping[str, Any] = next(
        (one for one in own.spec.get("externalClusters") or () if one["name"] == source), {}
    )
    told: Mapping[str, Any] = entry.get("connectionParameters") or {}
    balancer: Mapping[str, Any] = next((one for one in _balancers(led) if told.get("host") in one["names"]), {})
    if not balancer or told.get("sslmode") not in ("verify-ca", "verify-full"):
        return asked.no(f"{own} asks {told.get('host')}, and {led} has no such way in")
    if told.get("host") not in (led.spec.get("certificates") or {}).get("serverAltDNSNames", ()):
        return asked.no(f"the certificate of {led} is not for {told.get('host')}")
    return _signs_in(asked, follower, own, entry) and _is_let_in(asked, follower, leader, own, led, balancer)


def _balancers(led: Object) -> Iterator[dict[str, Any]]:
    """Ways in from outside that a database has an operator make: their names, whom they admit, and what groups they wear."""
    for service in ((led.spec.get("managed") or {}).get("services") or {}).get("additional") or ():
        template = service["serviceTemplate"]
        notes = template["metadata"].get("annotations") or {}
        if template["spec"].get("type") == "LoadBalancer" and service.get("selectorType") == "rw":
            ranges = template["spec"].get("loadBalancerSourceRanges") or []
            groups = [text for key, text in notes.items() if key.endswith("load-balancer-security-groups")]
            yield {"names": [notes.get(HOST_NAME)], "ranges": ranges, "groups": groups}


def _signs_in(asked: Asked, follower: Ground, own: Object, entry: Mapping[str, Any]) -> bool:
    """Whether the certificate, its key and the authority's are drawn on this side."""
    for part in ("sslCert", "sslKey", "sslRootCert"):
        told: Mapping[str, Any] = entry.get(part) or {}
        inside = Asked(follower, asked.trail, asked.reasons)
        if not made(inside, own.namespace, str(told.get("name")), str(told.get("key"))):
            return asked.no(f"nothing brings {told.get('key')} of {told.get('name')} to {own}")
    return True


def _is_let_in(
    asked: Asked, follower: Ground, leader: Ground, own: Object, led: Object, balancer: Mapping[str, Any]
) -> bool:
    """Whether packets get out of here, past the load balancer's ranges and groups, to the database."""
    sending = _blocks(follower, own)
    for block in sending:
        if not any(holds(outer, block) for outer in balancer["ranges"]):
            return asked.no(f"the way in of {led} admits no {block}")
    if not all(_admitted(asked, leader, name, sending) for text in balancer["groups"] for name in text.split(",")):
        return False
    return all(
        _passes(asked, follower, pods, Block(inner, led.name), outgoing=True)
        for pods in _instances(follower, own)
        for inner in leader.cluster.around.internal
    ) and all(
        _passes(asked, leader, pods, Block(block, own.name), outgoing=False)
        for pods in _instances(leader, led)
        for block in sending
    )


def _blocks(ground: Ground, database: Object) -> list[str]:
    """Address blocks of the subnets whose nodes take a database's instances."""
    wanted = (database.spec.get("affinity") or {}).get("nodeSelector") or {}
    named: set[str] = set()
    for item in ground.world.of("eks.services.k8s.aws", "Nodegroup"):
        if item.scope == ground.scopes[1] and wanted.items() <= (item.spec.get("labels") or {}).items():
            asked_for = [entry["from"]["name"] for entry in item.spec.get("subnetRefs", [])]
            named |= {f"{item.namespace}/{name}" for name in asked_for}
    subnets = ground.world.of("ec2.services.k8s.aws", "Subnet")
    return [str(item.spec["cidrBlock"]) for item in subnets if f"{item.namespace}/{item.name}" in named]


def _admitted(asked: Asked, leader: Ground, name: str, sending: Sequence[str]) -> bool:
    """Whether a security group lets the followers' subnets in."""
    for group in leader.world.of("ec2.services.k8s.aws", "SecurityGroup"):
        if group.spec.get("name") == name.strip() and group.scope == leader.scopes[1]:
            asked.through(group, "group")
            ranges = [
                entry["cidrIP"]
                for rule in group.spec.get("ingressRules") or ()
                if rule.get("fromPort", 0) <= PORT <= rule.get("toPort", 65535)
                for entry in rule.get("ipRanges") or ()
            ]
            missing = [block for block in sending if not any(holds(outer, block) for outer in ranges)]
            return not missing or asked.no(f"{group} admits no {', '.join(missing)} on port {PORT}")
    return asked.no(f"there is no security group {name.strip()}")


def _instances(ground: Ground, database: Object) -> list[Pods]:
    return ground.cluster.select([database.namespace], {"cnpg.io/cluster": database.name})


def _passes(asked: Asked, ground: Ground, pods: Pods, other: Block, *, outgoing: bool) -> bool:
    source, target = (pods, other) if outgoing else (other, pods)
    refusing = ground.policies.refusing(source, target, PORT, "TCP")
    if refusing:
        return asked.no(f"{refusing[0][0]} keeps {source} from {target} on port {PORT}")
    isolating = ground.policies.of(pods, "egress" if outgoing else "ingress")
    own = [policy for policy in isolating if (policy.spec.get("podSelector") or {}).get("matchLabels")]
    if len(own) == 1:
        asked.through(own[0], "egress" if outgoing else "admission")
    return True

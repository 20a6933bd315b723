"""The network: who reaches whom, who is told where, what answers a public host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.cloud import clouds
from groundplan.checks.reachability.flows import Flow
from groundplan.checks.reachability.intents import called_ends, end_key, senders
from groundplan.checks.reachability.network import Direction, End
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.reachability.settings import told as told_addresses
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked, current
from groundplan.stores.registry import store_of

ISTIO_GATEWAY = {"istio": "gateway"}


def reaches(source: str, target: str) -> bool:
    """Whether packets of a service get to a service, store or host: by both ends' policies, to a port that listens."""
    asked = current()
    ground = asked.ground
    callers = asked.workloads(source)
    ends = list(called_ends(ground.environment, ground.names, target))
    if not callers or not ends:
        return asked.no(f"there is no {source if not callers else target} in {ground.scope}")
    _lead(asked, target)
    lost = next(_leading_nowhere(ground, target), None)
    if lost is not None:
        return asked.no(f"{lost}, by which {target} is asked, leads nowhere")
    flows = [Flow(caller, end, port, f"{source} calls {target}") for caller in callers for end, port in ends]
    return (
        all(has_way(asked, caller, end, port) for caller in callers for end, port in ends)
        and lets_through(asked, flows)
        and _resolves(asked, target)
    )


def _leading_nowhere(ground: Ground, name: str) -> Iterator[str]:
    """Addresses of a store that lead to nobody; who asks it needs all of them, such as sentinels and servers."""
    store = store_of(ground.environment, name) if name in ground.environment.data else None
    addresses = store.addresses() if store is not None else []
    for host, port in addresses if len(addresses) > 1 else ():
        if not any(ground.names.ends(host, port, ground.environment.namespace)):
            yield host


def lets_through(asked: Asked, flows: Sequence[Flow]) -> bool:
    """Whether no firewall of the cloud, around nodes, subnets or load balancers, stands in the way."""
    ground = asked.ground
    own = ground.world.within(*ground.scopes)
    for cloud in clouds():
        refused = next(cloud.refused(ground.inventory, ground.place.name, own, flows, ground.assigned), None)
        if refused is not None:
            return asked.no(f"{refused.location.file} {refused.message}")
    return True


def _resolves(asked: Asked, name: str) -> bool:
    """Whether the names of a rented store lead to where it stands, and not to a public address."""
    ground = asked.ground
    store = store_of(ground.environment, name) if name in ground.environment.data else None
    for host, _ in store.addresses() if store is not None else ():
        rented = ground.rentals.find(host)
        if rented is None or rented.endpoint is None:
            continue
        asked.through(rented.endpoint, "named")
        for item in ground.world.within(ground.scope):
            if (
                item.kind.endswith("DnsZoneGroup")
                and (item.spec.get("owner") or {}).get("name") == rented.endpoint.name
            ):
                asked.through(item, "named")
        one = copy(ground.rentals)
        one.all = (rented,)
        gap = next((found for cloud in clouds() for found in cloud.unresolved(ground.inventory, one)), None)
        if gap is not None:
            return asked.no(f"{gap.location.file} {gap.message}")
    return True


def told(service: str, callee: str) -> bool:
    """Whether a setting of a service's pods names where its callee is."""
    asked = current()
    ground = asked.ground
    wanted = {end_key(end) for end, _ in called_ends(ground.environment, ground.names, callee)}
    if not wanted:
        return asked.no(f"there is no {callee} in {ground.scope}")
    telling = {
        address.item
        for pods in asked.workloads(service)
        for address in told_addresses(ground.cluster, pods)
        if wanted & {end_key(end) for end, _ in ground.names.ends(address.host, address.port, pods.namespace)}
    }
    for item in telling if len(telling) == 1 else ():
        asked.through(item, "settings")
    return bool(telling) or asked.no(f"no setting of {service} leads to {callee}")


def served(host: str, path: str, service: str) -> bool:
    """Whether a request for a public host and path finds pods of a service, through everything that stands before them."""
    asked = current()
    ground = asked.ground
    routes = [
        (leg["path"], ingress, leg["backend"]["service"])
        for ingress in ground.cluster.of_kind("networking.k8s.io", "Ingress")
        for rule in (ingress.spec.get("rules", []) if ingress.scope == ground.scope else ())
        for leg in (rule["http"]["paths"] if rule.get("host") == host else ())
        if _leads(leg["path"], path)
    ]
    if not routes:
        return asked.no(f"no Ingress of {ground.scope} takes {host}{path}")
    _, ingress, backend = max(routes, key=lambda route: len(route[0]))
    if all(other is ingress or instead != backend for _, other, instead in routes):
        asked.through(ingress, "ingress")
    port = backend["port"].get("number", backend["port"].get("name"))
    behind = _behind(asked, ingress.namespace, backend["name"], port)
    arriving = [
        Flow(caller, pods, number, f"{ingress} takes {host}", at=(ingress, ("spec",)))
        for pods, number in behind
        for caller in senders(ground.cluster, ingress)
    ]
    return (
        bool(behind)
        and lets_through(asked, arriving)
        and all(
            all(has_way(asked, caller, pods, number) for caller in senders(ground.cluster, ingress))
            and _ends_at(asked, pods, host, path, service)
            for pods, number in behind
        )
    )


def _lead(asked: Asked, name: str) -> None:
    """The Services and the workload behind a name, where they are rendered."""
    ground = asked.ground
    store = store_of(ground.environment, name) if name not in ground.environment.services else None
    hosts = [host for host, _ in store.addresses()] if store is not None else [name]
    for host in hosts:
        asked.through(rendered(ground, "", "Service", host.partition(".")[0]), "service")
    for pods in ground.cluster.workload(ground.environment.namespace, name):
        asked.through(pods.origin, "target")


def rendered(ground: Ground, group: str, kind: str, name: str) -> Object | None:
    """The rendered object of that name in the environment's namespace."""
    place = (ground.environment.namespace, name)
    return next((item for item in ground.cluster.of_kind(group, kind) if (item.namespace, item.name) == place), None)


def has_way(asked: Asked, source: End, target: End, port: int) -> bool:
    """Whether no network policy stands in the way; those that alone admit are remembered."""
    policies = asked.ground.policies
    refusing = policies.refusing(source, target, port, "TCP")
    if refusing:
        policy, direction = refusing[0]
        return asked.no(f"{policy} keeps {source} from {target} on port {port} ({direction})")
    if isinstance(source, Pods):
        _through_policies(asked, source, target, port, "egress")
    if isinstance(target, Pods):
        _through_policies(asked, target, source, port, "ingress")
    return True


def _through_policies(asked: Asked, own: Pods, other: End, port: int, direction: Direction) -> None:
    """The one policy that admits, where it is the only one: without its rule there is no way."""
    policies = asked.ground.policies
    admitting = [
        policy
        for policy in policies.of(own, direction)
        if any(
            rule.direction == direction and policies.admits(rule, other, own, port, "TCP")
            for rule in policies.rules(policy)
        )
    ]
    if len(admitting) == 1 and admitting[0] in policies.own:
        asked.through(admitting[0], "admission" if direction == "ingress" else direction)


def _leads(prefix: str, path: str) -> bool:
    return path == prefix or path.startswith(prefix.rstrip("/") + "/")


def _behind(asked: Asked, namespace: str, name: str, port: str | int | None) -> list[tuple[Pods, int]]:
    """Pods behind a Service, each with the port it listens on."""
    service = asked.ground.cluster.service(namespace, name)
    found = asked.ground.cluster.behind(service, port) if service is not None else []
    if not found:
        asked.no(f"nothing listens behind {namespace}/{name}")
    asked.through(rendered(asked.ground, "", "Service", name), "service")
    for pods, _ in found:
        asked.through(pods.origin, "target")
    return found


def _ends_at(asked: Asked, pods: Pods, host: str, path: str, service: str) -> bool:
    """Whether the pods that are reached are the service's; a gateway of the mesh sends on by a VirtualService."""
    if not ISTIO_GATEWAY.items() <= pods.labels.items():
        return pods.name == service or asked.no(f"{host}{path} leads to {pods}, not to {service}")
    for route in asked.ground.cluster.of_kind("networking.istio.io", "VirtualService"):
        for rule in route.spec.get("http", []) if host in route.spec.get("hosts", []) else ():
            prefixes = [match.get("uri", {}).get("prefix", "/") for match in rule.get("match", [{}])]
            if any(_leads(prefix, path) for prefix in prefixes):
                asked.through(route, "route")
                return all(_destined(asked, pods, route, leg, service) for leg in rule.get("route", []))
    return asked.no(f"no VirtualService takes {host}{path}")


def _destined(asked: Asked, gateway: Pods, route: Object, leg: Mapping[str, Any], service: str) -> bool:
    name, _, rest = leg["destination"]["host"].partition(".")
    namespace, port = rest.partition(".")[0] or route.namespace, leg["destination"].get("port", {}).get("number")
    behind = _behind(asked, namespace, name, port)
    return bool(behind) and all(
        pods.name == service and has_way(asked, gateway, pods, number) for pods, number in behind
    )

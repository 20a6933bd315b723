"""Flows that the environments declare: who calls what, and how requests come in from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.addresses import Names
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.flows import INTERNET, Flow
from groundplan.checks.reachability.network import Block, End
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.reachability.settings import told
from groundplan.facts.callees import is_external_host, split_host
from groundplan.facts.callers import preparation_name
from groundplan.facts.job_places import job_namespace
from groundplan.model.environment import Environment
from groundplan.stores.registry import store_of, stores_of


def declared(environment: Environment, names: Names) -> Iterator[Flow]:
    """Every flow that the services, Jobs and preparations of an environment declare by `calls:`."""
    if not environment.has_workloads:
        return
    cluster = names.cluster
    for name, service in environment.services.items():
        callers = [
            pods
            for workload in (name, preparation_name(name))
            for pods in cluster.workload(environment.namespace, workload)
        ]
        for callee in service.calls:
            yield from _calls(environment, names, callers, callee, f"services.{name}.calls")
    for name, job in environment.jobs.items():
        callers = cluster.select([job_namespace(environment, job)], {"app": name})
        for callee in job.calls:
            yield from _calls(environment, names, callers, callee, f"jobs.{name}.calls")
    for name, store in stores_of(environment).items():
        for workload, callees in store.calls().items():
            callers = cluster.select([environment.namespace], {"app": workload})
            for callee in callees:
                yield from _calls(environment, names, callers, callee, f"the calls of data.{name}")


def _calls(environment: Environment, names: Names, callers: Sequence[Pods], callee: str, where: str) -> Iterator[Flow]:
    for target, port in called_ends(environment, names, callee):
        for caller in callers:
            yield Flow(caller, target, port, f"`{callee}` is among {where}")


def called_ends(environment: Environment, names: Names, callee: str) -> Iterator[tuple[End, int]]:
    """Whoever answers for a service, a store or a host that somebody calls, each with its port."""
    if is_external_host(callee):
        yield INTERNET, split_host(callee)[1]
    elif callee in environment.services:
        service = names.cluster.service(environment.namespace, callee)
        yield from names.cluster.behind(service) if service is not None else ()
    else:
        store = store_of(environment, callee)
        for host, port in store.addresses() if store is not None else ():
            yield from ((end, number or port) for end, number in names.ends(host, port, environment.namespace))


def untold(environment: Environment, names: Names) -> Iterator[tuple[Object, str]]:
    """Workloads that no setting tells where something is that they call: the workload, and what it cannot find."""
    if not environment.has_workloads:
        return
    for name, service in environment.services.items():
        for pods in names.cluster.workload(environment.namespace, name):
            known = {
                end_key(end)
                for item in told(names.cluster, pods)
                for end, _ in names.ends(item.host, item.port, pods.namespace)
            }
            for callee in service.calls:
                inside = not is_external_host(callee)
                targets = {end_key(end) for end, _ in called_ends(environment, names, callee)} if inside else set()
                if targets and not targets & known and pods.origin is not None:
                    yield pods.origin, callee


def end_key(end: End) -> object:
    """What makes an end one and the same."""
    return (end.cidr, end.name) if isinstance(end, Block) else id(end)


def entrances(cluster: Cluster) -> Iterator[Flow]:
    """Whoever answers a public host sends to the Service behind it, by the class of its Ingress."""
    for ingress in cluster.of_kind("networking.k8s.io", "Ingress"):
        callers = senders(cluster, ingress)
        for index, rule in enumerate(ingress.spec.get("rules", [])):
            for route in rule["http"]["paths"]:
                backend = route["backend"]["service"]
                service = cluster.service(ingress.namespace, backend["name"])
                port = backend["port"].get("number", backend["port"].get("name"))
                for pods, number in cluster.behind(service, port) if service is not None else ():
                    why = f"{ingress} sends {rule.get('host', 'every host')}{route['path']} there"
                    at = (ingress, ("spec", "rules", index))
                    yield from (Flow(sender, pods, number, why, at=at) for sender in callers)


def senders(cluster: Cluster, ingress: Object) -> list[End]:
    """Pods of a controller in the cluster, or the subnets where the cloud's load balancer stands."""
    kind = ingress.spec.get("ingressClassName", "")
    inside = cluster.select(cluster.namespaces, {"app.kubernetes.io/name": f"ingress-{kind}"})
    return list(inside) or [
        Block(block, f"the load balancer's subnet {block}", (block,)) for block in cluster.around.public
    ]

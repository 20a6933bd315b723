"""What makes an environment one: where its cluster is, on whose nodes what runs, and the name that everything carries."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.model.values import quantity
from groundplan.rules.problem import Problem, unknown
from groundplan.stores.answers import Reference
from groundplan.stores.registry import stores_of


def role(environment: Environment) -> Iterator[Problem]:
    """A tenant has a host and nobody else does; the namespace of the services is declared."""
    if environment.role == "tenant" and environment.host is None:
        yield ("role",), "tenant-without-host", "is tenant, but no host is named", "write `host: <environment>`"
    if environment.role != "tenant" and environment.host is not None:
        yield (
            ("host",),
            "host-without-tenant",
            f"is set, but role is {environment.role}",
            "write `role: tenant`, or remove host",
        )
    if environment.namespace not in environment.namespaces:
        yield unknown(("namespace",), "missing-namespace", "namespace", environment.namespace, environment.namespaces)


def node_pools(environment: Environment) -> Iterator[Problem]:
    """Whoever names a node pool names one of the cluster."""
    pools = environment.cluster.node_pools
    named: list[Reference] = [
        (("services", name, "node_pool"), service.node_pool)
        for name, service in environment.services.items()
        if service.node_pool is not None
    ]
    named += [found for store in stores_of(environment).values() for found in store.node_pools()]
    for path, pool in named:
        if pool not in pools:
            yield unknown(path, "missing-node-pool", "node pool", pool, pools)


def room(environment: Environment) -> Iterator[Problem]:
    """What services of a pool may grow to is less than all its nodes have, before anything else runs there."""
    for name, pool in environment.host_environment.cluster.node_pools.items():
        there = {key: it for key, it in environment.services.items() if it.node_pool == name}
        for what in ("cpu", "memory"):
            wanted = {
                key: it.most_replicas * quantity(getattr(it.resources.requests, what)) for key, it in there.items()
            }
            if sum(wanted.values()) <= pool.max * quantity(getattr(pool, what)):
                continue
            largest = max(wanted, key=lambda key: wanted[key])
            service = there[largest]
            message = (
                f"{service.most_replicas} pods that request {getattr(service.resources.requests, what)} of {what} each, beside "
                f"{len(there) - 1} other services of pool {name}, never fit on its {pool.max} nodes of {getattr(pool, what)}"
            )
            field = ("scaling", "max") if service.scaling is not None else ("replicas",)
            advice = f"lower it, or raise cluster.node_pools.{name}.max"
            yield ("services", largest, *field), "pool-too-small", message, advice
            break


def labels(environment: Environment) -> Iterator[Problem]:
    """System and environment together are a label's value on every object."""
    together = f"{environment.system}-{environment.environment}"
    if len(together) > 63:
        message = f"`{together}` has {len(together)} characters and becomes a label, which holds 63"
        yield ("environment",), "name-too-long", message, "shorten the system's or the environment's name"


CLUSTER_RULES = (role, node_pools, room, labels)

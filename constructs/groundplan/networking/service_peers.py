"""Whom the policy of a service lets in, and what it lets it reach: everybody's `calls:` as peers of network policies."""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.errors import ConstructError
from groundplan.facts.callees import is_external_host, split_host
from groundplan.facts.callers import calling_pods
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.namespaces import ARGO_ROLLOUTS, INGRESS_NGINX, ISTIO_INGRESS
from groundplan.kubernetes.network_policy import blocks, everything_in, internet, name_resolution, pods, ports
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.networking.endpoints import watchers
from groundplan.platforms.registry import platform_of
from groundplan.stores.registry import store_of


def sources(environment: Environment, name: str, service: Service) -> list[Json]:
    """Whoever may ask the service `name`: its callers, what watches it, and the way in.

    Raises:
        ConstructError: where the platform cannot say from where its load balancer asks.
    """
    callers = sorted(calling_pods(environment, name))
    found = [pods(selector_labels(caller)) for caller in callers]
    found += watchers(environment)
    if service.rollout == "blue-green":
        found.append(everything_in(ARGO_ROLLOUTS))
    return found + _entrances(environment, name, service)


def _entrances(environment: Environment, name: str, service: Service) -> list[Json]:
    """Where the ingress controller's packets come from: load balancers outside the cluster stand in public subnets."""
    ingress = environment.ingress
    if ingress is None or not environment.is_exposed(name):
        return []
    if ingress.type == "nginx":
        return [everything_in(INGRESS_NGINX)]
    if service.is_progressive:
        return [everything_in(ISTIO_INGRESS)]
    controller = platform_of(environment).ingress_controllers.get(ingress.type)
    if controller is None:
        return []
    try:
        return blocks(controller.blocks(environment))
    except LookupError as error:
        raise ConstructError(name, *error.args) from None


def egress(environment: Environment, calls: Iterable[str], *, rights: bool = False) -> list[Json]:
    """Name resolution, and each callee on its port; one rule where several have the same.

    Args:
        environment: where it runs.
        calls: what it calls.
        rights: whether it uses permissions of the platform's: then also what hands out its credentials, and the
            platform's services, which answer on the Internet.
    """
    rules = [name_resolution()]
    if rights:
        rules += [*platform_of(environment).credentials_egress, internet(443)]
    for callee in calls:
        rule = _towards(environment, callee)
        if rule is not None and rule not in rules:
            rules.append(rule)
    return rules


def _towards(environment: Environment, callee: str) -> Json | None:
    if is_external_host(callee):
        return internet(split_host(callee)[1])
    store = store_of(environment, callee)
    if store is not None:
        return store.egress()
    port = environment.services[callee].port
    return {"to": [pods(selector_labels(callee))], "ports": ports(port)} if port is not None else None


def kubernetes_api(environment: Environment) -> Json:
    """Egress to the API server, wherever the platform puts it.

    Policies see a packet after its Service was translated; on machines that is the port of the API server itself.
    """
    machines = environment.host_environment.cluster.cluster_api is not None
    return {"to": platform_of(environment).api_server_blocks, "ports": ports(443, *([6443] if machines else []))}

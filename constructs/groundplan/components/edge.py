"""The ingress component: what of the environment the outside can reach."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.components.blueprint import Blueprint
from groundplan.model.environment import Environment
from groundplan.networking.ingress import PublicHosts
from groundplan.networking.mesh_gateway import (
    NAMESPACE,
    READY_PATH,
    SERVICE,
    STATUS_PORT,
    ApplicationGatewayIngress,
)
from groundplan.networking.nginx_hosts import NginxHosts
from groundplan.parts import Component
from groundplan.waves import SyncWave
from groundplan.workloads.progressive import is_progressive


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component where the environment has services and hosts."""
    if not environment.has_workloads or environment.ingress is None:
        return
    namespace, build = environment.namespace, _public_hosts
    if environment.ingress.type == "application-gateway":
        build = _application_gateway
        if any(is_progressive(service) for service in environment.services.values()):
            namespace = NAMESPACE
    yield Blueprint(name="ingress", wave=SyncWave.EDGE, namespace=namespace, build=build)


def _public_hosts(component: Component) -> None:
    ingress = component.environment.ingress
    if ingress is not None and ingress.type == "nginx":
        NginxHosts(component, "hosts", ingress)
    elif ingress is not None:
        PublicHosts(component, "hosts", ingress)


def _application_gateway(component: Component) -> None:
    environment = component.environment
    assert environment.ingress is not None  # the component exists only then
    edge = environment.edge
    certificate = edge.gateway.certificate if edge is not None and edge.gateway is not None else ""
    through_mesh = component.namespace_name == NAMESPACE
    for host, rules in environment.ingress.hosts.items():
        backends = {
            route.path: (SERVICE, 80)
            if through_mesh
            else (route.service, environment.services[route.service].port or 80)
            for route in rules.routes
        }
        ApplicationGatewayIngress(
            component,
            host.replace(".", "-"),
            host=host,
            backends=backends,
            health=READY_PATH if through_mesh else rules.health,
            health_port=STATUS_PORT if through_mesh else None,
            certificate=certificate,
            namespace=component.namespace_name,
        )

"""The way in on Azure: the Application Gateway's rules and, where versions share requests, the mesh's gateway."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.charts.blueprint import Blueprint
from groundplan.environment.model import Environment
from groundplan.networking.mesh_gateway import NAMESPACE, SERVICE, ApplicationGatewayIngress, MeshGateway
from groundplan.parts import Component
from groundplan.waves import SyncWave
from groundplan.workloads.progressive import is_progressive


def components(environment: Environment) -> Iterator[Blueprint]:
    """The gateway's listener where any service is released step by step, and the ingress where there is a gateway."""
    if not environment.has_workloads or environment.ingress is None:
        return
    progressive = any(is_progressive(service) for service in environment.services.values())
    if progressive:
        yield Blueprint(name="mesh", wave=SyncWave.PLATFORM, namespace=NAMESPACE, build=_gateway)
    if environment.ingress.type == "application-gateway":
        namespace = NAMESPACE if progressive else environment.namespace
        yield Blueprint(name="ingress", wave=SyncWave.EDGE, namespace=namespace, build=_ingress)


def _gateway(component: Component) -> None:
    ingress = component.environment.ingress
    assert ingress is not None  # the component exists only then
    MeshGateway(component, "ingress", ingress)


def _ingress(component: Component) -> None:
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
            health="/healthz/ready" if through_mesh else rules.health,
            certificate=certificate,
            namespace=component.namespace_name,
        )

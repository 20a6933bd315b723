"""The ingress component: what of the environment the outside can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from groundplan.blueprint import Blueprint
from groundplan.facts.closed_paths import closed_paths
from groundplan.kubernetes.namespaces import ISTIO_INGRESS
from groundplan.model.environment import Environment
from groundplan.model.ingress import Ingress
from groundplan.networking.nginx_hosts import NginxHosts, NginxHostsProps
from groundplan.parts import Component
from groundplan.platforms.registry import platform_of
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component where the environment has services and hosts."""
    if not environment.has_workloads or environment.ingress is None or not environment.public_hosts:
        return
    namespace = environment.namespace
    build: Callable[[Component], None] = partial(_nginx, environment, environment.ingress)
    controller = platform_of(environment).ingress_controllers.get(environment.ingress.type)
    if controller is not None:
        build = partial(controller.add_hosts, environment)
        if controller.enters_mesh and any(service.is_progressive for service in environment.services.values()):
            namespace = ISTIO_INGRESS
    yield Blueprint(name="ingress", wave=SyncWave.EDGE, namespace=namespace, build=build)


def _nginx(environment: Environment, ingress: Ingress, component: Component) -> None:
    if ingress.type == "nginx":
        NginxHosts(component, "hosts", _props(environment, ingress))


def _props(environment: Environment, ingress: Ingress) -> NginxHostsProps:
    platform = platform_of(environment)
    return NginxHostsProps(
        system=environment.system,
        ingress=ingress,
        hosts=environment.public_hosts,
        closed={
            host: closed_paths(exposed, environment.services) for host, exposed in environment.public_hosts.items()
        },
        ports={name: service.port for name, service in environment.services.items()},
        dns_annotations={host: platform.dns_annotations(host) for host in environment.public_hosts},
    )

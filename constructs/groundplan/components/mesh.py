"""The mesh's gateway, where two versions of a service share requests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundplan.blueprint import Blueprint
from groundplan.kubernetes.namespaces import ISTIO_INGRESS
from groundplan.model.environment import Environment
from groundplan.networking.mesh_gateway import MeshGateway
from groundplan.parts import Component
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """The gateway's listener, where the outside reaches any service that is released step by step."""
    if not environment.has_workloads or not environment.public_hosts:
        return
    if any(service.is_progressive for service in environment.services.values()):
        yield Blueprint(
            name="mesh", wave=SyncWave.PLATFORM, namespace=ISTIO_INGRESS, build=partial(_gateway, environment)
        )


def _gateway(environment: Environment, component: Component) -> None:
    MeshGateway(component, "ingress", hosts=sorted(environment.public_hosts))

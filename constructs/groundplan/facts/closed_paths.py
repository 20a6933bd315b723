"""Paths that a public host would lead to although only monitoring is to see them."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.model.expose import Exposed
from groundplan.model.services import Service


def closed_paths(exposed: Exposed, services: Mapping[str, Service]) -> tuple[str, ...]:
    """Where services show their metrics on the port that the public is led to, below a route of their own."""
    found = {
        service.metrics_path
        for name, service in services.items()
        if service.port is not None
        and (route := exposed.route_of(service.metrics_path)) is not None
        and route.service == name
        and service.metrics_path not in exposed.routes
    }
    return tuple(sorted(found))

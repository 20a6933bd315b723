"""The expose chapter: what of the system the outside can reach, without saying under which host name."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from groundplan.model.values import Duration, Model, Name, Quantity

PathPrefix = Annotated[str, Field(pattern=r"^/")]
"""Beginning of a path, `/api`."""


class Route(Model):
    """Where requests of one path go; the service's name alone says it too."""

    service: Name
    """Service that answers."""

    stream: Duration | None = None
    """For answers that flow: they are passed on byte by byte, and may be silent this long. Default buffered, and silent
    no longer than `ingress.idle_timeout`. Only `nginx` tells paths apart."""

    body: Quantity | None = None
    """Most a request may carry; it is passed on as it arrives. Default the controller's 1Mi. Only `nginx` tells paths
    apart."""

    @property
    def is_special(self) -> bool:
        """Whether it is handled otherwise than the host's other paths."""
        return self.stream is not None or self.body is not None


def _named(value: Any) -> Any:
    return {"service": value} if isinstance(value, str) else value


ShortRoute = Annotated[Route, BeforeValidator(_named, json_schema_input_type=Name | Route)]
"""A `Route`, or the name of its service."""


class Exposed(Model):
    """What is reached under one host name."""

    routes: dict[PathPrefix, ShortRoute] = Field(min_length=1)
    """Path prefix to the service that answers; the longest that fits wins."""

    health: PathPrefix = "/health"
    """Path that says whether it answers; one of the routes leads to it. Default /health."""

    def route_of(self, path: str) -> Route | None:
        """The route that answers `path`, by whole segments as an Ingress counts them; None where none does."""
        fitting = [prefix for prefix in self.routes if f"{path}/".startswith(f"{prefix.rstrip('/')}/")]
        return self.routes[max(fitting, key=len)] if fitting else None

    def leads_to(self, service: str) -> bool:
        """Whether some path sends requests to `service`."""
        return any(route.service == service for route in self.routes.values())

    @property
    def longest_first(self) -> list[tuple[str, Route]]:
        """Paths and their routes in the order in which they win."""
        return sorted(self.routes.items(), key=lambda item: (-len(item[0]), item[0]))

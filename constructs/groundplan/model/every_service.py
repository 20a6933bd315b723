"""What every service of an environment gets, and how it comes to each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.model.containers import ConfigValue, ImageFile, Probes
from groundplan.model.metrics import Series, SeriesName
from groundplan.model.values import (
    Model,
    SecretReference,
    VariableName,
)


class EveryService(Model):
    """What each service of the environment gets; a service's own value wins."""

    config: dict[VariableName, ConfigValue] = {}
    """Settings in each service's ConfigMap. Default none."""

    secrets: dict[VariableName, SecretReference] = {}
    """Environment variable to `<secret>/<key>`. Default none."""

    metrics: dict[SeriesName, Series] = {}
    """Series that each service exposes. Default none."""

    probes: Probes = Probes()
    """Health checks of each service. Default the platform's."""

    brings: list[ImageFile] = []
    """Files that each service's image must hold. Default none."""


def spread_to_services(data: Any) -> Any:
    """Lay what every service gets under each service of an environment that is not checked yet."""
    every, services = (data.get("every_service"), data.get("services")) if isinstance(data, Mapping) else (None, None)
    if not isinstance(every, Mapping) or not isinstance(services, Mapping):
        return data
    spread = {name: _laid_under(every, service) for name, service in services.items()}
    return {**data, "services": spread}


def _laid_under(every: Mapping[str, Any], service: Any) -> Any:
    if not isinstance(service, Mapping):
        return service
    result = dict(service)
    if "brings" in every:
        result.setdefault("brings", every["brings"])
    for chapter in ("config", "secrets", "metrics", "probes"):
        own, shared = result.get(chapter, {}), every.get(chapter, {})
        if isinstance(own, Mapping) and isinstance(shared, Mapping):
            result[chapter] = {**shared, **own}
    return result

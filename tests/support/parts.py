"""One construct alone: given its props, without an environment around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cdk8s

from groundplan.model.services import Service
from groundplan.parts import Component
from groundplan.waves import SyncWave

Json = dict[str, Any]


def a_component(name: str = "web", *, namespace: str = "web") -> Component:
    """An empty component of a shop for parts to stand in."""
    return Component(cdk8s.App(), name, system="shop", environment="live", wave=SyncWave.SERVICES, namespace=namespace)


def emitted(build: Callable[[Component], object]) -> list[Json]:
    """Every object that `build` emits into an empty component."""
    component = a_component()
    build(component)
    return list(component.documents())


def a_service(**settings: object) -> Service:
    """A small service as it is written, with `settings` over it."""
    amounts = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
    return Service.model_validate({"image": "shop/web:v1", "resources": amounts, **settings})

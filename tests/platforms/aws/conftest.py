"""An environment on AWS, and what its cloud components render to."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import cdk8s
import pytest

from groundplan.components.cloud import components
from groundplan.model.environment import Environment
from groundplan.rules.consistency import inconsistencies

Json = dict[str, Any]
Rendered = dict[tuple[str, str], Json]
"""(kind, name) to the object."""

PLAIN: Json = {
    "system": "shop",
    "environment": "live",
    "title": "A shop",
    "owner": {"team": "shop", "oncall": "shop"},
    "namespace": "shop",
    "namespaces": {"shop": {}},
    "cluster": {
        "name": "shop",
        "kubernetes": "1.32",
        "node_pools": {"app": {"instance": "m6i.large", "cpu": "2", "memory": "8Gi", "min": 2, "max": 5}},
    },
    "delivery": {"repository": {"url": "https://git.example.com/platform"}},
    "platform": {
        "aws": {
            "account": "111122223333",
            "region": "us-east-1",
            "zones": ["us-east-1a", "us-east-1b"],
            "network": {
                "cidr": "10.0.0.0/16",
                "subnets": {
                    f"{tier}-{zone}": {"cidr": f"10.0.{block}{zone}.0/24", "zone": zone, "tier": tier}
                    for block, tier in enumerate(("public", "app", "db"), start=1)
                    for zone in (1, 2)
                },
            },
        },
    },
}


def merged(base: Json, change: Mapping[str, Any]) -> Json:
    result = copy.deepcopy(base)
    for key, value in change.items():
        result[key] = merged(result[key], value) if isinstance(value, Mapping) and key in result else value
    return result


def an_environment(
    neighbours: Mapping[str, Environment] | None = None, *, aws: Mapping[str, Any] | None = None, **chapters: Any
) -> Environment:
    """The plain environment with chapters laid over it, and with `aws` over its platform's."""
    changed = merged(PLAIN, {**chapters, "platform": {"aws": aws or {}}})
    environment = Environment.model_validate(changed)
    assert list(inconsistencies(environment)) == []
    return environment.with_neighbours(dict(neighbours or {}))


def render(environment: Environment) -> Rendered:
    rendered: Rendered = {}
    for blueprint in components(environment):
        component = blueprint.component(cdk8s.App(), environment)
        for document in component.documents():
            key = (document["kind"], document["metadata"]["name"])
            assert key not in rendered, f"{key} is in two components"
            rendered[key] = document
    return rendered


Environments = Callable[..., Environment]


@pytest.fixture
def environments() -> Environments:
    return an_environment


@pytest.fixture
def rendered() -> Callable[..., Rendered]:
    """Renders the plain environment with the chapters given laid over it."""

    def build(neighbours: Mapping[str, Environment] | None = None, **chapters: Any) -> Rendered:
        return render(an_environment(neighbours, **chapters))

    return build

"""A small whole system: staging, production and a standby, as data that a test changes where it cares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.facts.system import System
from groundplan.model.environment import Environment

Json = dict[str, Any]

_RESOURCES = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}}

BASE: Json = {
    "system": "store",
    "title": "The Store",
    "owner": {"team": "shop", "oncall": "shop-oncall"},
    "namespace": "shop",
    "namespaces": {"shop": {}},
    "cluster": {
        "name": "store",
        "kubernetes": "1.32",
        "node_pools": {"app": {"instance": "m6i.large", "cpu": "2", "memory": "8Gi", "min": 2, "max": 4}},
    },
    "platform": {
        "aws": {"account": "111122223333", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b"]},
    },
    "delivery": {"repository": {"url": "https://github.com/store/platform"}},
    "services": {
        "web": {"image": "store/web:v1.0.0", "port": 8080, "resources": _RESOURCES, "calls": ["api", "db"]},
        "api": {"image": "store/api:v1.0.0", "port": 8081, "resources": _RESOURCES, "calls": ["mail.example.com"]},
    },
    "data": {
        "db": {
            "type": "postgres",
            "version": 16,
            "credentials": "db-owner",
            "engine": {"cloudnative-pg": {"storage": "10Gi", "resources": _RESOURCES}},
        }
    },
    "pipelines": {"services": {"web": {}, "api": {"folder": "api", "trigger": "release"}}},
}

OVERLAYS: dict[str, Json] = {
    "staging": {"stage": "staging"},
    "production": {"recovery": {"role": "primary", "peer": "dr", "rto": "4h", "rpo": "30m"}},
    "dr": {
        "recovery": {"role": "standby", "peer": "production", "rto": "4h", "rpo": "30m"},
        "cluster": {**BASE["cluster"], "name": "store-dr"},
        "platform": {"aws": {**BASE["platform"]["aws"], "region": "eu-central-1"}},
    },
}


def an_environment(name: str, **changes: Any) -> Environment:
    return Environment.model_validate({**BASE, **OVERLAYS.get(name, {}), "environment": name, **changes})


def a_system(environments: Mapping[str, Json] | None = None, **changes: Any) -> System:
    """The store; `environments` adds to single environments, `changes` to all of them."""
    extra = environments or {}
    return System(tuple(an_environment(name, **changes, **extra.get(name, {})) for name in OVERLAYS))

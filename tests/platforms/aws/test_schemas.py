"""Every AWS object fits the schema of its kind, closed against fields the kind does not have."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from groundplan.checks.contracts import contract_schema
from groundplan.checks.schema_sources import VARIABLE, find_schema

Json = dict[str, Any]
Build = Callable[..., dict[tuple[str, str], Json]]
AMOUNTS = {"cpu": "100m", "memory": "128Mi"}
RESOURCES = {"requests": AMOUNTS, "limits": AMOUNTS}
SG = "sg-0123456789abcdef0"

pytestmark = pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} names no folder with schemas")

EVERYTHING: Json = {
    "services": {"web": {"image": "shop/web:v1", "port": 8080, "resources": RESOURCES, "cloud_access": ["files"]}},
    "ingress": {"type": "alb"},
    "expose": {"api": {"routes": {"/": "web"}}},
    "hosts": {"api": "api.example.com"},
    "secrets": {
        "store": {"type": "aws-secrets-manager", "replica_regions": ["us-west-2"]},
        "entries": {"vendor": {"keys": {"api-key": "shop/vendor"}}},
    },
    "cluster": {
        "node_pools": {
            "db": {
                "instance": "r6i.large", "cpu": "2", "memory": "16Gi", "min": 1, "max": 2, "tier": "db",
                "taint": {"key": "dedicated", "value": "database"},
            }
        },
    },
    "aws": {
        "access": {"platform": {"principal": "arn:aws:iam::111122223333:role/platform"}},
        "api_cidrs": ["192.0.2.0/24"],
        "network": {
            "bastion": {"subnet": "public-1", "image": "ami-0123456789abcdef0"},
            "endpoints": ["storage", "registry", "secrets"],
            "peers": {"twin": {"environment": "twin"}},
        },
        "buckets": {"shop-files": {"replicate_to": "shop-copy", "expire": {"tmp/": "3d"}}},
        "grants": {"files": {"bucket": "shop-files"}},
        "dns": {
            "zone": "example.com",
            "records": {"_proof.api.example.com": {"type": "CNAME", "values": ["_a.acm-validations.aws."]}},
        },
    },
    "ids": {
        "network": "vpc-0123456789abcdef0", "security-group.app": SG, "security-group.db": SG,
        "security-group.bastion": SG, "peering.twin": "pcx-0123456789abcdef0",
    },
}  # fmt: skip


def closed(schema: Any) -> Any:
    """`schema` with every object that lists its fields closed against others."""
    if isinstance(schema, dict):
        result = {key: closed(value) for key, value in schema.items()}
        if isinstance(result.get("properties"), dict) and result.get("type") == "object":
            result.setdefault("additionalProperties", False)
        return result
    return [closed(item) for item in schema] if isinstance(schema, list) else schema


def test_every_object_fits_its_schema(rendered: Build) -> None:
    problems, without = [], set()

    for (kind, name), document in rendered(**EVERYTHING).items():
        group, _, version = document["apiVersion"].partition("/")
        schema = find_schema(group, kind, version) or contract_schema(group, kind, version)
        if schema is None:
            without.add((group, kind))
            continue
        schema = closed(schema)
        schema["properties"]["metadata"] = {"type": "object"}
        validator = jsonschema_rs.validator_for(schema)
        problems += [
            f"{kind} {name}: {error.instance_path}: {error.message}" for error in validator.iter_errors(document)
        ]

    assert problems == []
    assert without == set()

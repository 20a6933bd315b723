"""Every AWS object fits the schema of its kind, closed against fields the kind does not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.custom_resources import problems_of

Json = dict[str, Any]
Build = Callable[..., dict[tuple[str, str], Json]]
AMOUNTS = {"cpu": "100m", "memory": "128Mi"}
RESOURCES = {"requests": AMOUNTS, "limits": AMOUNTS}
SG = "sg-0123456789abcdef0"

EVERYTHING: Json = {
    "services": {"web": {"image": "shop/web:v1", "port": 8080, "resources": RESOURCES, "cloud_access": ["files"]}},
    "ingress": {"type": "alb"},
    "expose": {"api": {"routes": {"/": "web"}}},
    "hosts": {"api": "api.example.com"},
    "secrets": {
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
        "secrets_manager": {"replica_regions": ["us-west-2"]},
        "access": {"platform": {"principal": "arn:aws:iam::111122223333:role/platform"}},
        "api_cidrs": ["192.0.2.0/24"],
        "network": {
            "bastion": {"subnet": "public-1", "image": "ami-0123456789abcdef0"},
            "endpoints": ["registry", "secrets"],
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


def test_every_object_fits_its_schema(rendered: Build) -> None:
    problems, without = [], set()

    for (kind, _), document in rendered(**EVERYTHING).items():
        found = problems_of(document)
        if found is None:
            without.add((document["apiVersion"], kind))
        problems += found or []

    assert problems == []
    assert without == set()

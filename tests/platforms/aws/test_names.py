"""The zone, its records, certificates and health checks; and the registry."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Build = Callable[..., dict[tuple[str, str], Json]]
AMOUNTS = {"cpu": "100m", "memory": "128Mi"}
SERVICE = {"image": "shop/web:v1", "port": 8080, "resources": {"requests": AMOUNTS, "limits": AMOUNTS}}
PUBLIC: Json = {
    "ingress": {"type": "alb"},
    "expose": {"api": {"routes": {"/": "web"}, "health": "/up"}},
    "hosts": {"api": "api.example.com"},
}


def test_a_public_host_has_a_certificate_and_is_watched_from_outside(rendered: Build) -> None:
    recovery = {"role": "primary", "peer": "standby", "rto": "4h", "rpo": "1h"}
    objects = rendered(services={"web": SERVICE}, aws={"dns": {"zone": "example.com"}}, recovery=recovery, **PUBLIC)

    check = objects["HealthCheck", "api-example-com"]["spec"]["healthCheckConfig"]
    assert objects["Certificate", "api-example-com"]["spec"]["domainName"] == "api.example.com"
    assert (check["type"], check["fullyQualifiedDomainName"], check["resourcePath"]) == (
        "HTTPS",
        "api.example.com",
        "/up",
    )


def test_a_host_that_nobody_takes_over_is_watched_by_nobody_outside(rendered: Build) -> None:
    objects = rendered(services={"web": SERVICE}, aws={"dns": {"zone": "example.com"}}, **PUBLIC)

    assert ("HealthCheck", "api-example-com") not in objects


def test_the_zone_is_kept_and_holds_the_records_nobody_else_writes(rendered: Build) -> None:
    record = {"type": "CNAME", "values": ["_answer.acm-validations.aws."]}

    objects = rendered(aws={"dns": {"zone": "example.com", "records": {"_proof.api.example.com": record}}})

    spec = objects["RecordSet", "proof-api-example-com-cname"]["spec"]
    assert objects["HostedZone", "zone"]["metadata"]["annotations"]["services.k8s.aws/deletion-policy"] == "retain"
    assert (spec["name"], spec["hostedZoneRef"]) == ("_proof.api.example.com.", {"from": {"name": "zone"}})
    assert spec["resourceRecords"] == [{"value": "_answer.acm-validations.aws."}]


def test_two_services_of_one_image_share_a_repository_whose_tags_never_move(rendered: Build) -> None:
    worker = {**SERVICE, "image": "shop/web@sha256:" + "0" * 64}

    objects = rendered(services={"web": SERVICE, "worker": worker})

    repositories = [document["spec"] for (kind, _), document in objects.items() if kind == "Repository"]
    assert [spec["name"] for spec in repositories] == ["shop/web"]
    assert repositories[0]["imageTagMutability"] == "IMMUTABLE"
    assert repositories[0]["imageScanningConfiguration"] == {"scanOnPush": True}
    assert json.loads(repositories[0]["lifecyclePolicy"])["rules"][0]["selection"]["tagStatus"] == "untagged"

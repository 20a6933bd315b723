"""Buckets: private, encrypted, TLS only, copied where they must be."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from groundplan.errors import ConstructError

Json = dict[str, Any]
Build = Callable[..., dict[tuple[str, str], Json]]


def bucket(rendered: Build, region: str = "us-east-1", **settings: Any) -> Json:
    place = {"region": region, "zones": [f"{region}a", f"{region}b"]}
    objects = rendered(aws={**place, "buckets": {"shop-backups": settings}})
    return objects["Bucket", "shop-backups"]


def test_nothing_about_a_bucket_is_public(rendered: Build) -> None:
    spec = bucket(rendered)["spec"]

    assert set(spec["publicAccessBlock"].values()) == {True}
    assert spec["ownershipControls"] == {"rules": [{"objectOwnership": "BucketOwnerEnforced"}]}
    assert spec["encryption"]["rules"][0]["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}


def test_connections_without_tls_are_refused(rendered: Build) -> None:
    policy = json.loads(bucket(rendered)["spec"]["policy"])

    refusals = {statement["Sid"]: statement for statement in policy["Statement"]}
    assert refusals["RefuseWithoutTls"]["Effect"] == "Deny"
    assert refusals["RefuseWithoutTls"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert refusals["RefuseOldTls"]["Condition"] == {"NumericLessThan": {"s3:TlsVersion": "1.2"}}


def test_a_bucket_outlives_its_object_and_is_taken_over_by_the_next(rendered: Build) -> None:
    notes = bucket(rendered)["metadata"]["annotations"]

    assert notes["services.k8s.aws/deletion-policy"] == "retain"
    assert notes["services.k8s.aws/adoption-policy"] == "adopt-or-create"
    assert notes["services.k8s.aws/region"] == "us-east-1"


def test_the_region_is_named_everywhere_but_in_the_default_one(rendered: Build) -> None:
    assert "createBucketConfiguration" not in bucket(rendered)["spec"]
    assert bucket(rendered, "eu-west-1")["spec"]["createBucketConfiguration"] == {"locationConstraint": "eu-west-1"}


def test_objects_expire_by_prefix_and_old_versions_always(rendered: Build) -> None:
    rules = bucket(rendered, expire={"daily/": "90d"}, keep_versions="7d")["spec"]["lifecycle"]["rules"]

    assert rules[0]["noncurrentVersionExpiration"] == {"noncurrentDays": 7}
    assert (rules[1]["filter"], rules[1]["expiration"]) == ({"prefix": "daily/"}, {"days": 90})


def test_a_copied_bucket_has_a_role_that_may_copy_it_and_nothing_else(rendered: Build) -> None:
    objects = rendered(aws={"buckets": {"shop-backups": {"replicate_to": "shop-copy"}}})

    rule = objects["Bucket", "shop-backups"]["spec"]["replication"]["rules"][0]
    policy = json.loads(objects["Policy", "shop-backups-replication"]["spec"]["policyDocument"])
    assert (rule["status"], rule["destination"]) == ("Enabled", {"bucket": "arn:aws:s3:::shop-copy"})
    assert {resource for statement in policy["Statement"] for resource in [statement["Resource"]]} == {
        "arn:aws:s3:::shop-backups",
        "arn:aws:s3:::shop-backups/*",
        "arn:aws:s3:::shop-copy/*",
    }


def test_a_role_name_that_aws_refuses_is_refused_here(rendered: Build) -> None:
    with pytest.raises(ConstructError, match=r"has 71 characters, AWS accepts 64; shorten"):
        rendered(aws={"buckets": {"b" * 59: {"replicate_to": "shop-copy"}}})

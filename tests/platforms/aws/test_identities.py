"""Who may do what in AWS: operators, services, databases and secret stores."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from groundplan.model.environment import Environment

Json = dict[str, Any]
Build = Callable[..., dict[tuple[str, str], Json]]
AMOUNTS = {"cpu": "100m", "memory": "128Mi"}
RESOURCES = {"requests": AMOUNTS, "limits": AMOUNTS}
SERVICE = {"image": "shop/web:v1", "port": 8080, "resources": RESOURCES}
SECRETS = {
    "entries": {"vendor": {"keys": {"api-key": "shop/vendor#key"}}},
}

OWNER = {"type": "kubernetes.io/basic-auth", "keys": {"username": "shop/user", "password": "shop/password"}}
DATABASE = {
    "data": {
        "db": {
            "type": "postgres", "version": 16, "credentials": "owner",
            "dump": {"bucket": "shop-backups", "schedule": "0 3 * * *"},
            "engine": {"cloudnative-pg": {
                "storage": "10Gi", "resources": RESOURCES, "archive": {"bucket": "shop-backups"},
            }},
        },
    },
    "secrets": {"entries": {"owner": OWNER}},
    "aws": {"buckets": {"shop-backups": {}}},
}  # fmt: skip


def copied(**settings: str) -> Json:
    """A database that both sides of a recovery have."""
    engine = {"cloudnative-pg": {"storage": "10Gi", "resources": RESOURCES, **settings}}
    database = {"type": "postgres", "version": 16, "credentials": "owner", "engine": engine}
    return {
        "aws": {"dns": {"zone": "shop.example"}},
        "stage": "staging",
        "data": {"db": database},
        "secrets": {"entries": {"owner": OWNER}},
    }


def policy(objects: dict[tuple[str, str], Json], name: str) -> list[Json]:
    statements: list[Json] = json.loads(objects["Policy", name]["spec"]["policyDocument"])["Statement"]
    return statements


def trust(objects: dict[tuple[str, str], Json], name: str) -> Json:
    statements: list[Json] = json.loads(objects["Role", name]["spec"]["assumeRolePolicyDocument"])["Statement"]
    return statements[0]


def test_a_service_gets_what_it_was_granted_below_the_prefix(rendered: Build) -> None:
    objects = rendered(
        services={"web": {**SERVICE, "cloud_access": ["photos"]}},
        aws={
            "buckets": {"shop-files": {}},
            "grants": {"photos": {"bucket": "shop-files", "prefix": "photos/", "actions": "read"}},
        },
    )

    association = objects["PodIdentityAssociation", "workload-web"]["spec"]
    objects_, listing, *_ = policy(objects, "workload-web")
    assert (association["clusterName"], association["namespace"], association["serviceAccount"]) == (
        "shop",
        "shop",
        "web",
    )
    assert (objects_["Action"], objects_["Resource"]) == (["s3:GetObject"], "arn:aws:s3:::shop-files/photos/*")
    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["photos/*"]}}


def test_a_service_without_grants_has_no_identity(rendered: Build) -> None:
    assert not [name for kind, name in rendered(services={"web": SERVICE}) if name.startswith("workload-")]


def test_a_database_reaches_its_log_and_its_dump_job_the_dumps(rendered: Build) -> None:
    objects = rendered(**DATABASE)

    assert policy(objects, "workload-db")[0]["Resource"] == "arn:aws:s3:::shop-backups/postgres/wal/*"
    assert policy(objects, "workload-postgres-backup")[0]["Resource"] == "arn:aws:s3:::shop-backups/postgres/daily/*"


def test_a_database_may_ask_whether_its_bucket_exists_which_no_prefix_admits(rendered: Build) -> None:
    objects = rendered(**DATABASE)

    listing = {statement["Action"][0]: statement for statement in policy(objects, "workload-db")}["s3:ListBucket"]
    assert "Condition" not in listing


def test_a_dump_writes_below_its_prefix_and_lists_nothing(rendered: Build) -> None:
    objects = rendered(**DATABASE)

    actions = [action for statement in policy(objects, "workload-postgres-backup") for action in statement["Action"]]

    assert actions == ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"]


def test_the_secret_store_reads_the_declared_keys_and_only_for_its_namespaces(rendered: Build) -> None:
    objects = rendered(secrets=SECRETS)

    assert policy(objects, "secrets-reader") == [
        {
            "Effect": "Allow",
            "Action": ["secretsmanager:GetSecretValue"],
            "Resource": ["arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/vendor-??????"],
        }
    ]
    assert trust(objects, "secrets-reader")["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/shop-live-external-secrets"},
        "StringEquals": {"aws:RequestTag/esoNamespace": ["shop"]},
    }


def test_the_operator_reads_no_secret_itself(rendered: Build) -> None:
    (statement,) = policy(rendered(secrets=SECRETS), "external-secrets")

    assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert all("secrets-" in role for role in statement["Resource"])


def test_keys_are_declared_without_values_and_copied_to_the_standbys_region(rendered: Build) -> None:
    copies = {"secrets_manager": {"replica_regions": ["us-west-2"]}}
    spec = rendered(secrets=SECRETS, aws=copies)["Secret", "shop-vendor"]["spec"]

    assert (spec["name"], spec["replicaRegions"]) == ("shop/vendor", [{"region": "us-west-2"}])
    assert "secretString" not in spec


def test_a_standby_declares_neither_keys_nor_zone(rendered: Build) -> None:
    recovery = {"role": "standby", "peer": "other", "rto": "4h", "rpo": "30m"}

    kinds = {kind for kind, _ in rendered(secrets=SECRETS, recovery=recovery, aws={"dns": {"zone": "example.com"}})}

    assert not kinds & {"Secret", "HostedZone", "HealthCheck"}


def test_a_primary_may_hand_certificates_to_its_standbys_region(
    rendered: Build, environments: Callable[..., Environment]
) -> None:
    west = {"region": "us-west-2", "zones": ["us-west-2a", "us-west-2b"]}
    standby = environments(environment="spare", **{**copied(), "aws": west})

    objects = rendered(
        {"spare": standby}, recovery={"role": "primary", "peer": "spare", "rto": "4h", "rpo": "30m"}, **copied()
    )

    (statement,) = policy(objects, "secrets-writer")
    assert statement["Resource"] == "arn:aws:secretsmanager:us-west-2:111122223333:secret:shop/replication/*"


def test_nobody_hands_certificates_over_where_the_archive_alone_is_followed(
    rendered: Build, environments: Callable[..., Environment]
) -> None:
    west = {"region": "us-west-2", "zones": ["us-west-2a", "us-west-2b"]}
    chapters = copied(follow="archive")

    objects = rendered(
        {"spare": environments(environment="spare", **{**chapters, "aws": west})},
        recovery={"role": "primary", "peer": "spare", "rto": "4h", "rpo": "30m"},
        **chapters,
    )

    assert ("Role", "secrets-writer") not in objects


def test_a_standby_also_draws_the_certificates_of_its_primary(
    rendered: Build, environments: Callable[..., Environment]
) -> None:
    primary = environments(environment="first", **copied())

    objects = rendered(
        {"first": primary}, recovery={"role": "standby", "peer": "first", "rto": "4h", "rpo": "30m"}, **copied()
    )

    (statement,) = policy(objects, "secrets-reader")
    assert statement["Resource"][-1].endswith(":secret:shop/replication/*")


def test_the_autoscaler_changes_only_groups_of_its_cluster(rendered: Build) -> None:
    change = policy(rendered(), "cluster-autoscaler")[1]

    assert change["Condition"] == {"StringEquals": {"aws:ResourceTag/k8s.io/cluster-autoscaler/shop": "owned"}}


def test_records_are_changed_in_the_systems_zone_only(rendered: Build) -> None:
    statement = policy(rendered(aws={"dns": {"zone": "example.com"}}, ingress={"type": "alb"}), "external-dns")[0]

    (names,) = statement["Condition"]["ForAllValues:StringLike"].values()
    assert names == ["example.com", "*.example.com"]


def test_nobody_may_write_records_that_nobody_writes(rendered: Build) -> None:
    objects = rendered(aws={"dns": {"zone": "example.com"}})

    assert ("HostedZone", "zone") in objects
    assert ("Role", "external-dns") not in objects


def test_the_load_balancer_controller_deletes_only_what_it_made(rendered: Build) -> None:
    statements = policy(rendered(ingress={"type": "alb"}), "aws-load-balancer-controller")

    for statement in statements:
        deletes = [action for action in statement["Action"] if action.split(":")[1].startswith("Delete")]
        if deletes and not set(deletes) <= {"elasticloadbalancing:DeleteListener", "elasticloadbalancing:DeleteRule"}:
            assert "aws:ResourceTag/elbv2.k8s.aws/cluster" in statement["Condition"]["Null"], deletes

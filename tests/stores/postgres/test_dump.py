"""The backup jobs: what they run, as whom, and when not."""

from __future__ import annotations

import pytest
from rendering import Json, an_environment, rendered, the

DATABASE = """
secrets:
  entries: {login: {type: kubernetes.io/basic-auth, keys: {username: shop/user, password: shop/password}}}
data:
  orders:
    type: postgres
    version: 16
    database: shop
    credentials: login
    dump: {bucket: shop-backups, schedule: 0 3 * * *, restore_test: 0 5 * * 0, time_zone: Asia/Seoul}
    engine:
      cloudnative-pg:
        service: orders-primary
        storage: 100Gi
        resources: {requests: {cpu: 1, memory: 4Gi}, limits: {cpu: 2, memory: 8Gi}}
        archive: {bucket: shop-backups}
"""


@pytest.fixture
def documents() -> list[Json]:
    return rendered(an_environment(DATABASE), "backup")


def pod(documents: list[Json], job: str) -> Json:
    spec: Json = the(documents, "CronJob", job)["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return spec


def test_the_dump_is_made_by_the_servers_own_version_before_it_is_uploaded(documents: list[Json]) -> None:
    spec = pod(documents, "postgres-backup")

    first, last = spec["initContainers"][0], spec["containers"][0]
    assert (first["name"], first["image"]) == ("postgres-backup", "postgres:16-alpine")
    assert first["command"][:2] == ["/bin/sh", "-c"]
    assert "/backup/shop_$DATE.dump" in first["command"][2]
    assert last["image"].startswith("amazon/aws-cli:")
    assert "s3://shop-backups/postgres/daily/" in last["command"][2]
    assert last["command"][2].rstrip().endswith('rm "$FILE"')


def test_the_schedule_names_its_time_zone(documents: list[Json]) -> None:
    spec = the(documents, "CronJob", "postgres-backup")["spec"]

    assert (spec["schedule"], spec["timeZone"]) == ("0 3 * * *", "Asia/Seoul")
    assert spec["concurrencyPolicy"] == "Forbid"


def test_the_password_is_given_under_the_name_pg_dump_reads(documents: list[Json]) -> None:
    env = {item["name"]: item for item in pod(documents, "postgres-backup")["initContainers"][0]["env"]}

    assert env["PGPASSWORD"]["valueFrom"]["secretKeyRef"] == {"name": "login", "key": "password"}
    assert env["POSTGRES_HOST"]["value"] == "orders-primary"


def test_the_password_does_not_reach_the_step_that_talks_to_the_internet(documents: list[Json]) -> None:
    names = {item["name"] for item in pod(documents, "postgres-backup")["containers"][0]["env"]}

    assert names == {"AWS_REGION", "HOME"}


def test_both_steps_share_a_bounded_directory(documents: list[Json]) -> None:
    spec = pod(documents, "postgres-backup")

    assert spec["volumes"][0] == {"name": "backup-storage", "emptyDir": {"sizeLimit": "50Gi"}}
    for container in (*spec["initContainers"], *spec["containers"]):
        assert {"name": "backup-storage", "mountPath": "/backup"} in container["volumeMounts"]
        assert container["resources"]["requests"]["ephemeral-storage"] == "50Gi"
        assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_a_restore_test_has_room_for_the_database_it_makes(documents: list[Json]) -> None:
    assert pod(documents, "postgres-backup-restore-test")["volumes"][0]["emptyDir"] == {"sizeLimit": "150Gi"}


def test_a_step_that_fails_is_tried_again_in_its_pod(documents: list[Json]) -> None:
    assert pod(documents, "postgres-backup")["restartPolicy"] == "OnFailure"


def test_the_dump_reaches_the_database_and_the_bucket_only(documents: list[Json]) -> None:
    egress = the(documents, "NetworkPolicy", "postgres-backup")["spec"]["egress"]

    reached = [rule["ports"][0]["port"] for rule in egress]
    assert reached == [53, 5432, 443, 80]


def test_the_restore_test_reaches_no_database(documents: list[Json]) -> None:
    egress = the(documents, "NetworkPolicy", "postgres-backup-restore-test")["spec"]["egress"]

    assert 5432 not in [port["port"] for rule in egress for port in rule["ports"]]


def test_in_a_waiting_standby_the_dump_is_suspended_and_the_restore_test_is_not() -> None:
    standby = rendered(an_environment(DATABASE, "recovery: {role: standby, peer: other, rto: 4h, rpo: 30m}"), "backup")

    assert the(standby, "CronJob", "postgres-backup")["spec"]["suspend"] is True
    assert the(standby, "CronJob", "postgres-backup-restore-test")["spec"]["suspend"] is False


def test_without_dumps_there_is_no_backup_component() -> None:
    bare = an_environment(DATABASE, "data: {orders: {dump: null}}")

    assert rendered(bare, "backup") == []

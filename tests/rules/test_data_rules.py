"""Contradictions of the data and secrets chapters are found before anything is rendered."""

from __future__ import annotations

import pytest
from rendering import an_environment

from groundplan.errors import EnvironmentFileError

GOOD = """
secrets:
  store: {type: aws-secrets-manager}
  entries: {login: {type: kubernetes.io/basic-auth, keys: {username: shop/user, password: shop/password}}}
data:
  orders:
    type: postgres
    version: 16
    credentials: login
    storage: 100Gi
    resources: {requests: {cpu: 1, memory: 4Gi}, limits: {cpu: 2, memory: 8Gi}}
    backup: {bucket: shop-backups, dump_schedule: 0 3 * * *, restore_test: 0 5 * * 0}
"""


def test_a_sound_database_is_accepted() -> None:
    assert an_environment(GOOD).data["orders"].type == "postgres"


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        ("data: {orders: {backup: null}}", r"data.orders: is a production database without backup; write backup"),
        ("data: {orders: {instances: 1}}", r"data.orders.instances: 1 survives no failing zone; write instances: 2"),
        ("data: {orders: {preferred_zone: us-east-1z}}", r"`us-east-1z` is not a zone of the cluster; write one of us-e"),
        ("data: {orders: {backup: {dump_image: 'postgres:14-alpine'}}}", r"is not PostgreSQL 16; write postgres:16-alpine"),
        ("data: {orders: {backup: {dump_schedule: null}}}", r"tests dumps that nobody makes; write dump_schedule too"),
        ("data: {orders: {backup: {dump_prefix: daily}}}", r"`daily` is not a folder of a bucket; write it like"),
        ("data: {orders: {backup: {dump_prefix: postgres/wal/d/}}}", r"overlaps `postgres/wal/` of data.orders.backup.wal"),
        ("data: {orders: {backup: {keep: 2h}}}", r"keep: 2h is less than a day; write 1d or more"),
        (
            "data: {orders: {backup: {archive_timeout: 1h}}}\n"
            "recovery: {role: primary, peer: spare, rto: 4h, rpo: 30m}",
            r"1h is more than the recovery point objective, 30m; write 30m or less",
        ),
        ("data: {orders: {parameters: {archive_mode: 'off'}}}", r"archive_mode: is set by the operator alone; remove it"),
        ("data: {orders: {parameters: {wal_level: minimal}}}", r"`minimal` carries no replication or archive; write"),
        ("secrets: {entries: {login: {type: Opaque}}}", r"secret login is of type Opaque; write type: kubernetes.io/bas"),
        ("data: {orders: {backup: {bucket: nowhere}}}", r"there is no bucket `nowhere`"),
    ],
)  # fmt: skip
def test_refuses(overlay: str, message: str) -> None:
    overlays = overlay.split("\n")

    with pytest.raises(EnvironmentFileError, match=message):
        an_environment(GOOD, *overlays)


def test_a_staging_database_may_be_small_and_without_backup() -> None:
    small = an_environment(GOOD, "stage: staging\ndata: {orders: {instances: 1, backup: null}}")

    assert small.stage == "staging"


def test_refuses_to_hand_out_a_secret_nobody_has_sealed() -> None:
    service = """
secrets: {store: {type: aws-secrets-manager}, entries: {first: {sealed: true}}}
services:
  shop:
    image: shop:v1
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
    secrets_from: [first]
"""
    with pytest.raises(EnvironmentFileError, match=r"nobody has sealed `first`; write secrets.entries.first.sealed_v"):
        an_environment(service)

"""Contradictions of the data and secrets chapters are found before anything is rendered."""

from __future__ import annotations

import pytest
from rendering import an_environment

from groundplan.errors import EnvironmentFileError

GOOD = """
secrets:
  entries: {login: {type: kubernetes.io/basic-auth, keys: {username: shop/user, password: shop/password}}}
data:
  orders:
    type: postgres
    version: 16
    credentials: login
    dump: {bucket: shop-backups, schedule: 0 3 * * *, restore_test: 0 5 * * 0}
    engine:
      cloudnative-pg:
        storage: 100Gi
        resources: {requests: {cpu: 1, memory: 4Gi}, limits: {cpu: 2, memory: 8Gi}}
        archive: {bucket: shop-backups}
"""
OWN = "engine: {cloudnative-pg: "


def test_a_sound_database_is_accepted() -> None:
    assert an_environment(GOOD).data["orders"].type == "postgres"


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        (f"data: {{orders: {{{OWN}{{archive: null}}}}}}}}", r"is a production database without backup; write archive"),
        (f"data: {{orders: {{{OWN}{{instances: 1}}}}}}}}", r"cloudnative-pg.instances: 1 survives no failing zone; write instances: 2"),
        (f"data: {{orders: {{{OWN}{{preferred_zone: us-east-1z}}}}}}}}", r"`us-east-1z` is not a zone of the cluster; write one of us-e"),
        ("data: {orders: {dump: {image: 'postgres:14-alpine'}}}", r"is not PostgreSQL 16; write postgres:16-alpine"),
        ("data: {orders: {dump: {prefix: daily}}}", r"`daily` is not a folder of a bucket; write it like"),
        ("data: {orders: {dump: {prefix: postgres/wal/d/}}}", r"overlaps `postgres/wal/` of data.orders.engine.cloudnative-pg.archive"),
        (f"data: {{orders: {{{OWN}{{archive: {{keep: 2h}}}}}}}}}}", r"keep: 2h is less than a day; write 1d or more"),
        (
            f"data: {{orders: {{{OWN}{{archive: {{timeout: 1h}}}}}}}}}}\n"
            "recovery: {role: primary, peer: spare, rto: 4h, rpo: 30m}",
            r"1h is more than the recovery point objective, 30m; write 30m or less",
        ),
        (f"data: {{orders: {{{OWN}{{parameters: {{archive_mode: 'off'}}}}}}}}}}", r"archive_mode: is set by the operator alone; remove it"),
        (f"data: {{orders: {{{OWN}{{parameters: {{wal_level: minimal}}}}}}}}}}", r"`minimal` carries no replication or archive; write"),
        ("secrets: {entries: {login: {type: Opaque}}}", r"secret login is of type Opaque; write type: kubernetes.io/bas"),
        ("data: {orders: {dump: {bucket: nowhere}}}", r"there is no bucket `nowhere`"),
    ],
)  # fmt: skip
def test_refuses(overlay: str, message: str) -> None:
    overlays = overlay.split("\n")

    with pytest.raises(EnvironmentFileError, match=message):
        an_environment(GOOD, *overlays)


def test_a_staging_database_may_be_small_and_without_backup() -> None:
    small = an_environment(
        GOOD, "stage: staging\ndata: {orders: {engine: {cloudnative-pg: {instances: 1, archive: null}}}}"
    )

    assert small.stage == "staging"


def test_refuses_to_hand_out_a_secret_nobody_has_sealed() -> None:
    service = """
secrets: {entries: {first: {sealed: true}}}
services:
  shop:
    image: shop:v1
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
    secrets_from: [first]
"""
    with pytest.raises(EnvironmentFileError, match=r"nobody has sealed `first`; write secrets.entries.first.sealed_v"):
        an_environment(service)

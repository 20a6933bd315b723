"""Both sides of a disaster recovery know each other and hold the same data."""

from __future__ import annotations

import pytest
from rendering import WEST, a_network, an_environment

from groundplan.errors import EnvironmentFileError
from groundplan.model.environment import Environment
from groundplan.rules.neighbours import disagreements_between
from groundplan.stores.postgres.cloudnative_pg.store import CloudNativePgStore

DATABASE = """
secrets:
  entries: {login: {type: kubernetes.io/basic-auth, keys: {username: shop/user, password: shop/password}}}
data:
  orders:
    type: postgres
    version: 16
    credentials: login
    engine:
      cloudnative-pg:
        storage: 100Gi
        resources: {requests: {cpu: 1, memory: 4Gi}, limits: {cpu: 2, memory: 8Gi}}
        archive: {bucket: shop-backups}
"""
HERE = "recovery: {role: primary, peer: spare, rto: 4h, rpo: 30m}"
THERE = """
environment: spare
platform: {aws: {buckets: {shop-backups: null, shop-backups-west: {}}}}
data: {orders: {engine: {cloudnative-pg: {archive: {bucket: shop-backups-west}}}}}
recovery: {role: standby, peer: live, rto: 4h, rpo: 30m}
"""


def disagreements(there: str = "", *, here: str = "") -> list[str]:
    """What the primary has to say about its standby, after an overlay on either side."""
    primary = an_environment(DATABASE, a_network(0), HERE, here)
    standby = an_environment(DATABASE, a_network(1), WEST, THERE, there)
    return _said(primary.with_neighbours({"spare": standby}))


def _said(environment: Environment) -> list[str]:
    return [f"{rule}: {what}; {advice}" for _, rule, what, advice in disagreements_between(environment)]


def test_two_sides_that_fit_have_nothing_to_say() -> None:
    assert disagreements() == []


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("recovery: {peer: other}", "one-sided-recovery: spare does not name live as its peer; write recovery.peer: live"),
        ("recovery: {role: primary}", "same-role: spare is primary too; make one primary and the other standby"),
        (
            "platform: {aws: {region: us-east-1, zones: [us-east-1a, us-east-1b]}}",
            "same-region: spare stands in us-east-1 too, and would go with it; put the standby into another region",
        ),
        ("data: {orders: null}", "not-replicated: spare has no cloudnative-pg of that name to copy, and would take over without it; declare"),
        ("data: {orders: {version: 17}}", "replica-version: 16 here and 17 in spare"),
        ("data: {orders: {owner: somebody}}", "replica-database: database and owner differ from spare"),
        (
            "platform: {aws: {buckets: {shop-backups: {}}}}\ndata: {orders: {engine: {cloudnative-pg: {archive: {bucket: shop-backups}}}}}",
            "same-bucket: spare archives into `shop-backups` too",
        ),
        ("platform: {aws: {network: null}}", "replication-without-network: is replicated, but there are no db subnets of spare"),
    ],
)  # fmt: skip
def test_says(there: str, expected: str) -> None:
    assert any(line.startswith(expected) for line in disagreements(there)), disagreements(there)


BY_ARCHIVE = "data: {orders: {engine: {cloudnative-pg: {follow: archive}}}}"
COPIED = "platform: {aws: {buckets: {shop-backups: {replicate_to: shop-backups-west}}}}"
COPY = "platform: {aws: {network: null, buckets: {shop-backups-west: {replica_of: shop-backups}}}}"


def by_archive(there: str = COPY, *, here: str = f"{COPIED}\n{BY_ARCHIVE}", follow: str = BY_ARCHIVE) -> list[str]:
    """What the standby has to say about its primary."""
    primary = an_environment(DATABASE, a_network(0), HERE, here)
    standby = an_environment(DATABASE, a_network(1), WEST, THERE, there, follow)
    return _said(standby.with_neighbours({"live": primary}))


def test_who_follows_by_the_archive_needs_no_network_to_the_other_side() -> None:
    assert by_archive() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"follow": ""}, "two-ways-to-follow: says stream, and live says archive; write follow: archive on both sides"),
        ({"here": BY_ARCHIVE, "there": ""}, "no-copy-of-the-archive: reads `shop-backups-west`, to which shop-backups of live is not"),
        ({"there": f"{COPY}\ndata: {{orders: {{engine: {{cloudnative-pg: {{archive: {{prefix: wal/}}}}}}}}}}"},
         "another-folder: wal/ here and postgres/wal/ in live: a bucket replicates to the same folder; write prefix"),
        ({"there": f"{COPY}\nstage: staging\ndata: {{orders: {{engine: {{cloudnative-pg: {{archive: null}}}}}}}}"},
         "follows-nothing: follows by the archive, and spare has none; write archive"),
    ],
)  # fmt: skip
def test_who_follows_by_the_archive_is_told_what_is_missing(change: dict[str, str], expected: str) -> None:
    assert any(line.startswith(expected) for line in by_archive(**change)), by_archive(**change)


WEB = """
services:
  web: {image: 'web:1.0', port: 8080, resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}}
ingress: {type: alb}
expose: {www: {routes: {/: web}}}
"""
NAMED = "hosts: {www: www.shop.example}"


def exposure(there: str) -> tuple[Environment, list[str]]:
    """A standby of a primary that serves www.shop.example, and what it has to say, after an overlay on it."""
    primary = an_environment(DATABASE, a_network(0), HERE, WEB, NAMED)
    standby = an_environment(DATABASE, a_network(1), WEST, THERE, WEB, there)
    standby = standby.with_neighbours({"live": primary})
    return standby, _said(standby)


def test_a_standby_is_bounded_as_its_peer_is() -> None:
    bounds = "namespaces: {web: {quota: {requests: {cpu: 8, memory: 16Gi}, limits: {cpu: 8, memory: 16Gi}}}}"
    primary = an_environment(DATABASE, a_network(0), HERE, bounds)

    def said(there: str) -> list[str]:
        standby = an_environment(DATABASE, a_network(1), WEST, THERE, there)
        return [line for line in _said(standby.with_neighbours({"live": primary})) if "unbounded" in line]

    assert said("") == ["standby-unbounded: has no quota, which live has; write quota here too"]
    assert said(bounds) == []


def test_a_standby_answers_to_the_names_of_its_peer_without_being_told() -> None:
    standby, said = exposure("")

    assert said == []
    assert list(standby.public_hosts) == ["www.shop.example"]


def test_a_standby_may_have_the_same_names_written_down_and_more() -> None:
    more = "expose: {more: {routes: {/: web}}}\nhosts: {www: www.shop.example, more: spare.shop.example}"

    assert exposure(more)[1] == []


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("ingress: null", "live serves www.shop.example, and nothing here would bring its requests in; write ingress.type: alb"),
        ("hosts: {www: spare.shop.example}", "live serves www.shop.example, which nothing here answers to; write `hosts: {www: www.shop.example}`"),
        ("expose: null", "live serves www.shop.example, which nothing here answers to; write expose.www here too"),
        ("expose: {www: {routes: {/shop: web}}}", "leads elsewhere than in live; write the routes once, in system.yaml"),
    ],
)  # fmt: skip
def test_a_standby_that_exposes_less_than_its_peer_is_found(there: str, expected: str) -> None:
    assert exposure(there)[1] == [f"standby-exposes-less: {expected}"]


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        ("platform: {aws: {dns: null}}", "has a recovery peer for orders, but no DNS zone to find it by"),
        ("recovery: {active: true}", "is true on the primary; set it on the standby"),
        ("recovery: {reversed: true}", "is true on the primary; set it on the standby"),
    ],
)  # fmt: skip
def test_refuses(overlay: str, message: str) -> None:
    with pytest.raises(EnvironmentFileError, match=message):
        an_environment(DATABASE, HERE, overlay)


@pytest.mark.parametrize(
    ("archive", "expected"),
    [
        ("{generation: 2}", []),
        (
            "{generation: 1}",
            ["same-archive: is made anew, and its folder holds the log of before the failover; write generation: 2"],
        ),
        (
            "null",
            [
                "turned-without-archive: is to be made from the other side's archive, and archives go to none of the two; "
                "write archive: {bucket: <bucket>} on both sides"
            ],
        ),
    ],
)
def test_a_copy_that_is_made_from_an_archive_begins_one_of_its_own(archive: str, expected: list[str]) -> None:
    here = f"stage: staging\ndata: {{orders: {{engine: {{cloudnative-pg: {{archive: {archive}}}}}}}}}"

    found = disagreements("recovery: {active: true, reversed: true}", here=here)

    assert [line for line in found if "archive" in line.partition(":")[0]] == expected


def test_refuses_a_service_that_would_not_run_after_a_failover() -> None:
    service = """
services:
  shop:
    image: shop:v1
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
recovery: {minimum: {shop: 0}}
"""
    with pytest.raises(EnvironmentFileError, match=r"recovery.minimum.shop: 0 runs nothing; write 1 or more"):
        an_environment(DATABASE, HERE, service)


def test_refuses_to_turn_copies_round_for_a_store_that_copies_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CloudNativePgStore, "turns_round", False)
    standby = (DATABASE, a_network(1), WEST, THERE, "recovery: {reversed: true}")

    message = r"asks orders to copy to live, and its engine copies one way only; rebuild orders by hand"
    with pytest.raises(EnvironmentFileError, match=message):  # one-way-copies
        an_environment(*standby)
    monkeypatch.setattr(CloudNativePgStore, "turns_round", True)
    an_environment(*standby)

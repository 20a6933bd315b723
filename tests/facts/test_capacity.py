"""What pods ask for at most, and who is counted."""

from __future__ import annotations

from decimal import Decimal

from systems import BASE, an_environment

from groundplan.facts.capacity import Amount, declared_pods


def test_a_store_that_the_cloud_runs_takes_no_node() -> None:
    data = {"db": {**BASE["data"]["db"], "engine": {"azure-flexible-server": {"storage": "32Gi"}}}}

    assert [pods.path for pods in declared_pods(an_environment("staging", data=data))] == [
        ("services", "web"),
        ("services", "api"),
    ]


def test_a_standby_counts_as_if_it_had_taken_over() -> None:
    recovery = {"role": "standby", "peer": "production", "rto": "4h", "rpo": "30m", "minimum": {"web": 7}}

    pods = declared_pods(an_environment("dr", recovery=recovery))

    assert {item.path[-1]: item.count for item in pods} == {"web": 7, "api": 2, "db": 2}


def test_an_amount_holds_another_where_all_of_it_does() -> None:
    assert not Amount(Decimal(2), Decimal(1)).holds(Amount(Decimal(1), Decimal(2)))


def test_the_share_of_an_amount_is_that_of_what_is_scarcest() -> None:
    assert Amount(Decimal(1), Decimal(3)).share_of(Amount(Decimal(2), Decimal(4))) == Decimal("0.75")

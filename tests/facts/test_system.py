"""A system knows which part each of its environments plays."""

from __future__ import annotations

from systems import a_system


def test_versions_pass_from_staging_to_production_and_the_standby_is_no_stage() -> None:
    assert [item.environment for item in a_system().promotions] == ["staging", "production"]


def test_the_last_stage_speaks_for_the_system() -> None:
    assert a_system().primary.environment == "production"


def test_a_standby_that_has_taken_over_still_follows_its_peer() -> None:
    active = {"recovery": {"role": "standby", "peer": "production", "rto": "4h", "rpo": "30m", "active": True}}

    system = a_system({"dr": active})

    assert system.standby_of(system.named("production")) is system.named("dr")


def test_an_environment_without_a_standby_has_none() -> None:
    system = a_system()

    assert system.standby_of(system.named("staging")) is None


def test_a_tenant_runs_on_the_cluster_of_its_host() -> None:
    system = a_system({"staging": {"role": "tenant", "host": "production"}})

    assert system.cluster_of(system.named("staging")).environment == "production"

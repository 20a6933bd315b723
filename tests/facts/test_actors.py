"""Services and jobs on a schedule call others and have rights; Jobs that a service starts do not."""

from __future__ import annotations

from tests.support.nightly import NIGHTLY
from tests.support.rendering import an_environment

from groundplan.facts.actors import actors


def test_services_come_before_jobs_each_with_its_account_and_calls() -> None:
    found = [(item.chapter, item.name, item.account, list(item.calls)) for item in actors(an_environment(NIGHTLY))]

    assert found == [
        ("services", "api", "api", []),
        ("jobs", "nightly", "nightly", ["api", "cache", "files.example.com"]),
    ]


def test_a_service_acts_as_the_account_it_names() -> None:
    environment = an_environment(NIGHTLY, "services: {api: {service_account: front}}")

    assert actors(environment)[0].account == "front"

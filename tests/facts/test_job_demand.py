"""What jobs on a schedule take: of the nodes, of the quota, and of a store's connections."""

from __future__ import annotations

import pytest
from tests.support.nightly import NIGHTLY
from tests.support.rendering import an_environment

from groundplan.documents.connections import connections
from groundplan.errors import EnvironmentFileError
from groundplan.facts.callers import calling_pods
from groundplan.facts.capacity import declared_pods


def count(*overlays: str) -> int:
    return next(item.count for item in declared_pods(an_environment(NIGHTLY, *overlays)) if item.path[0] == "jobs")


def test_one_run_at_a_time_unless_they_may_overlap() -> None:
    assert count() == 1


def test_runs_that_may_overlap_count_as_many_as_fit_into_one() -> None:
    assert count('jobs: {nightly: {timeout: 2h, schedule: {at: "*/30 * * * *", overlap: allow}}}') == 4


def test_the_quota_has_room_for_it() -> None:
    quota = "requests: {cpu: 800m, memory: 800Mi}, limits: {cpu: 20, memory: 20Gi}"

    with pytest.raises(EnvironmentFileError, match=r"an update, jobs and data stores take 0\.94Gi"):
        an_environment(NIGHTLY, f"namespaces: {{web: {{quota: {{{quota}}}}}}}")


def test_it_is_among_the_callers_of_what_it_calls() -> None:
    assert calling_pods(an_environment(NIGHTLY), "cache") == ["nightly"]


def test_its_runs_share_the_connections_of_a_store() -> None:
    postgres = """
data:
  orders:
    type: postgres
    version: 16
    owner: orders
    credentials: login
    engine: {cloudnative-pg: {instances: 1, storage: 1Gi, resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {cpu: 500m, memory: 512Mi}}}}
jobs: {nightly: {calls: [orders, cache]}}
secrets: {entries: {login: {generated: true}}}
stage: development
"""
    assert [(name, pods) for name, _, pods, _ in connections(an_environment(NIGHTLY, postgres))] == [
        ("cache", 1),
        ("orders", 1),
    ]

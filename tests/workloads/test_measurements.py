"""A new version is measured by what the gateway counted."""

from __future__ import annotations

import promql_parser
import pytest

from groundplan.kubernetes.objects import Json
from groundplan.workloads.measurements import Measured, error_rate, latency

MEASURED = Measured(service="web-canary", namespace="shop", prometheus="http://prometheus:9090")


def query(metric: Json) -> str:
    found: str = metric["provider"]["prometheus"]["query"]
    return found


@pytest.mark.parametrize("metric", [error_rate(MEASURED, 1), latency(MEASURED, "10s")], ids=["errors", "latency"])
def test_only_the_version_s_own_requests_count(metric: Json) -> None:
    version = 'destination_service_name="web-canary",destination_service_namespace="shop"'

    assert query(metric).count("{") == query(metric).count(version)
    assert promql_parser.parse(query(metric))


def test_a_percentage_is_held_against_a_share() -> None:
    assert error_rate(MEASURED, 0.5)["failureCondition"] == "len(result) > 0 && result[0] > 0.005"


def test_a_duration_is_held_against_seconds() -> None:
    assert latency(MEASURED, "300ms")["failureCondition"].endswith("> 0.3")


def test_no_request_is_no_failure() -> None:
    assert error_rate(MEASURED, 1)["successCondition"].startswith("len(result) == 0")


def test_whoever_measures_is_asked() -> None:
    assert latency(MEASURED, "1s")["provider"]["prometheus"]["address"] == "http://prometheus:9090"

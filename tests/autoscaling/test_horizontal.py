"""Bounds, measures and speed of an autoscaler."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.rendering import an_environment, rendered, the

from groundplan.autoscaling.horizontal import metric_target
from groundplan.model.scaling import Metric


def spec_of(scaling: str) -> Any:
    text = (
        "services: {api: {image: 'shop/api:v1', port: 8080, resources: {requests: {cpu: 100m, memory: 128Mi}, "
        f"limits: {{cpu: 1, memory: 1Gi}}}}, scaling: {scaling}}}}}"
    )
    return the(rendered(an_environment(text), "api"), "HorizontalPodAutoscaler")["spec"]


@pytest.mark.parametrize(
    ("written", "target"),
    [("300ms", "300m"), ("2s", "2"), ("1500ms", "1500m"), ("1h", "3600"), ("50", "50"), ("500m", "500m"), ("1k", "1k")],
)
def test_durations_are_compared_in_seconds(written: str, target: str) -> None:
    assert metric_target(Metric(average=written, gauge="x")) == target


def test_cpu_is_the_measure_unless_told_otherwise() -> None:
    [metric] = spec_of("{min: 2, max: 4}")["metrics"]

    assert metric["resource"] == {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}


def test_cpu_can_be_switched_off() -> None:
    [metric] = spec_of("{min: 2, max: 4, cpu: off, memory: 80}")["metrics"]

    assert metric["resource"]["name"] == "memory"


def test_own_metrics_come_after_the_resources() -> None:
    metrics = spec_of("{min: 2, max: 4, metrics: {latency: {average: 300ms, histogram: latency_seconds}}}")["metrics"]

    assert [metric["type"] for metric in metrics] == ["Resource", "Pods"]
    assert metrics[1]["pods"]["target"] == {"type": "AverageValue", "averageValue": "300m"}


def test_it_grows_at_once_and_shrinks_after_five_minutes() -> None:
    behavior = spec_of("{min: 2, max: 4}")["behavior"]

    assert behavior["scaleUp"]["stabilizationWindowSeconds"] == 0
    assert behavior["scaleDown"]["stabilizationWindowSeconds"] == 300


def test_speed_can_be_given_in_percent_and_pods() -> None:
    behavior = spec_of("{min: 2, max: 4, down: {window: 60s, pods: 1, period: 30s}}")["behavior"]

    assert behavior["scaleDown"]["policies"] == [{"type": "Pods", "value": 1, "periodSeconds": 30}]

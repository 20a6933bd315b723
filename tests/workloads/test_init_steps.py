"""Steps in each pod before a service starts: in their order, bounded like the service, with what it has."""

from __future__ import annotations

import pytest
from tests.support.rendering import Json, an_environment, rendered, the

SERVICE = """
services:
  api:
    image: shop/api:v1.0.0
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
    env: {LEVEL: info}
    mounts: {work: {path: /work, scratch: 1Gi}}
    prepare: [/migrate]
    init:
      - {name: unpack, image: "shop/tools:v2.0.0", command: [/unpack, /work]}
      - {name: index, command: [/api, index]}
"""


@pytest.fixture(scope="module")
def documents() -> list[Json]:
    return rendered(an_environment(SERVICE), "api")


@pytest.fixture(scope="module")
def pod(documents: list[Json]) -> Json:
    spec: Json = the(documents, "Deployment", "api")["spec"]["template"]["spec"]
    return spec


def test_steps_run_in_the_order_they_are_written(pod: Json) -> None:
    assert [step["command"] for step in pod["initContainers"]] == [["/unpack", "/work"], ["/api", "index"]]


def test_a_step_runs_its_own_image_or_the_service_s(pod: Json) -> None:
    tools, own = (step["image"] for step in pod["initContainers"])

    assert tools.endswith("/shop/tools:v2.0.0")
    assert own == pod["containers"][0]["image"]


@pytest.mark.parametrize("field", ["env", "resources", "securityContext", "volumeMounts"])
def test_a_step_has_what_the_service_has(pod: Json, field: str) -> None:
    assert all(step[field] == pod["containers"][0][field] for step in pod["initContainers"])


def test_nothing_is_asked_of_a_step_that_serves_nobody(pod: Json) -> None:
    serving = {"ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"}

    assert not any(serving & set(step) for step in pod["initContainers"])


def test_a_preparation_leaves_them_out(documents: list[Json]) -> None:
    assert "initContainers" not in the(documents, "Job", "api-prepare")["spec"]["template"]["spec"]


def test_the_registry_has_a_repository_for_the_image_of_a_step() -> None:
    names = [
        item["spec"]["name"] for item in rendered(an_environment(SERVICE), "cloud") if item["kind"] == "Repository"
    ]

    assert "shop/tools" in names

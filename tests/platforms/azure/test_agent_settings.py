"""What the agent of Azure Monitor collects from the cluster."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from tests.support.azure_shop import AZURE_SHOP
from tests.support.rendering import Json, an_environment, rendered, the

NAME = "container-azm-ms-agentconfig"


def agent(*overlays: str) -> Json:
    return the(rendered(an_environment(*overlays, base=AZURE_SHOP), "monitoring"), "ConfigMap", NAME)


def settings(*overlays: str) -> dict[str, Any]:
    text = agent(*overlays)["data"]["log-data-collection-settings"]
    collected: dict[str, Any] = tomllib.loads(text)["log_collection_settings"]
    return collected


def test_the_settings_stand_where_the_agent_looks() -> None:
    assert agent()["metadata"]["namespace"] == "kube-system"


def test_output_and_events_are_collected_and_variables_are_not() -> None:
    collected = settings()

    assert [collected[what]["enabled"] for what in ("stdout", "stderr", "collect_all_kube_events")] == [True] * 3
    assert collected["env_var"]["enabled"] is False
    assert collected["schema"]["containerlog_schema_version"] == "v2"


@pytest.mark.parametrize(
    ("written", "silent"),
    [
        ("{}", ["kube-system"]),
        ("{noisy: true}", ["kube-system", "noisy"]),
        ("{noisy: true, kube-system: false}", ["noisy"]),
    ],
)
def test_silent_namespaces_are_left_out_beside_the_one_of_kubernetes(written: str, silent: list[str]) -> None:
    collected = settings(f"platform: {{azure: {{monitor: {{silent_namespaces: {written}}}}}}}")

    assert collected["stdout"]["exclude_namespaces"] == silent
    assert collected["stderr"]["exclude_namespaces"] == silent


def test_without_azures_monitoring_there_is_no_agent_to_tell() -> None:
    documents = rendered(an_environment("platform: {azure: {monitor: null}}", base=AZURE_SHOP), "monitoring")

    assert NAME not in {document["metadata"]["name"] for document in documents}

"""What a service ought to ask for is watched, and changed by nobody but people."""

from __future__ import annotations

from tests.support.azure_rendering import RESOURCES, azure
from tests.support.rendering import an_environment, rendered, schema_problems, the

from groundplan.addons.selection import needed
from groundplan.addons.values import add_on_values

WEB = f"services: {{web: {{image: 'web:1.0', port: 80, {RESOURCES}}}}}"
SIZED = "cluster: {right_sizing: true}"


def test_a_recommendation_is_kept_and_not_applied() -> None:
    recommender = the(rendered(azure(WEB, SIZED), "web"), "VerticalPodAutoscaler", "web")

    assert recommender["spec"] == {
        "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "updatePolicy": {"updateMode": "Off"},
    }
    assert schema_problems(recommender) == []


def test_it_watches_whatever_the_rollout_makes_of_the_workload() -> None:
    overlay = "services: {web: {rollout: blue-green}}"

    recommender = the(rendered(azure(WEB, SIZED, overlay), "web"), "VerticalPodAutoscaler")

    assert recommender["spec"]["targetRef"]["kind"] == "Rollout"


def test_without_being_asked_there_is_none() -> None:
    assert "VerticalPodAutoscaler" not in {item["kind"] for item in rendered(azure(WEB), "web")}


def test_where_the_cluster_brings_no_recommender_it_is_installed_and_nothing_that_changes_pods() -> None:
    environment = an_environment(SIZED)

    assert "vertical-pod-autoscaler" in needed(environment)
    assert "vertical-pod-autoscaler" not in needed(azure(SIZED))
    values = add_on_values(environment)["vertical-pod-autoscaler"](environment)
    assert values["updater"] == values["admissionController"] == {"enabled": False}

"""Pods, Jobs and autoscalers that controllers make of rendered workloads."""

from typing import Any

import pytest
from trees import an_object

from groundplan.checks.inventory import Object
from groundplan.checks.made_later import made_later

Json = dict[str, Any]
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web"}]}}


def made(document: Json) -> list[Json]:
    return [dict(item) for item in made_later(Object("dist/a.yaml", document, "store", "prod", "web", "store/prod"))]


@pytest.mark.parametrize(
    ("kind", "api_version"), [("Deployment", "apps/v1"), ("Rollout", "argoproj.io/v1alpha1"), ("Job", "batch/v1")]
)
def test_a_workload_makes_pods_of_its_template(kind: str, api_version: str) -> None:
    (pod,) = made(an_object(kind, "web", api_version, spec={"template": TEMPLATE}))

    assert (pod["kind"], pod["spec"], pod["metadata"]["labels"]) == ("Pod", TEMPLATE["spec"], {"app": "web"})


def test_a_schedule_makes_a_job_and_the_job_a_pod() -> None:
    job, pod = made(an_object("CronJob", "web", "batch/v1", spec={"jobTemplate": {"spec": {"template": TEMPLATE}}}))

    assert (job["kind"], job["spec"]["template"]) == ("Job", TEMPLATE)
    assert pod["spec"] == TEMPLATE["spec"]


def test_a_queue_makes_a_job_for_each_message() -> None:
    job, pod = made(an_object("ScaledJob", "web", "keda.sh/v1alpha1", spec={"jobTargetRef": {"template": TEMPLATE}}))

    assert (job["kind"], pod["kind"]) == ("Job", "Pod")


def test_keda_makes_an_autoscaler_that_never_goes_below_one() -> None:
    spec = {"scaleTargetRef": {"name": "web"}, "minReplicaCount": 0, "maxReplicaCount": 5}

    (autoscaler,) = made(an_object("ScaledObject", "web", "keda.sh/v1alpha1", spec=spec))

    assert (autoscaler["spec"]["minReplicas"], autoscaler["spec"]["maxReplicas"]) == (1, 5)


def test_whatever_is_made_has_an_owner() -> None:
    (pod,) = made(an_object("Deployment", "web", "apps/v1", spec={"template": TEMPLATE}))

    assert pod["metadata"]["ownerReferences"][0]["name"] == "web"


def test_most_kinds_make_nothing() -> None:
    assert made(an_object("ConfigMap", "web")) == []

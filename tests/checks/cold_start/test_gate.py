"""A cold start comes to rest with everything healthy, or it says what waits for what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cold_start import (
    INSTALL,
    NAMESPACE,
    REPOSITORY,
    ROOT,
    SETTINGS,
    STEPS,
    Json,
    a_cold_cluster,
    a_deployment,
    a_page,
    at,
    component,
    first,
    judge,
    said,
)
from trees import a_project, an_object, put, put_delivery


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return a_cold_cluster(tmp_path)


def an_autoscaler() -> Json:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return an_object("HorizontalPodAutoscaler", "web", "autoscaling/v2", spec={"scaleTargetRef": target})


def a_definition() -> Json:
    spec = {"group": "example.com", "names": {"kind": "Widget", "plural": "widgets"}}
    return an_object(
        "CustomResourceDefinition", "widgets.example.com", "apiextensions.k8s.io/v1", namespace=None, spec=spec
    )


def a_job(**spec: Any) -> Json:
    template = {"spec": {"containers": [{"name": "j", "image": "i"}], **spec}}
    return an_object("Job", "prepare", "batch/v1", spec={"template": template})


WIDGET = an_object("Widget", "w", "example.com/v1")
CLAIM = an_object("PersistentVolumeClaim", "data", spec={"storageClassName": "slow"})
MOUNTS = {"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}


def a_class(mode: str) -> Json:
    return an_object("StorageClass", "slow", "storage.k8s.io/v1", namespace=None, volumeBindingMode=mode)


def test_a_cluster_whose_waves_need_what_came_before_becomes_healthy(tree: Path) -> None:
    component(tree, "definitions", -10, a_definition())
    component(tree, "web", 0, a_deployment(), an_autoscaler(), WIDGET)

    assert judge(tree) == ()


def test_a_root_that_no_page_applies_is_found(tree: Path) -> None:
    a_page(tree, *STEPS[:3])

    assert "waits for somebody who applies it" in str(judge(tree)[0])


def test_a_root_applied_to_another_cluster_is_not_applied(tree: Path) -> None:
    a_page(tree, *STEPS[:3], ROOT.replace("--context store", "--context management"))

    assert any("waits for somebody who applies it" in str(finding) for finding in judge(tree))


@pytest.mark.parametrize(
    ("missing", "what"),
    [(INSTALL, "Argo CD in argocd of store/prod"), (SETTINGS, "by which waves wait for health"), (NAMESPACE, "namespace argocd")],
)  # fmt: skip
def test_a_page_that_leaves_out_a_step_is_found(tree: Path, missing: str, what: str) -> None:
    a_page(tree, *(step for step in STEPS if step != missing))

    assert what in said(tree)


def test_a_step_that_waits_for_what_a_later_step_brings_is_a_circle(tree: Path) -> None:
    wait = (
        "kubectl --context store --namespace argocd wait applications.argoproj.io/root-prod --for=jsonpath={.a}=Healthy"
    )
    a_page(tree, *STEPS[:3], wait, ROOT)

    assert "and that for itself" in said(tree)
    assert "docs/systems/store/bootstrap.md:7" in said(tree)


def test_a_step_about_an_application_that_a_later_step_brings_is_a_circle(tree: Path) -> None:
    component(tree, "web", 0, a_deployment())
    patch = (
        "kubectl --context store --namespace argocd patch applications.argoproj.io/web-prod --type merge --patch '{}'"
    )
    a_page(tree, *STEPS[:3], patch, ROOT)

    assert "Application web-prod" in said(tree)


def test_a_project_that_nobody_brings_is_found(tree: Path) -> None:
    component(tree, "web", 0, a_deployment(), project="other")

    assert "waits for the project other, which nobody brings before" in said(tree)


@pytest.mark.parametrize(("wave", "good"), [(-10, True), (0, True), (10, False)])
def test_a_kind_that_a_later_wave_defines_is_a_circle(tree: Path, wave: int, good: bool) -> None:
    component(tree, "web", 0, WIDGET)
    component(tree, "definitions", wave, a_definition())

    assert ["the kind Widget of example.com" in str(finding) for finding in judge(tree)] == [True] * (not good)


def test_a_kind_of_the_same_application_is_tried_out_when_it_is_there(tree: Path) -> None:
    component(tree, "web", 0, at(WIDGET, sync_wave="1"), a_definition())

    assert judge(tree) == ()


def test_an_autoscaler_before_the_workload_it_scales_holds_its_application_up(tree: Path) -> None:
    component(tree, "web", 0, at(a_deployment(), sync_wave="1"), an_autoscaler())

    found = said(tree)

    assert "and that for itself" in found
    assert "HorizontalPodAutoscaler-web.yaml" in found
    assert "Deployment-web.yaml" in found


def test_a_hook_before_the_account_it_runs_as_holds_its_application_up(tree: Path) -> None:
    account = an_object("ServiceAccount", "prepare")
    component(tree, "web", 0, at(a_job(serviceAccountName="prepare"), hook="PreSync"), account)

    assert "ServiceAccount shop/prepare" in said(tree)


def test_a_hook_after_everything_waits_for_nothing_that_is_late(tree: Path) -> None:
    account = an_object("ServiceAccount", "prepare")
    component(tree, "web", 0, at(a_job(serviceAccountName="prepare"), hook="PostSync"), account)

    assert judge(tree) == ()


@pytest.mark.parametrize(("mode", "good"), [("Immediate", True), ("WaitForFirstConsumer", False)])
def test_a_claim_that_waits_for_a_pod_of_a_later_wave_is_a_circle(tree: Path, mode: str, good: bool) -> None:
    component(tree, "storage", -10, a_class(mode))
    component(tree, "data", 0, CLAIM)
    component(tree, "web", 10, a_deployment(**MOUNTS))

    assert ["the first pod that mounts it" in str(finding) for finding in judge(tree)] == [True] * (not good)


def test_without_the_health_of_applications_no_wave_waits_for_another(tree: Path) -> None:
    put(tree, an_object("ConfigMap", "argocd-cm", namespace="argocd", data={}), "argocd")
    component(tree, "data", 0, CLAIM, a_class("WaitForFirstConsumer"))
    component(tree, "web", 10, a_deployment(**MOUNTS))

    assert judge(tree) == ()


LEAVE = f"kubectl --context store --namespace argocd create secret generic r --from-literal=url={REPOSITORY}"


def test_leave_to_read_that_is_given_on_another_cluster_alone_is_found(tree: Path) -> None:
    a_page(tree, LEAVE.replace("store", "management"), *STEPS)

    assert f"leave to read {REPOSITORY}" in said(tree)


def test_leave_to_read_comes_after_the_namespace_it_is_kept_in(tree: Path) -> None:
    a_page(tree, LEAVE, *STEPS)

    assert "namespace argocd" in str(judge(tree)[0])


def test_leave_to_read_given_where_it_is_needed_is_fine(tree: Path) -> None:
    a_page(tree, NAMESPACE, LEAVE, *STEPS[1:])

    assert judge(tree) == ()


def test_what_a_window_holds_is_synced_by_hand_once(tree: Path) -> None:
    window = {
        "kind": "allow",
        "schedule": "0 2 * * *",
        "duration": "1h",
        "applications": ["web-prod"],
        "manualSync": True,
    }
    put_delivery(tree, first(a_project(syncWindows=[window])))
    component(tree, "web", 0, a_deployment())
    assert "waits for its window to open at 0 2 * * *" in said(tree)

    patch = (
        "kubectl --context store --namespace argocd patch applications.argoproj.io/web-prod --type merge --patch '{}'"
    )
    a_page(tree, *STEPS, patch)
    assert judge(tree) == ()


def test_a_window_that_only_denies_holds_nothing_at_other_times(tree: Path) -> None:
    window = {
        "kind": "deny",
        "schedule": "0 2 * * *",
        "duration": "1h",
        "applications": ["web-prod"],
        "manualSync": True,
    }
    put_delivery(tree, first(a_project(syncWindows=[window])))
    component(tree, "web", 0, a_deployment())

    assert judge(tree) == ()

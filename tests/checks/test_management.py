"""The management cluster: its own controllers and every system's cloud resources are judged as one cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_project, an_application, an_environment, an_object, put, put_delivery, write

from groundplan.checks import order, placement, references
from groundplan.checks.applications import WAVE
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, read_inventory
from groundplan.checks.order import HEALTH
from groundplan.checks.runner import check

HUB = "hub/main"
SERVER = "https://kubernetes.default.svc"
PROVIDED = """
always:
  apis: ["", argoproj.io]
  objects: [{kind: Namespace, names: [argocd], namespace: ""}]
"""
DELIVERY = {"repository": {"url": "https://git.example.com/platform"}, "management_cluster": HUB}
DEFINITIONS = {"repoURL": "https://git.example.com/s3-controller", "targetRevision": "v1.10.0", "path": "helm/crds"}


def context(root: Path) -> Context:
    listed = [an_environment(scope, delivery=DELIVERY) for scope in (HUB, "store/prod")]
    return Context(root, {f"{item.system}/{item.environment}": item for item in listed})


def inventory(root: Path) -> Inventory:
    return read_inventory(root, management=context(root).management)


def rules(root: Path, gate: Any) -> list[tuple[str, str]]:
    return [(finding.rule, finding.subject) for finding in gate.run(inventory(root), context(root)).findings]


def a_controller(name: str = "s3", *, wave: int = -30, definitions: dict[str, Any] = DEFINITIONS) -> dict[str, Any]:
    """An Application of two sources: a controller's chart, and its definitions from somebody else's repository."""
    chart = {"repoURL": "public.ecr.aws/aws-controllers-k8s", "chart": f"{name}-chart", "helm": {"skipCrds": True}}
    application = an_application(
        f"ack-{name}",
        wave=wave,
        scope=HUB,
        project="hub",
        sources=[chart, definitions],
        destination={"server": SERVER, "namespace": "ack-system"},
        syncPolicy={"syncOptions": ["CreateNamespace=true"]},
    )
    del application["spec"]["source"]
    return application


def health(root: Path, namespace: str = "argocd") -> None:
    """The argocd-cm of the management cluster, and the Application that brings it."""
    put(root, an_object("ConfigMap", "argocd-cm", namespace=namespace, data={HEALTH: "return hs"}), "argocd", HUB)
    destination = {"server": SERVER, "namespace": namespace}
    put_delivery(root, an_application("argocd", wave=-40, scope=HUB, project="hub", destination=destination), scope=HUB)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A store whose bucket is an object of the management cluster, which has Argo CD and no controller yet."""
    write(tmp_path, "environments/provided.yaml", PROVIDED)
    put(tmp_path, an_object("Bucket", "b", "s3.services.k8s.aws/v1alpha1", namespace="store-prod"), "cloud")
    cloud = an_application(
        "cloud",
        wave=-50,
        destination={"server": SERVER, "namespace": "store-prod"},
        syncPolicy={"syncOptions": ["CreateNamespace=true"]},
    )
    put_delivery(tmp_path, cloud, "management")
    for name, folder, scope in (("store", "management", "store/prod"), ("hub", "applications", HUB)):
        project = a_project(name)
        project["metadata"]["annotations"] = {WAVE: "-100"}
        put_delivery(tmp_path, project, folder, scope)
    health(tmp_path)
    return tmp_path


def test_its_own_objects_and_every_system_s_cloud_are_in_one_cluster(tree: Path) -> None:
    put_delivery(tree, a_controller(), scope=HUB)

    assert set(inventory(tree).clusters) == {"management"}


def test_an_environment_nobody_names_is_a_cluster_of_its_own(tree: Path) -> None:
    assert set(read_inventory(tree).clusters) == {"hub/main", "management"}


def test_a_kind_of_the_cloud_is_proven_by_the_controller_that_defines_it(tree: Path) -> None:
    assert rules(tree, references) == [("references.kind", "Bucket b: kind")]

    put_delivery(tree, a_controller(), scope=HUB)
    assert rules(tree, references) == []


def test_a_controller_of_another_service_proves_nothing(tree: Path) -> None:
    put_delivery(tree, a_controller("ec2"), scope=HUB)

    assert rules(tree, references) == [("references.kind", "Bucket b: kind")]


def test_a_controller_on_the_system_s_own_cluster_proves_nothing(tree: Path) -> None:
    put_delivery(tree, a_controller(), scope="store/prod")

    assert ("references.kind", "Bucket b: kind") in rules(tree, references)


@pytest.mark.parametrize(("group", "known"), [("cache.azure.com", True), ("quantum.azure.com", False)])
def test_the_operator_of_azure_brings_the_groups_it_is_told_to(tree: Path, group: str, known: bool) -> None:
    put_delivery(tree, a_controller(), scope=HUB)
    source = {"repoURL": "https://charts.example.com", "chart": "azure-service-operator", "helm": {}}
    destination = {"server": SERVER, "namespace": "argocd"}
    operator = an_application("aso", scope=HUB, project="hub", source=source, destination=destination)
    put_delivery(tree, operator, scope=HUB)
    put(tree, an_object("Anything", "a", f"{group}/v1", namespace="store-prod"), "cloud")

    assert rules(tree, references) == ([] if known else [("references.kind", "Anything a: kind")])


def test_its_own_root_comes_before_every_system_s_share_whatever_the_wave(tree: Path) -> None:
    put_delivery(tree, a_controller(wave=50), scope=HUB)

    assert rules(tree, order) == []


def test_a_definition_in_another_system_s_share_is_not_in_time(tree: Path) -> None:
    names = {"group": "s3.services.k8s.aws", "names": {"kind": "Bucket"}}
    definition = an_object("CustomResourceDefinition", "buckets", "apiextensions.k8s.io/v1", namespace=None, spec=names)
    put(tree, definition, "definitions", "other/prod")
    put_delivery(tree, an_application("definitions", scope="other/prod"), "management", "other/prod")

    assert ("order", "Bucket b: kind") in rules(tree, order)


def test_within_its_own_root_waves_count(tree: Path) -> None:
    put_delivery(tree, a_controller(wave=10), scope=HUB)
    put(tree, an_object("Bucket", "own", "s3.services.k8s.aws/v1alpha1", namespace="argocd"), "buckets", HUB)
    destination = {"server": SERVER, "namespace": "argocd"}
    put_delivery(tree, an_application("buckets", wave=0, scope=HUB, project="hub", destination=destination), scope=HUB)

    assert rules(tree, order) == [("order", "Bucket own: kind")]


def test_shares_wait_by_the_health_check_of_the_argo_cd_that_syncs_them(tree: Path) -> None:
    put_delivery(tree, an_application("edge", wave=40), "management")
    put(tree, an_object("ConfigMap", "e", namespace="store-prod"), "edge")
    assert rules(tree, order) == []

    (tree / "dist/hub/main/argocd/argocd/ConfigMap-argocd-cm.yaml").unlink()
    health(tree, "deploy")
    assert [rule for rule, _ in rules(tree, order)] == ["order.health"]


def test_a_folder_of_somebody_else_s_repository_is_not_looked_for_here(tree: Path) -> None:
    put_delivery(tree, a_controller(), scope=HUB)

    found = [rule for gate in (references, placement) for rule, _ in rules(tree, gate)]
    assert not {"references.path", "placement.empty-source"} & set(found)


def test_a_folder_of_this_repository_must_exist(tree: Path) -> None:
    put_delivery(tree, a_controller(definitions={**DEFINITIONS, "repoURL": DELIVERY["repository"]["url"]}), scope=HUB)

    assert ("references.path", "Application ack-s3-main: spec.source.path") in rules(tree, references)
    assert "placement.empty-source" in [rule for rule, _ in rules(tree, placement)]


def test_one_system_is_judged_together_with_the_management_cluster(repository: Path) -> None:
    report = check(repository, ["factory-ai/shared"], gates=["references"])

    assert [finding for finding in report.findings if "nothing in cluster management" in finding.message] == []
    assert report.environments == ("factory-ai/shared",)

"""The placement gate: one owner, nothing where it may not be, no identity twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, a_project, an_application, an_environment, an_object, inventory, put, put_delivery

from groundplan.checks.placement import run


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A component, its Application, its project, and their root: nothing is wrong."""
    put(tmp_path, an_object("ConfigMap", "c", data={}))
    put_delivery(tmp_path, an_application())
    put_delivery(tmp_path, a_project())
    root_source = {"repoURL": "https://git.example.com/platform", "path": "argocd/store/prod/applications"}
    destination = {"server": "https://kubernetes.default.svc", "namespace": "argocd"}
    root = an_application("root", project="bootstrap", source=root_source, destination=destination)
    put_delivery(tmp_path, root, "root-applications")
    kinds = [{"group": "argoproj.io", "kind": kind} for kind in ("Application", "AppProject")]
    bootstrap = a_project("bootstrap", destinations=[destination], namespaceResourceWhitelist=kinds)
    put_delivery(tmp_path, bootstrap, "root-applications")
    return tmp_path


def rules(root: Path, **hosts: str) -> list[str]:
    verdict = run(found := inventory(root, **hosts), a_context(root))
    assert verdict.judged == len(found)
    return [finding.rule for finding in verdict.findings]


def test_a_tree_in_order_passes(tree: Path) -> None:
    assert rules(tree) == []


def test_an_object_that_no_application_syncs_has_no_owner(tree: Path) -> None:
    put(tree, an_object("ConfigMap", "d"), "worker")

    assert rules(tree) == ["placement.no-owner"]


def test_an_application_that_does_not_recurse_leaves_namespaces_out(tree: Path) -> None:
    source = {"repoURL": "https://git.example.com/platform", "path": "dist/store/prod/web"}
    put_delivery(tree, an_application(source=source))

    assert rules(tree) == ["placement.no-owner"]


def test_two_applications_must_not_share_a_component(tree: Path) -> None:
    second = an_application()
    second["metadata"]["name"] = "again"
    put_delivery(tree, second)

    assert rules(tree) == ["placement.owners"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"project": "default"}, "placement.default-project"),
        ({"project": "other"}, "placement.no-project"),
        ({"repository": "https://git.example.com/fork"}, "placement.source"),
        ({"destination": {"server": "https://kubernetes.default.svc", "namespace": "x"}}, "placement.destination"),
        ({"destination": {"server": "https://elsewhere", "namespace": "shop"}}, "placement.destination"),
    ],
)
def test_an_application_stays_within_its_project(tree: Path, change: dict[str, Any], rule: str) -> None:
    put_delivery(tree, an_application(**change))

    assert rule in rules(tree)


def test_an_application_of_an_empty_folder_is_reported(tree: Path) -> None:
    put_delivery(tree, an_application("gone"))

    assert rules(tree) == ["placement.empty-source"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"sourceRepos": ["*"]}, "placement.any-source"),
        ({"destinations": [{"server": "*", "namespace": "shop"}]}, "placement.any-destination"),
        (
            {"destinations": [{"server": "https://kubernetes.default.svc", "namespace": "*"}]},
            "placement.any-destination",
        ),
    ],
)
def test_a_project_names_what_it_permits(tree: Path, change: dict[str, Any], rule: str) -> None:
    put_delivery(tree, a_project(**change))

    assert rules(tree) == [rule]


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        (an_object("Pod", "p"), "placement.kind"),
        (an_object("StorageClass", "s", "storage.k8s.io/v1", namespace=None), "placement.kind"),
        (an_object("ConfigMap", "c", namespace="other"), "placement.namespace"),
    ],
)
def test_an_object_stays_within_the_project_of_its_application(tree: Path, document: dict[str, Any], rule: str) -> None:
    put(tree, document)

    assert rules(tree) == [rule]


def test_a_project_without_a_cluster_list_permits_no_cluster_scoped_kind(tree: Path) -> None:
    project = a_project()
    del project["spec"]["clusterResourceWhitelist"], project["spec"]["namespaceResourceWhitelist"]
    put_delivery(tree, project)
    put(tree, an_object("Pod", "p"))
    put(tree, an_object("Namespace", "shop", namespace=None))

    assert rules(tree) == ["placement.kind"]


def test_a_kind_on_the_black_list_is_not_permitted(tree: Path) -> None:
    put_delivery(tree, a_project(namespaceResourceBlacklist=[{"group": "", "kind": "ConfigMap"}]))

    assert rules(tree) == ["placement.kind"]


def test_an_identity_exists_once_in_a_cluster(tree: Path) -> None:
    put(tree, an_object("Namespace", "shop", namespace=None), "web")
    put(tree, an_object("Namespace", "shop", namespace=None), "foundation", "store/test")

    assert "placement.twice" not in rules(tree)
    assert "placement.twice" in rules(tree, store_test="prod")


def test_another_group_of_the_same_kind_is_another_identity(tree: Path) -> None:
    put(tree, an_object("Cluster", "db", "postgresql.cnpg.io/v1"))
    put(tree, an_object("Cluster", "db", "redis.example.com/v1"))

    assert "placement.twice" not in rules(tree)


def test_what_a_person_applies_may_be_written_twice_in_the_same_words(tree: Path) -> None:
    destination = {"server": "https://kubernetes.default.svc", "namespace": "argocd"}
    kinds = [{"group": "argoproj.io", "kind": kind} for kind in ("Application", "AppProject")]
    same = a_project("bootstrap", destinations=[destination], namespaceResourceWhitelist=kinds)
    other = a_project("bootstrap", destinations=[])
    put_delivery(tree, same, "root-applications", "store/test")
    assert rules(tree, store_test="prod") == []

    put_delivery(tree, other, "root-applications", "store/test")
    assert rules(tree, store_test="prod") == ["placement.twice"]


def test_a_component_and_its_application_meet_in_one_cluster(tree: Path) -> None:
    put(tree, an_object("ConfigMap", "k"), "network")
    network = an_application("network")
    put_delivery(tree, network, "management")
    network["metadata"]["name"] = "network-again"
    put_delivery(tree, network)

    assert "placement.cluster" in rules(tree)


def test_a_tenant_brings_nothing_that_belongs_to_the_whole_cluster(tree: Path) -> None:
    put_delivery(tree, a_project(clusterResourceWhitelist=[{"group": "*", "kind": "*"}]))
    put(tree, an_object("Namespace", "shop", namespace=None))
    put(tree, an_object("PriorityClass", "high", "scheduling.k8s.io/v1", namespace=None))
    tenant = an_environment(role="tenant", host="shared")

    findings = run(inventory(tree, store_prod="shared"), a_context(tree, tenant)).findings

    assert [(finding.rule, finding.subject) for finding in findings] == [
        ("placement.tenant", "PriorityClass high: kind")
    ]

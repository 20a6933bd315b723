"""The path of every object, which never changes once it is in Git."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from groundplan.layout import argocd_dir, component_dir, file_name, object_path

WEB = component_dir("shop", "production", "web")


def an_object(api_version: str, kind: str, name: str = "x", namespace: str | None = "shop") -> dict[str, object]:
    metadata = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def test_a_component_is_a_folder_below_its_environment() -> None:
    assert PurePosixPath("dist/shop/production/web") == WEB
    assert argocd_dir("shop", "production") == PurePosixPath("argocd/shop/production")


def test_a_namespaced_object_lies_in_a_folder_of_its_namespace() -> None:
    assert object_path(WEB, an_object("apps/v1", "Deployment", "web")) == WEB / "shop" / "Deployment-web.yaml"


def test_a_cluster_scoped_object_lies_in_the_component() -> None:
    assert object_path(WEB, an_object("v1", "Namespace", "shop", None)) == WEB / "Namespace-shop.yaml"


@pytest.mark.parametrize(
    ("api_version", "kind", "name"),
    [
        ("v1", "Secret", "Secret-x.yaml"),
        ("rbac.authorization.k8s.io/v1", "Role", "Role-x.yaml"),
        ("iam.services.k8s.aws/v1alpha1", "Role", "Role.iam.services.k8s.aws-x.yaml"),
        ("serving.knative.dev/v1", "Service", "Service.serving.knative.dev-x.yaml"),
        ("apps/v1", "Deployment", "Deployment-x.yaml"),
    ],
)
def test_a_kind_of_several_groups_carries_the_group_that_is_not_kubernetes_own(
    api_version: str, kind: str, name: str
) -> None:
    assert file_name(an_object(api_version, kind)) == name


def test_the_same_name_in_two_namespaces_is_two_files() -> None:
    paths = {object_path(WEB, an_object("v1", "ConfigMap", "x", namespace)) for namespace in ("a", "b")}

    assert len(paths) == 2

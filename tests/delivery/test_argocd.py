"""Argo CD's own configuration."""

from __future__ import annotations

import yaml
from tests.support.parts import a_component
from tests.support.rendering import an_environment, rendered, the

from groundplan.blueprint import Release
from groundplan.components import plan
from groundplan.delivery.argocd import ManagementHealth, argocd_values

SIGN_IN = "delivery: {host: deploy.shop.example, sign_in: {issuer: 'https://id.shop.example', client: argocd}}"


def settings(*overlays: str) -> dict[str, str]:
    data: dict[str, str] = the(rendered(an_environment(*overlays), "argocd"), "ConfigMap", "argocd-cm")["data"]
    return data


def test_argo_cd_finds_its_configuration_by_label() -> None:
    for document in rendered(an_environment(), "argocd"):
        assert document["metadata"]["labels"]["app.kubernetes.io/part-of"] == "argocd"


def test_applications_wait_for_each_other() -> None:
    check = settings()["resource.customizations.health.argoproj.io_Application"]

    assert "obj.status" in check
    assert check.rstrip().endswith("return health")


def test_what_is_excluded_is_read_as_a_list_of_groups_and_kinds() -> None:
    entries = yaml.safe_load(settings()["resource.exclusions"])

    assert {"apiGroups": ["coordination.k8s.io"], "kinds": ["Lease"], "clusters": ["*"]} in entries


def test_the_admin_is_off_once_people_sign_in_by_themselves() -> None:
    assert settings()["admin.enabled"] == "true"
    assert settings(SIGN_IN)["admin.enabled"] == "false"


def test_single_sign_on_needs_no_secret() -> None:
    client = yaml.safe_load(settings(SIGN_IN)["oidc.config"])

    assert client["enablePKCEAuthentication"] is True
    assert "clientSecret" not in client


def test_nobody_sees_anything_unless_a_group_says_so() -> None:
    documents = rendered(an_environment(SIGN_IN, "delivery: {viewers: [auditors]}"), "argocd")

    data = the(documents, "ConfigMap", "argocd-rbac-cm")["data"]
    assert data["policy.default"] == ""
    assert "g, auditors, role:look" in data["policy.csv"].splitlines()
    assert "role:admin" not in data["policy.csv"]


def test_without_sign_on_no_group_is_named() -> None:
    data = the(rendered(an_environment("delivery: {viewers: [auditors]}"), "argocd"), "ConfigMap", "argocd-rbac-cm")[
        "data"
    ]

    assert "auditors" not in data["policy.csv"]


def test_people_are_sent_back_to_the_forwarded_port_where_there_is_no_host() -> None:
    sign_in = "delivery: {sign_in: {issuer: 'https://id.shop.example', client: argocd}}"

    assert (
        the(rendered(an_environment(sign_in), "argocd"), "ConfigMap", "argocd-cm")["data"]["url"]
        == "https://localhost:8080"
    )


def test_the_chart_leaves_the_configuration_alone() -> None:
    configs = argocd_values(an_environment())["configs"]

    assert (configs["cm"], configs["rbac"]) == ({"create": False}, {"create": False})


def test_the_management_cluster_is_given_the_health_check_and_nothing_else() -> None:
    component = a_component("root", namespace="argocd")

    ManagementHealth(component, "health")

    assert [list(document["data"]) for document in component.documents()] == [
        ["resource.customizations.health.argoproj.io_Application"]
    ]


def test_a_tenant_configures_no_argo_cd() -> None:
    assert rendered(an_environment("role: tenant\nhost: base"), "argocd") == []


CONTROLLERS = "cluster: {controllers: [ack-s3, azure-service-operator]}"


def test_waves_wait_for_what_the_controllers_rent() -> None:
    checks = yaml.safe_load(settings(CONTROLLERS)["resource.customizations"])

    assert list(checks) == ["*.services.k8s.aws/*", "*.azure.com/*"]
    assert "ACK.ResourceSynced" in checks["*.services.k8s.aws/*"]["health.lua"]
    assert 'condition.type == "Ready"' in checks["*.azure.com/*"]["health.lua"]


def test_a_cluster_without_such_controllers_judges_no_cloud() -> None:
    assert "resource.customizations" not in settings()


def test_argo_cd_is_installed_where_its_applications_stand() -> None:
    (chart,) = (
        item
        for item in plan(an_environment("delivery: {namespace: argocd-system}"))
        if isinstance(item, Release) and item.name == "argo-cd"
    )

    assert chart.namespace == "argocd-system"


def test_a_scope_is_asked_for_beside_those_that_every_provider_knows() -> None:
    more = "delivery: {sign_in: {issuer: 'https://id.shop.example', client: argocd, scopes: [groups, email]}}"

    asked = yaml.safe_load(settings(more)["oidc.config"])["requestedScopes"]

    assert asked == ["openid", "profile", "email", "groups"]

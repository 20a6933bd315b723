"""Projects permit exactly what their Applications bring."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.parts import a_component
from tests.support.rendering import Json, an_environment, schema_problems

from groundplan.delivered import Delivered, HelmSource
from groundplan.delivery.applications import EnvironmentDelivery, Projects
from groundplan.delivery.member import member
from groundplan.model.environment import Environment
from groundplan.waves import SyncWave

WEB = Delivered(
    name="web",
    wave=SyncWave.SERVICES,
    namespace="web",
    objects=(("apps/v1", "Deployment", "web"), ("v1", "Namespace", "")),
)
OPERATOR = Delivered(
    name="operator",
    wave=SyncWave.OPERATORS,
    namespace="operators",
    helm=HelmSource(repository="https://charts.example.com", chart="operator", version="1.0.0", values={}),
    objects=(("apiextensions.k8s.io/", "CustomResourceDefinition", ""), ("apps/", "Deployment", "")),
    extra_namespaces=("kube-system",),
)
CONFIGURATION = Delivered(
    name="argocd",
    wave=SyncWave.DELIVERY,
    namespace="argocd",
    privileged=True,
    objects=(("v1", "ConfigMap", "argocd"),),
)
CLOUD = Delivered(
    name="network",
    wave=SyncWave.CLUSTER,
    namespace="shop-live",
    management=True,
    objects=(("s3.services.k8s.aws/v1alpha1", "Bucket", "shop-live"),),
)
TENANT = Delivered(name="jobs", wave=SyncWave.SERVICES, namespace="test", objects=(("batch/v1", "CronJob", "test"),))


SIGN_IN = "delivery: {sign_in: {issuer: 'https://id.shop.example', client: argocd, groups: {testers: abc}}}"

SERVICE = """
services:
  web:
    image: shop/web:v1
    port: 8080
    replicas: 2
    resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m, memory: 64Mi}}
"""
"""A chapter with one service."""


def delivery(
    environment: Environment,
    *items: Delivered,
    tenants: tuple[tuple[Environment, list[Delivered]], ...] = (),
    management: bool = False,
) -> dict[str, Json]:
    component = a_component("argocd", namespace="argocd")
    known = [(member(tenant), bound) for tenant, bound in tenants]
    own = member(environment)
    Projects(component, "projects", own, items, known, management=management)
    EnvironmentDelivery(component, "delivery", own, items, management=management)
    return {document["metadata"]["name"]: document for document in component.documents()}


def kinds(project: Json, scope: str = "namespaceResourceWhitelist") -> set[tuple[str, str]]:
    return {(entry["group"], entry["kind"]) for entry in project["spec"][scope]}


def destinations(project: Json) -> list[str]:
    return [entry["namespace"] for entry in project["spec"]["destinations"]]


def test_the_system_and_its_operators_have_a_project_each() -> None:
    objects = delivery(an_environment(), WEB, OPERATOR)

    assert objects["web-live"]["spec"]["project"] == "shop"
    assert objects["operator-live"]["spec"]["project"] == "shop-operators"


def test_only_the_project_of_the_operators_permits_what_charts_bring() -> None:
    objects = delivery(an_environment(), WEB, OPERATOR)

    definition = ("apiextensions.k8s.io", "CustomResourceDefinition")
    assert definition in kinds(objects["shop-operators"], "clusterResourceWhitelist")
    assert definition not in kinds(objects["shop"], "clusterResourceWhitelist")
    assert kinds(objects["shop"]) == {("apps", "Deployment")}


def test_no_project_permits_everything() -> None:
    objects = delivery(an_environment(), WEB, OPERATOR, CONFIGURATION)

    for name in ("shop", "shop-operators"):
        spec = objects[name]["spec"]
        assert "*" not in str([spec["clusterResourceWhitelist"], spec["namespaceResourceWhitelist"]])
        assert "*" not in str([spec["destinations"], spec["sourceRepos"]])


def test_a_chart_may_write_to_the_further_namespaces_the_catalogue_names() -> None:
    assert destinations(delivery(an_environment(), OPERATOR)["shop-operators"]) == ["kube-system", "operators"]


def test_the_configuration_of_argo_cd_is_out_of_reach_for_the_system() -> None:
    objects = delivery(an_environment(), WEB, CONFIGURATION)

    assert destinations(objects["shop"]) == ["web"]
    assert destinations(objects["shop-operators"]) == ["argocd"]


def test_the_project_of_a_cluster_serves_its_tenants() -> None:
    tenant = an_environment("environment: trial\nrole: tenant\nhost: live\ndelivery: {suffix: t}")

    project = delivery(an_environment(), WEB, tenants=((tenant, [TENANT]),))["shop"]

    assert destinations(project) == ["test", "web"]
    assert ("batch", "CronJob") in kinds(project)


def test_a_tenant_may_ask_for_a_project_apart() -> None:
    tenant = an_environment("environment: trial\nrole: tenant\nhost: live\ndelivery: {project: trials}")

    objects = delivery(an_environment(), WEB, tenants=((tenant, [TENANT]),))

    assert destinations(objects["shop"]) == ["web"]
    assert destinations(objects["trials"]) == ["test"]


def test_a_tenant_brings_no_project_of_its_own() -> None:
    objects = delivery(an_environment("role: tenant\nhost: base"), WEB)

    assert set(objects) == {"web-live"}


def test_each_environment_has_a_project_of_its_own_on_the_management_cluster() -> None:
    objects = delivery(an_environment("role: tenant\nhost: base"), CLOUD, management=True)

    assert destinations(objects["shop-cloud-live"]) == ["shop-live"]


def test_applications_apart_may_name_this_project_alone() -> None:
    component = a_component("argocd", namespace="argocd")

    Projects(component, "projects", member(an_environment()), [CLOUD], applications="shop-delivery", management=True)

    (project,) = component.documents()
    assert project["spec"]["sourceNamespaces"] == ["shop-delivery"]


def test_without_sign_on_no_role_has_a_group() -> None:
    assert delivery(an_environment(), WEB)["shop"]["spec"]["roles"] == []


def test_managers_of_a_tenant_reach_its_applications_alone() -> None:
    tenant = an_environment("environment: trial\nrole: tenant\nhost: live\ndelivery: {suffix: t, managers: [testers]}")

    roles: list[dict[str, Any]] = delivery(an_environment(SIGN_IN), WEB, tenants=((tenant, [TENANT]),))["shop"]["spec"][
        "roles"
    ]

    role = next(role for role in roles if role["name"] == "manager-trial")
    assert role["groups"] == ["abc"]  # as its tokens call them
    assert all("shop/*-t, allow" in policy for policy in role["policies"])


def test_windows_of_a_tenant_bind_its_applications_alone() -> None:
    window = "delivery: {suffix: t, windows: {night: {schedule: '0 22 * * *', duration: 2h}}}"
    tenant = an_environment(f"environment: trial\nrole: tenant\nhost: live\n{window}\n{SERVICE}")

    project = delivery(an_environment(), WEB, tenants=((tenant, [WEB, TENANT]),))["shop"]

    assert [window["applications"] for window in project["spec"]["syncWindows"]] == [["web-t"]]


def test_a_standby_has_no_windows() -> None:
    window = "delivery: {windows: {night: {schedule: '0 22 * * *', duration: 2h}}}"
    standby = an_environment(f"{window}\nrecovery: {{role: standby, peer: main, rto: 1h, rpo: 5m}}\n{SERVICE}")

    project = delivery(standby, WEB)["shop"]

    assert "syncWindows" not in project["spec"]


@pytest.mark.parametrize("name", ["shop", "shop-operators", "web-live", "operator-live"])
def test_projects_and_applications_fit_their_schemas(name: str) -> None:
    assert schema_problems(delivery(an_environment(), WEB, OPERATOR)[name]) == []

"""Values of the controllers' charts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.support.rendering import an_environment

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import NEEDS
from groundplan.addons.values import VALUES, add_on_values
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platforms

CONTROLLERS = sorted({"external-secrets", *(name for platform in platforms() for name in platform.controllers)})


def values_of(add_on: str, environment: Environment) -> dict[str, Any]:
    return add_on_values(environment)[add_on](environment)


def test_every_add_on_with_common_values_is_one_a_cluster_can_need_or_name() -> None:
    of_every_cluster = {name for name, add_on in catalogue().items() if add_on.part is not None}
    of_stores = {"cloudnative-pg", "plugin-barman-cloud"}

    assert set(VALUES) <= {*NEEDS, *of_stores, *of_every_cluster, *CONTROLLERS}


def test_every_add_on_of_a_platform_is_in_the_catalogue() -> None:
    assert set(add_on_values(an_environment())) <= set(catalogue())


def test_the_node_autoscaler_follows_the_minor_of_the_cluster() -> None:
    values = values_of("cluster-autoscaler", an_environment("cluster: {kubernetes: '1.29'}"))

    assert values["image"] == {"tag": "v1.29.5"}


def test_external_dns_keeps_to_the_zone_of_the_system() -> None:
    assert values_of("external-dns", an_environment())["domainFilters"] == ["shop.example"]


def test_the_load_balancer_controller_finds_the_network_by_the_name_of_the_cluster() -> None:
    assert values_of("aws-load-balancer-controller", an_environment())["vpcTags"] == {"Name": "shop"}


def test_the_policy_engine_exempts_the_namespace_of_argo_cd() -> None:
    values = values_of("gatekeeper", an_environment("delivery: {namespace: deploy}"))

    assert "deploy" in values["controllerManager"]["exemptNamespaces"]


def test_no_chart_runs_hook_jobs_at_each_sync() -> None:
    values = values_of("gatekeeper", an_environment())

    assert values["upgradeCRDs"] == {"enabled": False}
    assert values_of("cert-manager", an_environment())["startupapicheck"] == {"enabled": False}


AZURE = """
cluster: {controllers: [azure-service-operator], controller_identity: {tenant: T, subscription: S, client: C}}
"""
TENANT, SUBSCRIPTION, CLIENT = (f"{digit}0000000-0000-0000-0000-000000000000" for digit in "123")


@pytest.mark.parametrize("name", CONTROLLERS)
def test_every_controller_a_cluster_can_name_is_in_the_catalogue_with_values(name: str) -> None:
    assert name in catalogue()
    assert values_of(name, an_environment())


def test_controllers_of_aws_keep_what_is_rented_unless_the_object_says_otherwise() -> None:
    values = values_of("ack-s3", an_environment())

    assert (values["deletionPolicy"], values["aws"]["region"]) == ("retain", "us-east-1")
    assert values["leaderElection"] == {"enabled": True, "namespace": "ack-system"}
    assert values["fullnameOverride"] == catalogue()["ack-s3"].service_account


def test_the_operator_of_azure_acts_by_workload_identity_without_a_secret() -> None:
    overlay = AZURE.replace("T,", f"{TENANT},").replace("S,", f"{SUBSCRIPTION},").replace("C}", f"{CLIENT}}}")

    values = values_of("azure-service-operator", an_environment(overlay))

    ids = [values[key] for key in ("azureTenantID", "azureSubscriptionID", "azureClientID")]
    assert ids == [TENANT, SUBSCRIPTION, CLIENT]
    assert values["useWorkloadIdentityAuth"] is True
    assert "azureClientSecret" not in values


def test_the_operator_of_azure_defines_exactly_the_groups_the_catalogue_knows() -> None:
    pattern = values_of("azure-service-operator", an_environment())["crdPattern"]

    groups = catalogue()["azure-service-operator"].definitions
    assert pattern.split(";") == [f"{group}/*" for group in sorted(groups)]


NGINX = """
services: {web: {image: 'web:1.0', port: 80, resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}}}
ingress: {type: nginx, certificate: shop-tls, replicas: 2, replicas_max: 4}
expose: {www: {routes: {/: web}}}
hosts: {www: shop.example}
"""


def test_the_ingress_controller_writes_one_json_object_for_each_request() -> None:
    config = values_of("ingress-nginx", an_environment(NGINX))["controller"]["config"]

    assert config["log-format-escape-json"] == "true"
    assert json.loads(config["log-format-upstream"])["request_id"] == "$req_id"
    assert config["generate-request-id"] == "true"


def test_the_ingress_controller_has_as_many_pods_as_the_chapter_says() -> None:
    controller = values_of("ingress-nginx", an_environment(NGINX))["controller"]

    assert controller["autoscaling"] == {"enabled": True, "minReplicas": 2, "maxReplicas": 4}
    assert controller["minAvailable"] == 1


def test_the_pod_that_answers_an_authority_comes_from_the_own_registry_where_that_mirrors() -> None:
    mirrored = values_of(
        "cert-manager", an_environment("platform: {aws: {registry: registry.shop.example, mirror: true}}")
    )

    assert mirrored["acmesolver"]["image"]["repository"] == "registry.shop.example/jetstack/cert-manager-acmesolver"
    assert "acmesolver" not in values_of("cert-manager", an_environment())

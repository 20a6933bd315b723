"""Values of the controllers' charts."""

from __future__ import annotations

from tests.support.rendering import an_environment

from groundplan.addons.selection import NEEDS
from groundplan.addons.values import VALUES


def test_every_add_on_with_values_is_one_a_cluster_can_need() -> None:
    assert set(VALUES) <= set(NEEDS)


def test_the_node_autoscaler_follows_the_minor_of_the_cluster() -> None:
    values = VALUES["cluster-autoscaler"](an_environment("cluster: {kubernetes: '1.29'}"))

    assert values["image"] == {"tag": "v1.29.5"}


def test_external_dns_keeps_to_the_zone_of_the_system() -> None:
    assert VALUES["external-dns"](an_environment())["domainFilters"] == ["shop.example"]


def test_the_load_balancer_controller_finds_the_network_by_the_name_of_the_cluster() -> None:
    assert VALUES["aws-load-balancer-controller"](an_environment())["vpcTags"] == {"Name": "shop"}


def test_the_policy_engine_exempts_the_namespace_of_argo_cd() -> None:
    values = VALUES["gatekeeper"](an_environment("delivery: {namespace: deploy}"))

    assert "deploy" in values["controllerManager"]["exemptNamespaces"]


def test_no_chart_runs_hook_jobs_at_each_sync() -> None:
    values = VALUES["gatekeeper"](an_environment())

    assert values["upgradeCRDs"] == {"enabled": False}
    assert VALUES["cert-manager"](an_environment())["startupapicheck"] == {"enabled": False}

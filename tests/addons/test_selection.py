"""Which add-ons a cluster gets follows from what is used on it."""

from __future__ import annotations

import pytest
from tests.support.azure import AZURE
from tests.support.azure_rendering import SERVER, azure
from tests.support.rendering import an_environment

from groundplan.addons.selection import needed
from groundplan.model.environment import Environment

ALWAYS = {
    "argo-cd",
    "cert-manager",
    "cluster-autoscaler",
    "gatekeeper",
    "kube-prometheus-stack",
    "metrics-server",
    "prometheus-operator-crds",
}
"""What every cluster on AWS with elastic nodes gets."""

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}"
WEB = f"services: {{web: {{image: 'web:1.0', port: 80, {RESOURCES}}}}}"
POSTGRES = f"""
data: {{orders: {{type: postgres, version: 16, credentials: orders, engine: {{cloudnative-pg: {{storage: 10Gi, {RESOURCES}, BACKUP}}}}}}}}
secrets: {{entries: {{orders: {{generated: true}}}}}}
stage: staging
"""


def added(*overlays: str) -> set[str]:
    return set(needed(an_environment(*overlays))) - ALWAYS


def test_a_cluster_with_nothing_on_it_gets_the_platform_alone() -> None:
    assert set(needed(an_environment())) == ALWAYS


def test_a_tenant_gets_none() -> None:
    assert needed(an_environment("role: tenant\nhost: base\n")) == []


def test_nodes_of_fixed_number_need_no_autoscaler() -> None:
    fixed = an_environment("cluster: {node_pools: {db: {min: 2, max: 2}}}\n")

    assert "cluster-autoscaler" not in needed(fixed)


def test_postgresql_in_the_cluster_brings_its_operator() -> None:
    assert added(POSTGRES.replace(", BACKUP", "")) == {
        "cloudnative-pg",
        "external-secrets",  # it generates the login
    }


def test_a_backup_brings_the_archiver() -> None:
    assert added(POSTGRES.replace("BACKUP", "archive: {bucket: shop-backups}")) == {
        "cloudnative-pg",
        "external-secrets",
        "plugin-barman-cloud",
    }


def test_a_managed_database_brings_no_operator() -> None:
    assert "cloudnative-pg" not in needed(azure(SERVER))


def test_an_alb_with_a_zone_brings_its_controller_and_dns() -> None:
    ingress = "ingress: {type: alb}\nexpose: {www: {routes: {/: web}}}\nhosts: {www: shop.example}"

    assert added(WEB, ingress) == {"aws-load-balancer-controller", "external-dns"}


def test_an_nginx_ingress_brings_its_controller() -> None:
    ingress = (
        "ingress: {type: nginx, certificate: shop-tls}\nexpose: {www: {routes: {/: web}}}\nhosts: {www: shop.example}"
    )

    assert "ingress-nginx" in added(WEB, ingress)


def test_a_metric_of_a_service_brings_the_adapter() -> None:
    scaling = "services: {web: {scaling: {min: 1, max: 3, metrics: {queue: {average: 5, gauge: queue}}}}}"

    assert added(WEB, scaling) == {"prometheus-adapter"}


QUEUE = f"data: {{tasks: {{type: redis, engine: {{statefulset: {{{RESOURCES}}}}}}}}}"


@pytest.mark.parametrize(
    "scaling",
    [
        "{min: 1, max: 3, cpu: off, queues: {orders: 10}}",
        "{min: 1, max: 3, hours: {day: {start: 0 7 * * *, end: 0 19 * * *, replicas: 2}}}",
    ],
    ids=["a queue", "hours"],
)
def test_a_queue_or_hours_that_a_service_follows_bring_keda(scaling: str) -> None:
    cluster = "cluster: {kubernetes: '1.35'}"

    assert added(WEB, QUEUE, cluster, f"services: {{web: {{calls: [tasks], scaling: {scaling}}}}}") == {"keda"}
    assert "keda" not in needed(an_environment(WEB, QUEUE, cluster))


@pytest.mark.parametrize(
    ("entry", "add_on"),
    [("{keys: {password: shop/password}}", "external-secrets"), ("{sealed: true}", "sealed-secrets")],
)
def test_each_origin_of_a_secret_brings_its_controller(entry: str, add_on: str) -> None:
    assert added(f"secrets: {{entries: {{orders: {entry}}}}}") == {add_on}


def test_sealing_can_be_asked_for_before_anything_is_sealed() -> None:
    assert added("secrets: {sealing: true}") == {"sealed-secrets"}


def test_what_a_tenant_alone_uses_comes_to_the_cluster_it_lives_on() -> None:
    tenant: Environment = an_environment(
        WEB,
        "environment: shop-test\nrole: tenant\nhost: live\ningress: {type: nginx, certificate: shop-tls}",
        "expose: {www: {routes: {/: web}}}\nhosts: {www: a.shop.example}",
    )
    cluster = an_environment("role: cluster").with_neighbours({"shop-test": tenant})

    assert "ingress-nginx" in needed(cluster)


def test_controllers_that_are_named_come_to_the_cluster() -> None:
    assert added("cluster: {controllers: [ack-s3, external-secrets]}") == {"ack-s3", "external-secrets"}


def test_a_controller_nobody_names_comes_to_no_cluster() -> None:
    assert not any(name.startswith(("ack-", "azure-")) for name in needed(an_environment()))


def test_azure_brings_the_resource_metrics_itself() -> None:
    cluster = "platform: {aws: null, existing: {}}"

    assert "metrics-server" in needed(an_environment(cluster))
    assert "metrics-server" not in needed(an_environment(AZURE))

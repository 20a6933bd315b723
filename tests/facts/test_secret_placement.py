"""A Secret is rendered where somebody reads it, and nowhere else."""

from __future__ import annotations

from tests.support.rendering import an_environment

from groundplan.facts.secret_placement import secret_placement, store_namespaces

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}"
SHOP = f"""
namespaces: {{web: {{}}, builds: {{}}}}
services: {{web: {{image: 'shop/web:v1', port: 8080, {RESOURCES}, secrets: {{KEY: keys/one}}}}}}
jobs: {{build: {{started_by: web, namespace: builds, images: {{main: 'shop/build:v1'}}, {RESOURCES}, secrets: {{FEED: feed/url}}}}}}
observability: {{receivers: {{chat: {{type: slack, to: '#shop', secret: told/url}}}}}}
secrets:
  entries:
    keys: {{keys: {{one: shop/one}}}}
    feed: {{keys: {{url: shop/feed}}}}
    told: {{keys: {{url: shop/url}}}}
"""
SHARED = f"services: {{web: {{image: 'shop/web:v1', port: 8080, {RESOURCES}, secrets: {{FEED: feed/url}}}}}}"


def placed(*overlays: str) -> dict[str, list[str]]:
    return {namespace: [*held] for namespace, held in secret_placement(an_environment(SHOP, *overlays)).items()}


def test_services_jobs_and_receivers_each_have_their_own() -> None:
    assert placed() == {"web": ["keys"], "builds": ["feed"], "monitoring": ["told"]}


def test_what_two_read_is_rendered_twice() -> None:
    found = placed(SHARED)

    assert ("feed" in found["web"], "feed" in found["builds"]) == (True, True)


def test_without_monitoring_nobody_is_told() -> None:
    assert "monitoring" not in placed("cluster: {parts: {monitoring: false}}")


def test_a_cluster_of_tenants_has_none_of_theirs() -> None:
    cluster = an_environment(SHOP).model_copy(update={"role": "cluster"})

    assert [*secret_placement(cluster)] == ["monitoring"]


def test_the_vault_is_read_for_each_of_them() -> None:
    assert store_namespaces(an_environment(SHOP)) == ["web", "builds", "monitoring"]

"""How copies of public images come into the registry."""

from __future__ import annotations

import pytest
from tests.support.azure_rendering import RESOURCES, azure

from groundplan.platforms.azure.documents.mirror import is_filled, rules, source_of

MIRROR = "platform: {azure: {mirror: true}}"
CACHE = f"data: {{cache: {{type: redis, engine: {{statefulset: {{storage: 1Gi, {RESOURCES}}}}}}}}}"


@pytest.mark.parametrize(
    ("image", "source"),
    [
        ("redis:7.2", "docker.io/library/redis"),
        ("prom/blackbox-exporter:v1@sha256:0", "docker.io/prom/blackbox-exporter"),
        ("quay.io/jetstack/cert-manager-acmesolver", "quay.io/jetstack/cert-manager-acmesolver"),
    ],
)
def test_an_image_comes_from_the_registry_it_names_or_from_docker_hub(image: str, source: str) -> None:
    assert source_of(image) == source


def test_every_image_of_a_store_has_a_rule_in_each_registry() -> None:
    text = "\n".join(rules([azure(MIRROR, CACHE)]))

    assert is_filled("crshoplive.azurecr.io", "library/redis", text)
    assert is_filled("crshoplive.azurecr.io", "oliver006/redis_exporter", text)


def test_without_a_mirror_nothing_is_copied() -> None:
    assert rules([azure(CACHE)]) == []


def test_what_others_publish_for_a_service_is_copied_and_what_workflows_build_is_not() -> None:
    services = f"""
services:
  exporter: {{image: "someone/exporter:1.0", port: 80, {RESOURCES}}}
  web: {{image: "shop/web:1.0", port: 80, {RESOURCES}}}
pipelines: {{repository: shop/code, services: {{web: {{folder: web}}}}}}
delivery:
  repository: {{url: "https://github.com/shop/platform"}}
  reports: {{app: 1, installation: 1, secret: reports/private-key}}
secrets: {{entries: {{reports: {{keys: {{private-key: github-key}}}}}}}}
"""
    text = "\n".join(rules([azure(MIRROR, services)]))

    assert is_filled("crshoplive.azurecr.io", "someone/exporter", text)
    assert "shop/web" not in text

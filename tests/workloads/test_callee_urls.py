"""Addresses of callees: one for each kind of thing a service may call, and never a credential in them."""

from __future__ import annotations

import pytest
from rendering import an_environment
from tests.support.azure_rendering import SECRETS, azure

from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.workloads.callee_urls import callee_url, derived_urls

SIZE = "{requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}"

CALLEES = f"""
stage: staging
services:
  api: {{image: "shop/api:v1.0.0", port: 8081, aliases: [orders], resources: {SIZE}}}
data:
  redis: {{type: redis, engine: {{statefulset: {{resources: {SIZE}}}}}}}
  db: {{type: postgres, version: 16, credentials: db-owner, engine: {{cloudnative-pg: {{storage: 10Gi, resources: {SIZE}}}}}}}
secrets:
  entries: {{db-owner: {{type: kubernetes.io/basic-auth, keys: {{username: shop/db-user, password: shop/db-password}}}}}}
"""

RENTED = """
stage: staging
platform: {azure: {naming: {org: az01, system: sh, stage: dev, sequence: "01"}}}
data:
  redis: {type: redis, engine: {azure-cache: {}}}
  db: {type: postgres, version: 16, credentials: login, engine: {azure-flexible-server: {storage: 32Gi}}}
"""


@pytest.fixture
def environment() -> Environment:
    return an_environment(CALLEES)


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("api", "http://api:8081"),
        ("orders", "http://orders:8081"),
        ("mail.example.com", "https://mail.example.com"),
        ("redis", "redis://redis:6379"),
        ("redis/1", "redis://redis:6379/1"),
        ("db", "postgresql://db-rw:5432/app"),
    ],
)
def test_a_callee_in_the_cluster_is_reached_by_its_service(environment: Environment, reference: str, url: str) -> None:
    assert callee_url(environment, reference) == url


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("redis/1", "rediss://redis-az01-dev-sh-01.redis.cache.windows.net:6380/1"),
        ("db", "postgresql://pgdb-az01-dev-sh-01.postgres.database.azure.com:5432/app?sslmode=require"),
    ],
)
def test_a_rented_store_is_reached_by_its_host_name_and_tls_alone(reference: str, url: str) -> None:
    assert callee_url(azure(SECRETS, RENTED), reference) == url


def test_what_is_not_there_has_no_address(environment: Environment) -> None:
    assert callee_url(environment, "nobody") is None


def test_images_come_from_the_registry_that_follows_from_the_naming_convention() -> None:
    assert azure(SECRETS, RENTED).image("shop/api:v1.0.0") == "craz01devsh01.azurecr.io/shop/api:v1.0.0"


def a_caller(**settings: object) -> Service:
    amounts = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
    calls = ["api", "redis", "db", "mail.example.com"]
    return Service.model_validate({"image": "shop/web:v1", "resources": amounts, "calls": calls, **settings})


def test_whatever_is_called_inside_is_told_by_a_variable_of_its_name(environment: Environment) -> None:
    assert derived_urls(environment, a_caller()) == {"API_URL": "api", "REDIS_URL": "redis", "DB_URL": "db"}


@pytest.mark.parametrize(
    "settings",
    [
        {"urls": {"ORDERS": "orders"}},
        {"env": {"ORDERS": "http://orders:8081/v1"}},
        {"config": {"API_HOST": "api"}},
        {"secrets": {"API_URL": "keys/url"}},
    ],
)
def test_what_a_setting_names_already_is_not_told_twice(environment: Environment, settings: dict[str, object]) -> None:
    assert "API_URL" not in derived_urls(environment, a_caller(**settings))


def test_a_name_inside_another_is_not_that_name(environment: Environment) -> None:
    assert "API_URL" in derived_urls(environment, a_caller(config={"OTHER": "https://api-v2.example.com"}))

"""Secrets that the cluster generates: every key that is read, once, and nothing that anybody knows."""

from __future__ import annotations

from rendering import an_environment, rendered, schema_problems, the

GENERATED = """
services:
  web:
    image: shop/web:v1.0.0
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
    calls: [orders]
    secrets: {PGUSER: orders/username, PGPASSWORD: orders/password, SESSION_KEY: session/key}
stage: development
data:
  orders:
    type: postgres
    version: 16
    owner: shopkeeper
    credentials: orders
    engine:
      cloudnative-pg:
        storage: 1Gi
        resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {cpu: 500m, memory: 512Mi}}
secrets: {entries: {orders: {generated: true}, session: {generated: true}}}
"""


def test_every_key_that_is_read_is_generated() -> None:
    documents = rendered(an_environment(GENERATED), "secrets")

    assert the(documents, "Password", "session")["spec"]["secretKeys"] == ["key"]
    target = the(documents, "ExternalSecret", "session")["spec"]["target"]
    assert target["template"]["data"] == {"key": '{{ index . "key" }}'}


def test_a_databases_owner_keeps_its_name() -> None:
    documents = rendered(an_environment(GENERATED), "secrets")

    assert the(documents, "Password", "orders")["spec"]["secretKeys"] == ["password"]
    template = the(documents, "ExternalSecret", "orders")["spec"]["target"]["template"]
    assert template["type"] == "kubernetes.io/basic-auth"
    assert template["data"] == {"password": '{{ index . "password" }}', "username": "shopkeeper"}


def test_a_value_is_made_once() -> None:
    spec = the(rendered(an_environment(GENERATED), "secrets"), "ExternalSecret", "orders")["spec"]

    assert spec["refreshPolicy"] == "CreatedOnce"
    assert "refreshInterval" not in spec


def test_no_store_is_needed() -> None:
    kinds = {document["kind"] for document in rendered(an_environment(GENERATED), "secrets")}

    assert kinds == {"ExternalSecret", "Password"}


def test_generators_and_secrets_fit_their_schemas() -> None:
    assert [schema_problems(item) for item in rendered(an_environment(GENERATED), "secrets")] == [[], [], [], []]

"""Identities: each trusts the ServiceAccounts that take it on, and may do what its roles say."""

from __future__ import annotations

from tests.support.azure_rendering import RESOURCES, SECRETS, STORAGE, azure, named, operator_problems
from tests.support.rendering import Json, rendered, the

SERVICES = f"""
platform: {{azure: {{vault: {{}}, identities: {{orders: {{roles: [vault-secrets, blob-write]}}}}}}}}
services:
  web: {{image: "web:1.0", port: 80, identity: orders, service_account: web-sa, {RESOURCES}}}
  api: {{image: "api:1.0", port: 80, {RESOURCES}}}
"""


def cloud(*overlays: str) -> list[Json]:
    return rendered(azure(*overlays), "cloud")


def subjects(documents: list[Json], identity: str) -> set[str]:
    return {
        item["spec"]["subject"]
        for item in documents
        if item["kind"] == "FederatedIdentityCredential" and item["spec"]["owner"]["name"] == identity
    }


def test_an_identity_trusts_the_accounts_of_services_that_name_it() -> None:
    assert subjects(cloud(SERVICES), "id-shop-live-orders") == {"system:serviceaccount:web:web-sa"}


def test_trust_is_bound_to_the_clusters_own_issuer() -> None:
    credential = the(cloud(SERVICES), "FederatedIdentityCredential")["spec"]

    assert credential["issuerFromConfig"] == {"name": "oidc-issuer", "key": "issuer"}
    assert credential["audiences"] == ["api://AzureADTokenExchange"]


def test_a_role_is_given_on_one_resource() -> None:
    grants = named(cloud(SERVICES, STORAGE), "RoleAssignment")

    scopes = {name: grant["spec"]["owner"]["name"] for name, grant in grants.items() if "orders" in name}

    assert scopes == {
        "id-shop-live-orders-reads-secrets": "kv-shop-live",
        "id-shop-live-orders-backup-blob-write": "stshoplivebackup",
    }


def test_writing_blobs_is_another_role_than_reading_them() -> None:
    reader = "platform: {azure: {identities: {orders: {roles: [blob-read]}}}}"

    def role(*overlays: str) -> str:
        grants = named(cloud(SERVICES, STORAGE, *overlays), "RoleAssignment")
        found = [grant for name, grant in grants.items() if "-blob-" in name]
        text: str = found[0]["spec"]["roleDefinitionReference"]["armId"]
        return text.rpartition("/")[2]

    assert role() == "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
    assert role(reader) == "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"


def test_a_vault_that_decides_by_policies_gives_no_roles() -> None:
    grants = named(cloud(SERVICES, "platform: {azure: {vault: {authorization: access-policies}}}"), "RoleAssignment")

    assert not [name for name in grants if "reads-secrets" in name]


def test_the_secret_store_reads_from_namespaces_that_have_secrets() -> None:
    documents = cloud(SECRETS, f"services: {{web: {{image: 'web:1.0', secrets_from: [login], {RESOURCES}}}}}")

    assert subjects(documents, "id-shop-live-secrets") == {"system:serviceaccount:web:secret-store"}


def test_without_a_vault_to_read_there_is_no_reader() -> None:
    assert "id-shop-live-secrets" not in named(cloud(), "UserAssignedIdentity")


def test_the_gateway_has_an_identity_that_nobody_else_takes_on() -> None:
    documents = cloud("platform: {azure: {vault: {certificates: [tls]}, edge: {gateway: {certificate: tls}}}}")

    assert "id-shop-live-gateway" in named(documents, "UserAssignedIdentity")
    assert subjects(documents, "id-shop-live-gateway") == set()


def test_an_identity_may_keep_a_name_of_its_own() -> None:
    documents = cloud(SERVICES, "platform: {azure: {identities: {orders: {azure_name: shop-orders}}}}")

    assert "shop-orders" in named(documents, "UserAssignedIdentity")


def test_what_is_rendered_fits_the_operators_schemas() -> None:
    assert operator_problems(cloud(SERVICES, SECRETS, STORAGE)) == []

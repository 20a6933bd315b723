"""The key vault: reached privately, never purged, read by those that must."""

from __future__ import annotations

from tests.support.azure_rendering import RESOURCES, SECRETS, azure, named, operator_problems
from tests.support.rendering import Json, rendered, the

READERS = f"""
platform:
  azure:
    vault: {{authorization: access-policies, certificates: [tls]}}
    identities: {{orders: {{roles: [vault-secrets]}}, files: {{roles: [blob-read]}}}}
    edge: {{gateway: {{certificate: tls}}}}
services: {{web: {{image: "web:1.0", secrets_from: [login], {RESOURCES}}}}}
"""


def vault(*overlays: str) -> Json:
    found: Json = the(rendered(azure("platform: {azure: {vault: {}}}", *overlays), "cloud"), "Vault")["spec"][
        "properties"
    ]
    return found


def test_what_is_deleted_can_be_brought_back_and_nobody_can_purge_it() -> None:
    properties = vault()

    assert properties["enablePurgeProtection"] is True
    assert properties["softDeleteRetentionInDays"] == 90


def test_it_is_reached_by_its_private_endpoint_alone() -> None:
    documents = rendered(azure("platform: {azure: {vault: {}}}"), "cloud")

    assert the(documents, "Vault")["spec"]["properties"]["publicNetworkAccess"] == "Disabled"
    assert the(documents, "PrivateEndpoint")["spec"]["privateLinkServiceConnections"][0]["groupIds"] == ["vault"]


def test_without_a_subnet_there_is_no_endpoint() -> None:
    documents = rendered(azure("platform: {azure: {vault: {subnet: off}}}"), "cloud")

    assert named(documents, "PrivateEndpoint") == {}
    assert "publicNetworkAccess" not in the(documents, "Vault")["spec"]["properties"]


def test_roles_decide_unless_policies_are_asked_for() -> None:
    assert vault()["enableRbacAuthorization"] is True
    assert "accessPolicies" not in vault()


def test_policies_admit_the_store_the_gateway_and_identities_with_the_role() -> None:
    policies = vault(SECRETS, READERS)["accessPolicies"]

    assert {policy["objectIdFromConfig"]["name"] for policy in policies} == {
        "secrets-identity",
        "orders-identity",
        "gateway-identity",
    }


def test_every_policy_names_an_identity_that_is_made() -> None:
    documents = rendered(azure(SECRETS, READERS), "cloud")
    written = {
        target["name"]
        for identity in named(documents, "UserAssignedIdentity").values()
        for target in identity["spec"]["operatorSpec"]["configMaps"].values()
    }

    policies = the(documents, "Vault")["spec"]["properties"]["accessPolicies"]

    assert {policy["objectIdFromConfig"]["name"] for policy in policies} <= written


def test_the_vault_outlives_its_object() -> None:
    found = the(rendered(azure("platform: {azure: {vault: {}}}"), "cloud"), "Vault")

    assert found["metadata"]["annotations"] == {
        "serviceoperator.azure.com/reconcile-policy": "detach-on-delete",
        "argocd.argoproj.io/sync-options": "Prune=confirm,Delete=confirm",
    }


def test_what_is_rendered_fits_the_operators_schemas() -> None:
    assert operator_problems(rendered(azure(SECRETS, READERS), "cloud")) == []

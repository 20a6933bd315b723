"""What an identity may do beside reading secrets and using the broker."""

from __future__ import annotations

from tests.support.azure_rendering import RESOURCES
from tests.support.azure_shop import AZURE_SHOP
from tests.support.rendering import Json, an_environment, rendered, the

IDENTITY = """
platform: {azure: {identities: {services: {roles: [vault-secrets, vault-keys]}, quiet: {}}}}
services:
  web: {image: "web:1.0", port: 80, identity: services, calls: [dc.applicationinsights.azure.com], RESOURCES}
  api: {image: "api:1.0", port: 80, identity: quiet, RESOURCES}
""".replace("RESOURCES", RESOURCES)


def cloud(*overlays: str) -> list[Json]:
    return rendered(an_environment(IDENTITY, *overlays, base=AZURE_SHOP), "cloud")


def grants(*overlays: str) -> dict[str, str]:
    return {
        item["spec"]["owner"]["kind"] + ":" + item["metadata"]["name"]: item["spec"]["roleDefinitionReference"]["armId"]
        for item in cloud(*overlays)
        if item["kind"] == "RoleAssignment"
    }


def test_whoever_sends_measurements_is_known_by_identity() -> None:
    role = grants()["Component:id-shop-live-services-publishes-metrics"]

    assert role.endswith("/3913510d-42f4-4e42-8a64-420c390055eb")


def test_who_calls_nothing_that_takes_measurements_in_may_send_none() -> None:
    assert "Component:id-shop-live-quiet-publishes-metrics" not in grants()


def test_keys_of_a_vault_with_roles_are_a_role() -> None:
    role = grants()["Vault:id-shop-live-services-uses-keys"]

    assert role.endswith("/12338af0-0e69-4776-bea7-57ae8d297424")


def test_keys_of_a_vault_with_policies_stand_in_the_policy() -> None:
    vault = the(cloud("platform: {azure: {vault: {authorization: access-policies}}}"), "Vault")

    policies = {
        policy["objectIdFromConfig"]["name"]: policy["permissions"]
        for policy in vault["spec"]["properties"]["accessPolicies"]
    }
    assert policies["services-identity"]["keys"] == ["get", "list", "decrypt", "encrypt"]
    assert "keys" not in policies["secrets-identity"]


def test_without_a_workspace_there_is_nothing_to_send_to() -> None:
    assert not [name for name in grants("platform: {azure: {monitor: null}}") if name.startswith("Component")]


def test_a_copy_of_the_database_sends_how_far_it_is_behind() -> None:
    overlay = "data: {orders: {engine: {azure-flexible-server: {read_replicas: {reads: {sku: Standard_D2s_v3, purpose: read}}}}}}"
    documents = rendered(an_environment(overlay, base=AZURE_SHOP), "orders")

    setting = the(documents, "DiagnosticSetting", "pgdb-shop-live-reads-logs")

    assert setting["spec"]["metrics"] == [{"category": "AllMetrics", "enabled": True}]

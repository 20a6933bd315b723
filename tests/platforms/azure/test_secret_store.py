"""A key vault is read as an identity of the namespace's own."""

from __future__ import annotations

from tests.support.azure_shop import AZURE_SHOP
from tests.support.rendering import an_environment, rendered, schema_problems, the

VAULT = "platform: {azure: {foreign_vault: {name: shop-live, tenant: 77777777-2222-3333-4444-555555555555}}}"
IDS = "ids: {client.secrets: 66666666-7777-8888-9999-000000000000}"


def test_the_key_vault_store_federates_a_service_account_of_the_namespace() -> None:
    documents = rendered(an_environment(VAULT, IDS, base=AZURE_SHOP), "secrets")

    vault = the(documents, "SecretStore")["spec"]["provider"]["azurekv"]
    account = the(documents, "ServiceAccount")
    assert vault["vaultUrl"] == "https://shop-live.vault.azure.net"
    assert vault["serviceAccountRef"] == {"name": account["metadata"]["name"]}
    assert account["metadata"]["annotations"] == {
        "azure.workload.identity/client-id": "66666666-7777-8888-9999-000000000000",
        "azure.workload.identity/tenant-id": "77777777-2222-3333-4444-555555555555",
    }


def test_until_its_id_is_known_the_account_names_nobody() -> None:
    account = the(rendered(an_environment(VAULT, base=AZURE_SHOP), "secrets"), "ServiceAccount")

    assert account["metadata"]["annotations"]["azure.workload.identity/client-id"].strip("0-") == ""


def test_its_store_is_valid() -> None:
    store = the(rendered(an_environment(VAULT, base=AZURE_SHOP), "secrets"), "SecretStore")

    assert schema_problems(store) == []

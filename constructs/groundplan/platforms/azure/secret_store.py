"""A Key Vault as a SecretStore. See https://external-secrets.io/latest/provider/azure-key-vault/#workload-identity ."""

from __future__ import annotations

from groundplan.kubernetes.accounts import LENT
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.secrets import SecretStore
from groundplan.platforms.azure.ids import SECRETS, client_id
from groundplan.platforms.azure.naming import AzureKind, azure_name

SECRET_STORE = LENT
"""The ServiceAccount a SecretStore reads with."""

EXTERNAL_SECRETS = "external-secrets.io/v1"


def key_vault(environment: Environment, store: SecretStore, namespace: str) -> list[Json]:
    """The store of a namespace and its ServiceAccount, which Azure federates: the identity is the namespace's alone."""
    azure = environment.platform.azure
    foreign = azure.foreign_vault if azure is not None else None
    tenant = (foreign.tenant if foreign is not None else None) or (azure.tenant if azure is not None else None)
    name = foreign.name if foreign is not None else azure_name(environment, AzureKind.KEY_VAULT)
    identity = {
        "azure.workload.identity/client-id": client_id(environment, SECRETS),
        "azure.workload.identity/tenant-id": tenant,
    }
    vault = {
        "authType": "WorkloadIdentity",
        "vaultUrl": f"https://{name}.vault.azure.net",
        "serviceAccountRef": {"name": SECRET_STORE},
    }
    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": SECRET_STORE, "namespace": namespace, "annotations": identity},
            "automountServiceAccountToken": False,
        },
        {
            "apiVersion": EXTERNAL_SECRETS,
            "kind": "SecretStore",
            "metadata": {"name": store.name, "namespace": namespace},
            "spec": {"provider": {"azurekv": vault}},
        },
    ]

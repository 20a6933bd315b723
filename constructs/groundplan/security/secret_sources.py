"""Where Secrets come from: a SecretStore and ExternalSecrets, or SealedSecrets.

Values never pass through this repository. External Secrets Operator reads them from the provider's vault
(https://external-secrets.io/latest/introduction/overview/); what must exist before there is a vault is sealed by a
person (https://github.com/bitnami-labs/sealed-secrets). One Secret has one owner: an entry is either or.
"""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.facts.identities import SECRET_STORE, SECRETS_READER, role_arn
from groundplan.model.secrets import SecretSource, SecretStore, remote_key
from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.naming import AzureKind, azure_name

EXTERNAL_SECRETS = "external-secrets.io/v1"


def store_reference(store: SecretStore) -> Json:
    """How an ExternalSecret names the store of its namespace."""
    return {"name": store.object_name, "kind": "SecretStore"}


def aws_store(name: str, namespace: str, *, region: str, role: str) -> Json:
    """A SecretStore for AWS Secrets Manager that reads as `role`.

    The operator assumes the role with its own pod identity and tags the session with the namespace it acts for, which
    the role's trust policy demands: a store in another namespace that names the same role is refused. A ServiceAccount
    of the namespace would need the cluster's OIDC issuer in that trust policy, an address nobody knows before the
    cluster exists. See https://external-secrets.io/latest/provider/aws-access/ .
    """
    aws = {"service": "SecretsManager", "region": region, "role": role, "sessionTagsPolicy": "Simple"}
    return {
        "apiVersion": EXTERNAL_SECRETS,
        "kind": "SecretStore",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"provider": {"aws": aws}},
    }


def external_secret(name: str, namespace: str, source: SecretSource, store: SecretStore) -> Json:
    """An ExternalSecret that owns the Secret `name`; the Secret outlives a vault that forgets its values."""
    target: Json = {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain"}
    if source.type != "Opaque":
        target["template"] = {"type": source.type}
    return {
        "apiVersion": EXTERNAL_SECRETS,
        "kind": "ExternalSecret",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "refreshInterval": go_duration(store.refresh),
            "secretStoreRef": store_reference(store),
            "target": target,
            "data": [{"secretKey": key, "remoteRef": _remote_ref(remote)} for key, remote in source.keys.items()],
        },
    }


def go_duration(text: str) -> str:
    """A duration as Go reads it, which has no days."""
    return f"{whole_seconds(text) // 3600}h" if text.endswith("d") else text


def _remote_ref(reference: str) -> Json:
    key, field = remote_key(reference)
    return {"key": key} if field is None else {"key": key, "property": field}


class SecretSources(Part):
    """The store of one namespace and every Secret there that is drawn from it or was sealed."""

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        store: SecretStore,
        entries: Mapping[str, SecretSource],
        *,
        namespace: str,
    ) -> None:
        super().__init__(scope, id_)
        self._store = store
        self._namespace = namespace
        if any(source.keys for source in entries.values()):
            self._add_store()
        for name, source in entries.items():
            if source.keys:
                self.emit(external_secret(name, namespace, source, store))
            elif source.sealed_values:
                self._add_sealed_secret(name, source)

    def _add_store(self) -> None:
        if self._store.type == "azure-key-vault":
            self._add_key_vault_store()
            return
        if self.environment.cloud is None:
            raise self.fail("reads AWS Secrets Manager, but the account is not known", "write cloud.account")
        region, role = self.environment.cluster.region, role_arn(self.environment, SECRETS_READER)
        self.emit(aws_store(self._store.object_name, self._namespace, region=region, role=role))

    def _add_key_vault_store(self) -> None:
        """Azure federates the namespace's own ServiceAccount, so that here the identity is the namespace's alone.

        See https://external-secrets.io/latest/provider/azure-key-vault/#workload-identity .
        """
        azure = self.environment.azure
        tenant = self._store.tenant or (azure.tenant if azure is not None else None)
        name = self._store.vault or azure_name(self.environment, AzureKind.KEY_VAULT)
        identity = {
            "azure.workload.identity/client-id": self._store.client,
            "azure.workload.identity/tenant-id": tenant,
        }
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": {"name": SECRET_STORE, "namespace": self._namespace, "annotations": identity},
                "automountServiceAccountToken": False,
            }
        )
        vault = {
            "authType": "WorkloadIdentity",
            "vaultUrl": f"https://{name}.vault.azure.net",
            "serviceAccountRef": {"name": SECRET_STORE},
        }
        self.emit(
            {
                "apiVersion": EXTERNAL_SECRETS,
                "kind": "SecretStore",
                "metadata": {"name": self._store.object_name, "namespace": self._namespace},
                "spec": {"provider": {"azurekv": vault}},
            }
        )

    def _add_sealed_secret(self, name: str, source: SecretSource) -> None:
        """Strict scope, the default: the ciphertext opens under this name in this namespace only."""
        self.emit(
            {
                "apiVersion": "bitnami.com/v1alpha1",
                "kind": "SealedSecret",
                "metadata": {"name": name, "namespace": self._namespace},
                "spec": {
                    "encryptedData": dict(sorted(source.sealed_values.items())),
                    "template": {"metadata": {"name": name, "namespace": self._namespace}, "type": source.type},
                },
            }
        )

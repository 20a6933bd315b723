"""Where Secrets come from: a SecretStore and ExternalSecrets, or SealedSecrets.

Values never pass through this repository. External Secrets Operator reads them from the provider's vault
(https://external-secrets.io/latest/introduction/overview/); what must exist before there is a vault is sealed by a
person (https://github.com/bitnami-labs/sealed-secrets). One Secret has one owner: an entry is either or.
"""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.model.secrets import SecretSource, SecretStore, remote_key
from groundplan.model.values import go_duration
from groundplan.parts import Component, Json, Part
from groundplan.platforms.registry import platform_of

EXTERNAL_SECRETS = "external-secrets.io/v1"


def store_reference(store: SecretStore) -> Json:
    """How an ExternalSecret names the store of its namespace."""
    return {"name": store.object_name, "kind": "SecretStore"}


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
        self._namespace = namespace
        if any(source.keys for source in entries.values()):
            for document in platform_of(self.environment).secret_store(store, namespace):
                self.emit(document)
        for name, source in entries.items():
            if source.keys:
                self.emit(external_secret(name, namespace, source, store))
            elif source.sealed_values:
                self._add_sealed_secret(name, source)

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

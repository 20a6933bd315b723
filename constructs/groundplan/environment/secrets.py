"""The secrets chapter: which Secrets exist and where their values are kept. Values themselves never appear."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from groundplan.environment.values import Duration, Model, Name


class SecretStore(Model):
    """The vault outside the cluster that External Secrets Operator reads."""

    type: Literal["aws-secrets-manager", "azure-key-vault"]
    """Which product it is."""

    name: Name | None = None
    """Name of the SecretStore object in each namespace. Default the type."""

    vault: str | None = None
    """Name of the Key Vault; needed for `azure-key-vault` only."""

    prefix: str = ""
    """Every key read must start with it; the store's identity is granted nothing else. Default the system's name and `/`."""

    refresh: Duration = "1h"
    """How often values are read again. Default 1h."""

    @property
    def object_name(self) -> str:
        """Name of the SecretStore object."""
        return self.name or self.type


class SecretSource(Model):
    """One Secret, made of keys of the store."""

    keys: dict[str, str] = {}
    """Key in the Secret to key in the store, e.g. `api-key: factory/anthropic-api-key`; `name#field` picks a JSON field."""

    generated: bool = False
    """True when an operator writes the Secret, so none is fetched. Default false."""

    type: Literal["Opaque", "kubernetes.io/basic-auth", "kubernetes.io/tls", "kubernetes.io/dockerconfigjson"] = (
        "Opaque"
    )
    """Type of the Secret. Default Opaque."""

    sealed: bool = False
    """True for a value that cannot live in the store (bootstrap credentials): it comes as a SealedSecret that a person
    seals with `kubeseal`; only the ciphertext in `sealed_values` is ever in Git. Default false."""

    sealed_values: dict[str, str] = {}
    """Ciphertext per key as `kubeseal --raw` prints it. Default none."""

    reload: list[Name] = []
    """Operators' objects to label for reload; used by database credentials. Default none."""

    @model_validator(mode="after")
    def _one_origin(self) -> SecretSource:
        origins = sum((bool(self.keys), self.generated, self.sealed))
        if origins != 1:
            raise ValueError("takes exactly one of keys, generated and sealed")
        return self


class Secrets(Model):
    """Where secret values come from."""

    store: SecretStore
    """The store all `keys` refer to."""

    entries: dict[Name, SecretSource] = {}
    """Secrets by name. Default none."""

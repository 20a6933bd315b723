"""The secrets chapter: which Secrets exist and where their values are kept. Values themselves never appear."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, model_validator

from groundplan.model.values import Duration, Model, Name

_SECRET_KEY = re.compile(r"^[-._a-zA-Z0-9]{1,253}$")
_KEY_VAULT_NAME = re.compile(r"^[0-9a-zA-Z-]{1,127}$")


def _check_secret_key(text: str) -> str:
    if not _SECRET_KEY.match(text):
        raise ValueError(f"`{text}` is not a key of a Secret; use letters, digits, -, _ and .")
    return text


def _check_ciphertext(text: str) -> str:
    """A sealed value is the length of an RSA block, the block, and an AES-GCM message; nothing readable passes.

    See https://github.com/bitnami-labs/sealed-secrets/blob/main/docs/developer/crypto.md .
    """
    refusal = "is not ciphertext (it is not shown here); write what `kubeseal --raw --scope strict` prints"
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(refusal) from None
    block = int.from_bytes(raw[:2], "big")
    if block not in (256, 384, 512) or len(raw) < 2 + block + 16:
        raise ValueError(refusal)
    return text


SecretKey = Annotated[str, AfterValidator(_check_secret_key)]
"""A key inside a Secret."""

Ciphertext = Annotated[str, AfterValidator(_check_ciphertext)]
"""One value as `kubeseal --raw` prints it; only the sealing controller's private key opens it."""


_KEYS_OF_TYPE: dict[str, frozenset[str]] = {
    "kubernetes.io/basic-auth": frozenset({"username", "password"}),
    "kubernetes.io/tls": frozenset({"tls.crt", "tls.key"}),
    "kubernetes.io/dockerconfigjson": frozenset({".dockerconfigjson"}),
}


def is_key_vault_name(text: str) -> bool:
    """Whether Azure Key Vault can hold a secret of this name; it has no folders."""
    return bool(_KEY_VAULT_NAME.match(text))


def remote_key(reference: str) -> tuple[str, str | None]:
    """Key and JSON field of `name#field`; the field is None where the whole value is meant."""
    key, _, field = reference.partition("#")
    return key, field or None


class SecretStore(Model):
    """The SecretStore objects through which External Secrets Operator reads the platform's vault.

    Which vault that is says the platform; what only one platform's vault has stands in its chapter.
    """

    name: Name = "vault"
    """Name of the SecretStore in each namespace that draws a secret. Default `vault`."""

    refresh: Duration = "1h"
    """How often values are read again. Default 1h."""


class SecretSource(Model):
    """One Secret, made of keys of the platform's vault."""

    keys: dict[SecretKey, str] = {}
    """Key in the Secret to key in the platform's vault, e.g. `api-key: factory/anthropic-api-key`; `name#field` picks a JSON field."""

    generated: bool = False
    """True for values that nobody needs to know: the cluster makes every key that somebody reads, once, at random; a
    database's owner keeps its name. Default false."""

    type: Literal["Opaque", "kubernetes.io/basic-auth", "kubernetes.io/tls", "kubernetes.io/dockerconfigjson"] = (
        "Opaque"
    )
    """Type of the Secret. Default Opaque."""

    sealed: bool = False
    """True for a value that cannot live in the vault (bootstrap credentials): it comes as a SealedSecret that a person
    seals with `kubeseal`; only the ciphertext in `sealed_values` is ever in Git. Default false."""

    sealed_values: dict[SecretKey, Ciphertext] = {}
    """Ciphertext per key as `kubeseal --raw` prints it. Default none: nothing is rendered until a person has sealed."""

    @model_validator(mode="after")
    def _one_origin(self) -> SecretSource:
        origins = sum((bool(self.keys), self.generated, self.sealed))
        if origins != 1:
            raise ValueError(
                "comes from nowhere or from several places; write exactly one of keys, generated and sealed"
            )
        if self.sealed_values and not self.sealed:
            raise ValueError("has sealed_values, but sealed is false; write `sealed: true`")
        return self

    @model_validator(mode="after")
    def _keys_of_type(self) -> SecretSource:
        """Kubernetes refuses a typed Secret without its keys, but only when somebody already waits for it."""
        present = {*self.keys, *self.sealed_values}
        needed = _KEYS_OF_TYPE.get(self.type, frozenset())
        if present and not needed <= present:
            missing = ", ".join(sorted(needed - present))
            raise ValueError(f"is of type {self.type} without {missing}; add {missing}, or write `type: Opaque`")
        return self


class Secrets(Model):
    """Where secret values come from."""

    store: SecretStore = SecretStore()
    """How the `keys` of entries are read from the platform's vault. Default each hour."""

    sealing: bool = False
    """Whether the cluster can open sealed values although no entry has any yet. Default false: the controller comes with
    the first sealed entry."""

    entries: dict[Name, SecretSource] = {}
    """Secrets by name. Default none."""

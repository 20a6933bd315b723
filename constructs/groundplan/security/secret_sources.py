"""Where Secrets come from: a SecretStore and ExternalSecrets, or SealedSecrets.

Values never pass through this repository. External Secrets Operator reads them from the provider's vault
(https://external-secrets.io/latest/introduction/overview/) or makes them itself, once
(https://external-secrets.io/latest/api/generator/password/); what must exist before there is a vault is sealed by a
person (https://github.com/bitnami-labs/sealed-secrets). One Secret has one owner: an entry is one of the three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.facts.generated_secrets import LOGIN
from groundplan.model.secrets import SecretSource, SecretStore, remote_key
from groundplan.model.values import go_duration
from groundplan.parts import Component, Json, Part

EXTERNAL_SECRETS = "external-secrets.io/v1"
GENERATORS = "generators.external-secrets.io/v1alpha1"
LENGTH = 32
"""Characters of a generated value: about 190 bits."""


def store_reference(store: SecretStore) -> Json:
    """How an ExternalSecret names the store of its namespace."""
    return {"name": store.name, "kind": "SecretStore"}


def external_secret(
    name: str, namespace: str, source: SecretSource, store: SecretStore, labels: Mapping[str, str] | None = None
) -> Json:
    """An ExternalSecret that owns the Secret `name`; the Secret outlives a vault that forgets its values.

    Args:
        name: name of both.
        namespace: where both are.
        source: its keys and type.
        store: where its values lie.
        labels: those of the Secret. Default none.
    """
    target: Json = {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain"}
    template = _template(labels) | ({"type": source.type} if source.type != "Opaque" else {})
    if template:
        target["template"] = template
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


def _template(labels: Mapping[str, str] | None) -> Json:
    return {"metadata": {"labels": dict(labels)}} if labels else {}


def generator(name: str, namespace: str, keys: list[str]) -> Json:
    """A generator of one random value for each key: letters and digits, so that it may stand in an address."""
    return {
        "apiVersion": GENERATORS,
        "kind": "Password",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "length": LENGTH,
            "digits": LENGTH // 4,
            "symbols": 0,
            "noUpper": False,
            "allowRepeat": True,
            "secretKeys": keys,
        },
    }


def generated_secret(
    name: str,
    namespace: str,
    keys: Mapping[str, str | None],
    *,
    login: bool,
    labels: Mapping[str, str] | None = None,
) -> Json:
    """An ExternalSecret that makes the Secret `name` once and never again: a second value would lock everybody out.

    Args:
        name: name of the Secret, of the ExternalSecret and of the generator.
        namespace: where all three are.
        keys: key to its value; None where it is generated.
        login: whether it is the login of a database's owner.
        labels: those of the Secret. Default none.
    """
    template: Json = {
        "engineVersion": "v2",
        **_template(labels),
        **({"type": LOGIN} if login else {}),
        "data": {key: f'{{{{ index . "{key}" }}}}' if value is None else value for key, value in keys.items()},
    }
    return {
        "apiVersion": EXTERNAL_SECRETS,
        "kind": "ExternalSecret",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "refreshPolicy": "CreatedOnce",
            "target": {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain", "template": template},
            "dataFrom": [{"sourceRef": {"generatorRef": {"apiVersion": GENERATORS, "kind": "Password", "name": name}}}],
        },
    }


def _remote_ref(reference: str) -> Json:
    key, field = remote_key(reference)
    return {"key": key} if field is None else {"key": key, "property": field}


@dataclass(frozen=True, kw_only=True, slots=True)
class Generated:
    """A Secret that is made in the cluster."""

    keys: Mapping[str, str | None]
    """Key to its value; None where it is generated."""

    login: bool = False
    """Whether it is the login of a database's owner. Default false."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretSourcesProps:
    """The Secrets of one namespace and where their values come from."""

    namespace: str
    """Namespace."""

    store: SecretStore
    """Store that entries with keys are drawn from."""

    store_objects: Sequence[Json] = ()
    """What makes the store known in the namespace. Default nothing: no entry is drawn from it."""

    entries: Mapping[str, SecretSource]
    """Secrets by name."""

    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Labels of a Secret by its name. Default none."""

    generated: Mapping[str, Generated] = field(default_factory=dict)
    """What is known of those that are made in the cluster, by name. Default none."""


class SecretSources(Part):
    """The store of one namespace and every Secret there that is drawn from it, made there, or was sealed."""

    def __init__(self, scope: Component | Part, id_: str, props: SecretSourcesProps) -> None:
        super().__init__(scope, id_)
        self._namespace, self._labels = props.namespace, props.labels
        for document in props.store_objects:
            self.emit(document)
        for name, source in props.entries.items():
            if source.keys:
                self.emit(external_secret(name, props.namespace, source, props.store, props.labels.get(name)))
            elif source.generated:
                self._add_generated_secret(name, props.generated[name])
            elif source.sealed_values:
                self._add_sealed_secret(name, source)

    def _add_generated_secret(self, name: str, made: Generated) -> None:
        unknown = [key for key, value in made.keys.items() if value is None]
        if unknown:
            self.emit(generator(name, self._namespace, unknown))
            labels = self._labels.get(name)
            self.emit(generated_secret(name, self._namespace, made.keys, login=made.login, labels=labels))

    def _add_sealed_secret(self, name: str, source: SecretSource) -> None:
        """Strict scope, the default: the ciphertext opens under this name in this namespace only."""
        self.emit(
            {
                "apiVersion": "bitnami.com/v1alpha1",
                "kind": "SealedSecret",
                "metadata": {"name": name, "namespace": self._namespace},
                "spec": {
                    "encryptedData": dict(sorted(source.sealed_values.items())),
                    "template": {
                        "metadata": {
                            "name": name,
                            "namespace": self._namespace,
                            **({"labels": dict(self._labels[name])} if name in self._labels else {}),
                        },
                        "type": source.type,
                    },
                },
            }
        )

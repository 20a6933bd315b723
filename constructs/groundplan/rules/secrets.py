"""What the secrets chapter promises: what is named is there, what is fetched has a vault, what is generated has a reader."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.facts.generated_secrets import generated_keys
from groundplan.facts.secret_placement import secret_placement
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem, unknown
from groundplan.stores.answers import Reference
from groundplan.stores.registry import stores_of
from groundplan.yaml.marked import YamlPath


def _named_secrets_exist(environment: Environment) -> Iterator[Problem]:
    """Whoever names a Secret, and a key of it, finds both among the entries."""
    entries = environment.secrets.entries if environment.secrets else {}
    for path, secret in _named(environment):
        if secret not in entries:
            yield unknown(path, "missing-secret", "secret", secret, entries)
    for name, service in environment.services.items():
        for variable, reference in service.secrets.items():
            secret, _, key = reference.partition("/")
            known = {*entries[secret].keys, *entries[secret].sealed_values} if secret in entries else {key}
            if key not in known and not entries[secret].generated:
                what = f"key in secret {secret} called"
                yield unknown(("services", name, "secrets", variable), "missing-secret-key", what, key, known)


def _named(environment: Environment) -> Iterator[Reference]:
    for name, service in environment.services.items():
        for variable, reference in service.secrets.items():
            yield ("services", name, "secrets", variable), reference.partition("/")[0]
        for index, secret in enumerate(service.secrets_from):
            yield ("services", name, "secrets_from", index), secret
    for store in stores_of(environment).values():
        if store.credentials is not None:
            yield store.credentials_at, store.credentials
    for name, receiver in environment.observability.receivers.items():
        yield ("observability", "receivers", name, "secret"), receiver.secret.partition("/")[0]
    if environment.observability.grafana_admin is not None:
        yield ("observability", "grafana_admin"), environment.observability.grafana_admin
    if environment.delivery.reports is not None and environment.has_cluster:  # a tenant's are written by its host's
        yield ("delivery", "reports", "secret"), environment.delivery.reports.secret.partition("/")[0]


def _fetched_from_somewhere(environment: Environment) -> Iterator[Problem]:
    entries = environment.secrets.entries if environment.secrets is not None else {}
    if platform_of(environment).vault is not None:
        return
    for name, source in entries.items():
        if source.keys:
            path: YamlPath = ("secrets", "entries", name, "keys")
            what = f"are keys of a vault, but {environment.platform_name} has none"
            yield path, "keys-without-vault", what, "write `generated: true` or `sealed: true` instead"


def _generated_for_somebody(environment: Environment) -> Iterator[Problem]:
    entries = environment.secrets.entries if environment.secrets is not None else {}
    placement = secret_placement(environment)
    for name, source in entries.items():
        path: YamlPath = ("secrets", "entries", name)
        if not source.generated:
            continue
        if not generated_keys(environment, name) and environment.has_workloads:
            yield path, "generated-for-nobody", "is generated, but nobody reads a key of it", "remove it, or read it"
        places = sorted(namespace for namespace, held in placement.items() if name in held)
        if len(places) > 1:
            what = f"is generated in {' and in '.join(places)}, each time with other values"
            yield path, "generated-twice", what, "give each namespace a secret of its own"


def _taken_whole(environment: Environment) -> Iterator[Problem]:
    """Which keys a service finds in a Secret that it takes whole, nobody could say."""
    entries = environment.secrets.entries if environment.secrets is not None else {}
    for name, service in environment.services.items():
        for index, secret in enumerate(service.secrets_from):
            if secret in entries and entries[secret].generated:
                path: YamlPath = ("services", name, "secrets_from", index)
                what = f"takes every key of `{secret}`, which is generated key by key"
                yield path, "generated-taken-whole", what, f"write secrets: {{VARIABLE: {secret}/<key>}}"


SECRET_RULES = (_named_secrets_exist, _fetched_from_somewhere, _generated_for_somebody, _taken_whole)

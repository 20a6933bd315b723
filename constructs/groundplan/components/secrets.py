"""The secrets component: the store of the namespace and the Secrets drawn from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from groundplan.blueprint import Blueprint
from groundplan.facts.generated_secrets import generated_keys, is_login
from groundplan.facts.secret_placement import secret_placement
from groundplan.model.environment import Environment
from groundplan.model.secrets import SecretSource, SecretStore
from groundplan.parts import Component
from groundplan.platforms.registry import platform_of
from groundplan.security.secret_sources import Generated, SecretSources, SecretSourcesProps
from groundplan.stores.registry import stores_of
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component, with a store in each namespace that needs a Secret."""
    if secret_placement(environment):
        yield Blueprint(
            name="secrets", wave=SyncWave.SECRETS, namespace=environment.namespace, build=partial(_build, environment)
        )


def _build(environment: Environment, component: Component) -> None:
    secrets = environment.secrets
    for namespace, entries in secret_placement(environment).items():
        if secrets is not None:
            SecretSources(component, namespace, _props(environment, namespace, secrets.store, entries))


def _props(
    environment: Environment, namespace: str, store: SecretStore, entries: Mapping[str, SecretSource]
) -> SecretSourcesProps:
    drawn = any(source.keys for source in entries.values())
    return SecretSourcesProps(
        namespace=namespace,
        store=store,
        store_objects=tuple(platform_of(environment).secret_store(store, namespace)) if drawn else (),
        entries=entries,
        labels={
            name: labels
            for one in stores_of(environment).values()
            for name, labels in (one.watched_secrets().items() if namespace == environment.namespace else ())
        },
        generated={
            name: Generated(keys=generated_keys(environment, name), login=is_login(environment, name))
            for name, source in entries.items()
            if source.generated
        },
    )

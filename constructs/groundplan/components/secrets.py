"""The secrets component: the store of the namespace and the Secrets drawn from it."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.blueprint import Blueprint
from groundplan.facts.secret_placement import secret_placement
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.security.secret_sources import SecretSources
from groundplan.waves import SyncWave


def components(environment: Environment) -> Iterator[Blueprint]:
    """One component, with a store in each namespace that needs a Secret."""
    if secret_placement(environment):
        yield Blueprint(name="secrets", wave=SyncWave.SECRETS, namespace=environment.namespace, build=_build)


def _build(component: Component) -> None:
    secrets = component.environment.secrets
    for namespace, entries in secret_placement(component.environment).items():
        if secrets is not None:
            SecretSources(component, namespace, secrets.store, entries, namespace=namespace)

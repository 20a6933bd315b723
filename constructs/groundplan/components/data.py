"""One component for each store, by who runs it."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan import images
from groundplan.blueprint import Blueprint
from groundplan.facts.cloud_names import management_namespace
from groundplan.model.environment import Environment
from groundplan.stores.registry import stores_of


def components(environment: Environment) -> Iterator[Blueprint]:
    """A component per store; services start when all of them are healthy.

    What the cloud runs is synced into the management cluster.
    """
    if not environment.has_workloads:
        return
    for name, store in stores_of(environment).items():
        yield Blueprint(
            name=name,
            wave=store.wave,
            namespace=management_namespace(environment) if store.rented else environment.namespace,
            build=store.build,
            management=store.rented,
            sources=() if store.rented else (images.SOURCE,),
        )

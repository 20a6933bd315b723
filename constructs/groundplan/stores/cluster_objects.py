"""What the stores of an environment and its tenants need of the cluster as a whole, such as StorageClasses."""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.model.environment import Environment
from groundplan.parts import Component, Json, Part
from groundplan.stores.registry import stores_of


class StoreClusterObjects(Part):
    """Objects without a namespace, each as it is given."""

    def __init__(self, scope: Component | Part, id_: str, *, objects: Iterable[Json]) -> None:
        super().__init__(scope, id_)
        for document in objects:
            self.emit(document)


def cluster_objects(environment: Environment) -> list[Json]:
    """What the stores of everybody on the cluster need; what several need alike is there once."""
    found: list[Json] = []
    for user in (environment, *environment.tenants):
        for store in stores_of(user).values():
            found += [document for document in store.cluster_objects() if document not in found]
    return found

"""What the stores of an environment and its tenants need of the cluster as a whole, such as StorageClasses."""

from __future__ import annotations

from groundplan.parts import Component, Json, Part
from groundplan.stores.registry import stores_of


class StoreClusterObjects(Part):
    """Objects without a namespace; what several stores need is made once."""

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        emitted: list[Json] = []
        for user in (self.environment, *self.environment.tenants):
            for store in stores_of(user).values():
                emitted += [document for document in store.cluster_objects() if document not in emitted]
        for document in emitted:
            self.emit(document)

"""Claims of a file system that several pods share."""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.kubernetes.labels import selector_labels
from groundplan.parts import Component, Part
from groundplan.stores.placement import KEEP


class SharedFiles(Part):
    """A claim in each namespace that mounts it; services reach it by `mounts: {<name>: {path, store}}`.

    Claims of one share in two namespaces are two volumes to Kubernetes and the same files to those who mount them.

    See https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes .
    """

    def __init__(
        self, scope: Component | Part, id_: str, *, namespaces: Iterable[str], size: str, storage_class: str
    ) -> None:
        super().__init__(scope, id_)
        for namespace in namespaces:
            self._add_claim(id_, namespace, size, storage_class)

    def _add_claim(self, name: str, namespace: str, size: str, storage_class: str) -> None:
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {
                    "name": name,
                    "namespace": namespace,
                    "labels": selector_labels(name),
                    "annotations": KEEP,
                },
                "spec": {
                    "accessModes": ["ReadWriteMany"],
                    "storageClassName": storage_class,
                    "resources": {"requests": {"storage": size}},
                },
            }
        )

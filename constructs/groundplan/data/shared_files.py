"""A file system that several pods share."""

from __future__ import annotations

from groundplan.data.placement import KEEP
from groundplan.environment.data import Files
from groundplan.labels import selector_labels
from groundplan.parts import Component, Part


class SharedFiles(Part):
    """A claim that many pods mount at once; services reach it by `mounts: {<name>: {path, store}}`.

    See https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes .
    """

    def __init__(self, scope: Component | Part, id_: str, store: Files) -> None:
        super().__init__(scope, id_)
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": id_, "labels": selector_labels(id_), "annotations": KEEP},
                "spec": {
                    "accessModes": ["ReadWriteMany"],
                    "storageClassName": store.storage_class,
                    "resources": {"requests": {"storage": store.size}},
                },
            }
        )

"""The StorageClass of volumes for one pod. See
https://cloud.google.com/kubernetes-engine/docs/concepts/persistent-volumes .
"""

from __future__ import annotations

from groundplan.parts import Component, Part

DRIVER = "pd.csi.storage.gke.io"


class BlockStorageClass(Part):
    """The default class: encrypted with a key of our own, made in the zone of its pod, kept when its claim is deleted.

    Args:
        scope: scope.
        id_: name of the class.
        key: full name of the key.
    """

    def __init__(self, scope: Component | Part, id_: str, *, key: str) -> None:
        super().__init__(scope, id_)
        self.emit(
            {
                "apiVersion": "storage.k8s.io/v1",
                "kind": "StorageClass",
                "metadata": {
                    "name": id_,
                    "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
                },
                "provisioner": DRIVER,
                "parameters": {"type": "pd-balanced", "disk-encryption-kms-key": key},
                "reclaimPolicy": "Retain",
                "allowVolumeExpansion": True,
                "volumeBindingMode": "WaitForFirstConsumer",
            }
        )

"""The StorageClass of volumes for one pod. See https://kubernetes.io/docs/concepts/storage/storage-classes/ ."""

from __future__ import annotations

from groundplan.parts import Component, Part

DRIVER = "ebs.csi.aws.com"


class BlockStorageClass(Part):
    """The default class: encrypted, made in the zone of its pod, kept when its claim is deleted."""

    def __init__(self, scope: Component | Part, id_: str) -> None:
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
                "parameters": {"type": "gp3", "encrypted": "true"},
                "reclaimPolicy": "Retain",
                "allowVolumeExpansion": True,
                "volumeBindingMode": "WaitForFirstConsumer",
            }
        )

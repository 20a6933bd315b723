"""The StorageClass that volumes of one pod are made of, where the provider brings none fit for data.

See https://kubernetes.io/docs/concepts/storage/storage-classes/ .
"""

from __future__ import annotations

from groundplan.environment.data import BLOCK_STORAGE
from groundplan.parts import Component, Json, Part

DRIVERS: dict[str, tuple[str, Json]] = {"aws": ("ebs.csi.aws.com", {"type": "gp3", "encrypted": "true"})}
"""Provider to its driver and the volumes it makes. Azure's managed clusters bring theirs."""


class StorageClasses(Part):
    """The cluster's default class: encrypted, made in the zone of its pod, kept when its claim is deleted."""

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        provider = self.environment.cluster.provider
        if provider not in DRIVERS:
            return
        driver, volume = DRIVERS[provider]
        self.emit(
            {
                "apiVersion": "storage.k8s.io/v1",
                "kind": "StorageClass",
                "metadata": {
                    "name": BLOCK_STORAGE[provider],
                    "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
                },
                "provisioner": driver,
                "parameters": dict(volume),
                "reclaimPolicy": "Retain",
                "allowVolumeExpansion": True,
                "volumeBindingMode": "WaitForFirstConsumer",
            }
        )

"""The StorageClasses of file shares in storage accounts of the chapter; AKS brings those for volumes of one pod.

See https://kubernetes.io/docs/concepts/storage/storage-classes/ .
"""

from __future__ import annotations

from groundplan.facts.file_shares import SNAPSHOT_CLASS, azure_shares, storage_class
from groundplan.model.data import Files
from groundplan.model.environment import Environment
from groundplan.parts import Component, Part
from groundplan.platforms.azure.naming import AzureKind, azure_name, storage_account

AZURE_FILES = "file.csi.azure.com"
"""Driver of Azure's file shares. See https://learn.microsoft.com/azure/aks/azure-csi-files-storage-provision ."""


class ShareClasses(Part):
    """One class for each share of the environment and its tenants; all are kept when their claim is deleted."""

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        shares = [
            (user, name, store)
            for user in (self.environment, *self.environment.tenants)
            for name, store in azure_shares(user)
        ]
        for user, name, store in shares:
            self._add_share(user, name, store)
        if any(store.backup is not None for _, _, store in shares):
            self._add_snapshot_class()

    def _add_share(self, user: Environment, name: str, store: Files) -> None:
        """Every claim leads to one share by its name. The account's key lies in kube-system, out of the services' reach.

        Permissions and owner are the mount's: the protocol keeps none. Build tools start scripts, so files may be run.
        """
        if user.platform.azure is None or store.azure is None:
            return
        account, owner = store.azure.account, store.azure.user
        self.emit(
            {
                "apiVersion": "storage.k8s.io/v1",
                "kind": "StorageClass",
                "metadata": {"name": storage_class(user, name, store)},
                "provisioner": AZURE_FILES,
                "parameters": {
                    "skuName": user.platform.azure.storage[account].sku,
                    "resourceGroup": azure_name(user, AzureKind.RESOURCE_GROUP),
                    "storageAccount": storage_account(user, account),
                    "shareName": name,
                    "secretNamespace": "kube-system",
                },
                "mountOptions": [
                    "dir_mode=0770",
                    "file_mode=0770",
                    f"uid={owner}",
                    f"gid={owner}",
                    "mfsymlinks",
                    "cache=strict",
                    "nosharesock",
                    "actimeo=30",
                    "nobrl",
                ],
                "reclaimPolicy": "Retain",
                "allowVolumeExpansion": True,
                "volumeBindingMode": "Immediate",
            }
        )

    def _add_snapshot_class(self) -> None:
        self.emit(
            {
                "apiVersion": "snapshot.storage.k8s.io/v1",
                "kind": "VolumeSnapshotClass",
                "metadata": {"name": SNAPSHOT_CLASS},
                "driver": AZURE_FILES,
                "deletionPolicy": "Delete",
            }
        )

"""A file share of an Azure storage account, as the rest of the house asks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from groundplan.facts.standby import waits
from groundplan.kubernetes.namespaces import KUBE_SYSTEM
from groundplan.model.values import quantity
from groundplan.platforms.azure.naming import AzureKind, azure_name, storage_account
from groundplan.rules.problem import Problem, unknown
from groundplan.stores.answers import Json
from groundplan.stores.files.azure_files.words import SNAPSHOT_CLASS
from groundplan.stores.files.model import AzureFiles
from groundplan.stores.files.shared import SharedFilesStore

if TYPE_CHECKING:
    from groundplan.observability.alert import Alert
    from groundplan.parts import Component
    from groundplan.stores.files.azure_files.pages import AzureFilesPages

DRIVER = "file.csi.azure.com"
"""Driver of Azure's file shares. See https://learn.microsoft.com/azure/aks/azure-csi-files-storage-provision ."""


SMALLEST_PREMIUM = 100 * 2**30
"""Bytes a premium file share has at least. See https://learn.microsoft.com/azure/storage/files/understanding-billing ."""


class AzureFilesStore(SharedFilesStore[AzureFiles]):
    """Files in a storage account, with a StorageClass of their own; pods in the cluster mount them."""

    engine = "azure-files"
    needs_platform = "azure"
    is_mounted_anywhere = True

    @property
    def snapshot_job(self) -> str:
        """Name of the CronJob that takes snapshots."""
        return f"{self.name}-snapshot"

    @property
    def storage_class(self) -> str:
        """Its own, which carries the namespace as classes are the cluster's."""
        return f"{self.environment.namespace}-{self.name}"

    def upstream_images(self) -> Iterator[str]:
        """The one that takes snapshots."""
        if self.settings.snapshots is not None:
            yield self.settings.snapshots.image

    def shares(self, account: str) -> Mapping[str, str]:
        """The share, in its account."""
        return {self.name: self.chapter.size} if account == self.settings.account else {}

    def problems(self) -> Iterator[Problem]:
        """It lies in a storage account of this environment, and a premium one has at least 100 GiB."""
        azure, account = self.environment.platform.azure, self.settings.account
        accounts = azure.storage if azure is not None else {}
        if account not in accounts:
            yield unknown(self.at("account"), "missing-storage", "storage account", account, accounts)
        elif accounts[account].sku.startswith("Premium") and quantity(self.chapter.size) < SMALLEST_PREMIUM:
            what = f"{self.chapter.size} is less than the 100Gi of the smallest premium share"
            advice = "write 100Gi or more, or choose a Standard account"
            yield (*self.path, "size"), "share-too-small", what, advice

    def cluster_objects(self) -> Iterator[Json]:
        """Its StorageClass, and the class of snapshots where it has any."""
        yield self._storage_class_object()
        if self.settings.snapshots is not None:
            yield {
                "apiVersion": "snapshot.storage.k8s.io/v1",
                "kind": "VolumeSnapshotClass",
                "metadata": {"name": SNAPSHOT_CLASS},
                "driver": DRIVER,
                "deletionPolicy": "Delete",
            }

    def _storage_class_object(self) -> Json:
        """Every claim leads to one share by its name. The account's key lies in kube-system, out of the services' reach.

        Permissions and owner are the mount's: the protocol keeps none. Build tools start scripts, so files may be run.
        """
        account, owner, azure = self.settings.account, self.settings.user, self.environment.platform.azure
        return {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": self.storage_class},
            "provisioner": DRIVER,
            "parameters": {
                "skuName": azure.storage[account].sku if azure is not None else "",
                "resourceGroup": azure_name(self.environment, AzureKind.RESOURCE_GROUP),
                "storageAccount": storage_account(self.environment, account),
                "shareName": self.name,
                "secretNamespace": KUBE_SYSTEM,
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

    @property
    def has_backup_jobs(self) -> bool:
        """Whether snapshots are taken."""
        return self.settings.snapshots is not None

    def build_backup(self, component: Component) -> None:
        """The job that takes snapshots and deletes old ones."""
        from groundplan.stores.files.azure_files.props import snapshots_props
        from groundplan.stores.files.azure_files.snapshots import FileSnapshots

        if self.settings.snapshots is not None:
            FileSnapshots(component, f"{self.name}-snapshots", snapshots_props(self, self.settings.snapshots))

    def alerts(self) -> Iterator[Alert]:
        """That snapshots are taken; a standby takes none."""
        from groundplan.stores.backup_alerts import job_alerts

        if self.settings.snapshots is None or waits(self.environment):
            return
        yield from job_alerts(self.environment.namespace, self.name, self.snapshot_job, daily=True)

    def pages(self) -> AzureFilesPages:
        """What the documents say of it."""
        from groundplan.stores.files.azure_files.pages import AzureFilesPages

        return AzureFilesPages(self)

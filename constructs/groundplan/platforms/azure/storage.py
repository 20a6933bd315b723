"""Storage accounts: blob containers and file shares. See https://learn.microsoft.com/azure/storage/ ."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.model.values import quantity, seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.chapter import AzureStorage
from groundplan.platforms.azure.cluster_identity import CLUSTER_IDENTITY
from groundplan.platforms.azure.naming import object_name
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site

STORAGE = "storage.azure.com/v1api20230101"
DAY = 86_400

ACCOUNT_CONTRIBUTOR = "17d1049b-9a84-46fb-8f53-869881c3d3ab"
"""Built-in role Storage Account Contributor."""


class StorageAccount(AzurePart):
    """An account that takes no anonymous and no unencrypted request.

    Args:
        scope: scope.
        id_: construct id.
        site: where it stands.
        storage: the chapter.
        name: its purpose; the account called `main` has no purpose segment in its name.
        mounted: shares that stores have in it, with their sizes: the cluster mounts them.
        subnet: the subnet whose nodes may reach it; None where there is no network of ours.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        storage: AzureStorage,
        *,
        name: str,
        mounted: Mapping[str, str],
        subnet: Json | None,
    ) -> None:
        super().__init__(scope, id_, site)
        self._name = site.convention.storage_account(name)
        self._add_account(storage, subnet)
        if storage.shares or mounted:
            self._add_shares({**storage.shares, **mounted})
        if mounted:
            self._add_mount_right()
        if storage.containers:
            self._add_containers(storage)
        self._add_lifecycle(storage)

    def _add_account(self, storage: AzureStorage, subnet: Json | None) -> None:
        spec: Json = {
            "location": self.location,
            "kind": storage.kind,
            "sku": {"name": storage.sku},
            "allowBlobPublicAccess": False,
            "minimumTlsVersion": "TLS1_2",
            "supportsHttpsTrafficOnly": True,
            "encryption": {"keySource": "Microsoft.Storage", "requireInfrastructureEncryption": True},
        }
        if subnet is not None:
            # the cache writes its snapshots as a trusted service of Azure, by its identity
            spec["networkAcls"] = {
                "defaultAction": "Deny",
                "bypass": "AzureServices",
                "virtualNetworkRules": [{"action": "Allow", "reference": subnet}],
            }
        if storage.kind == "StorageV2":
            spec["accessTier"] = "Hot"
            spec["allowSharedKeyAccess"] = False
        self.add(STORAGE, "StorageAccount", self._name, spec, keep=True)

    def _add_mount_right(self) -> None:
        """The cluster reads the account's key for its nodes, and grows and snapshots the shares."""
        self.grant(
            f"{object_name(self._name)}-mounted-by-cluster",
            to=CLUSTER_IDENTITY,
            role=ACCOUNT_CONTRIBUTOR,
            scope=reference("storage.azure.com", "StorageAccount", object_name(self._name)),
        )

    def _add_shares(self, shares: Mapping[str, str]) -> None:
        service = f"{object_name(self._name)}-files"
        self.emit(
            {
                "apiVersion": STORAGE,
                "kind": "StorageAccountsFileService",
                "metadata": {"name": service},
                "spec": {
                    "owner": {"name": object_name(self._name)},
                    "shareDeleteRetentionPolicy": {"enabled": True, "days": 7},
                },
            }
        )
        for name, size in shares.items():
            self.emit(
                {
                    "apiVersion": STORAGE,
                    "kind": "StorageAccountsFileServicesShare",
                    "metadata": {"name": f"{object_name(self._name)}-{name}"},
                    "spec": {
                        "azureName": name,
                        "owner": {"name": service},
                        "shareQuota": int(quantity(size) / 2**30),
                        "enabledProtocols": "SMB",
                    },
                }
            )

    def _add_containers(self, storage: AzureStorage) -> None:
        service = f"{object_name(self._name)}-blobs"
        self.emit(
            {
                "apiVersion": STORAGE,
                "kind": "StorageAccountsBlobService",
                "metadata": {"name": service},
                "spec": {
                    "owner": {"name": object_name(self._name)},
                    "deleteRetentionPolicy": {"enabled": True, "days": 7},
                    "isVersioningEnabled": True,
                },
            }
        )
        for name in storage.containers:
            self.emit(
                {
                    "apiVersion": STORAGE,
                    "kind": "StorageAccountsBlobServicesContainer",
                    "metadata": {"name": f"{object_name(self._name)}-{name}"},
                    "spec": {"azureName": name, "owner": {"name": service}, "publicAccess": "None"},
                }
            )

    def _add_lifecycle(self, storage: AzureStorage) -> None:
        rules = [rule for name, keep in storage.containers.items() if (rule := self._rule(name, keep, storage))]
        if storage.delete_after is not None:
            rules.append(_lifecycle("everything", {"delete": storage.delete_after}, {}))
        if rules:
            self.emit(
                {
                    "apiVersion": STORAGE,
                    "kind": "StorageAccountsManagementPolicy",
                    "metadata": {"name": f"{object_name(self._name)}-lifecycle"},
                    "spec": {"owner": {"name": object_name(self._name)}, "policy": {"rules": rules}},
                }
            )

    @staticmethod
    def _rule(name: str, keep: str | None, storage: AzureStorage) -> Json | None:
        ages = (("tierToCool", storage.cool_after), ("tierToArchive", storage.archive_after), ("delete", keep))
        actions = {action: age for action, age in ages if age is not None}
        return _lifecycle(name, actions, {"prefixMatch": [f"{name}/"]}) if actions else None


def _lifecycle(name: str, ages: Mapping[str, str], filters: Json) -> Json:
    """A rule: what happens to blobs that `filters` picks, at which age; versions of them that were replaced go as they do."""
    days = {action: int(seconds(age) / DAY) for action, age in ages.items()}
    actions: Json = {"baseBlob": {action: {"daysAfterModificationGreaterThan": age} for action, age in days.items()}}
    if "delete" in days:
        actions["version"] = {"delete": {"daysAfterCreationGreaterThan": days["delete"]}}
    return {
        "name": name,
        "type": "Lifecycle",
        "enabled": True,
        "definition": {"filters": {"blobTypes": ["blockBlob"], **filters}, "actions": actions},
    }

"""Storage accounts: blob containers and file shares. See https://learn.microsoft.com/azure/storage/ ."""

from __future__ import annotations

from groundplan.cloud.azure.resources import AzurePart
from groundplan.environment.azure import AzureStorage
from groundplan.environment.azure_naming import AzureKind, object_name
from groundplan.environment.values import quantity, seconds
from groundplan.parts import Component, Json, Part

STORAGE = "storage.azure.com/v1api20230101"
DAY = 86_400


class StorageAccount(AzurePart):
    """An account that takes no anonymous and no unencrypted request.

    The account called `main` has no purpose segment in its name.
    """

    def __init__(self, scope: Component | Part, id_: str, name: str, storage: AzureStorage) -> None:
        super().__init__(scope, id_)
        self._name = self.azure_name(AzureKind.STORAGE_ACCOUNT, "" if name == "main" else name)
        self._add_account(storage)
        if storage.shares:
            self._add_shares(storage)
        if storage.containers:
            self._add_containers(storage)

    def _add_account(self, storage: AzureStorage) -> None:
        spec: Json = {
            "location": self.location,
            "kind": storage.kind,
            "sku": {"name": storage.sku},
            "allowBlobPublicAccess": False,
            "minimumTlsVersion": "TLS1_2",
            "supportsHttpsTrafficOnly": True,
            "encryption": {"keySource": "Microsoft.Storage", "requireInfrastructureEncryption": True},
        }
        if storage.kind == "StorageV2":
            spec["accessTier"] = "Hot"
            spec["allowSharedKeyAccess"] = False
        self.add(STORAGE, "StorageAccount", self._name, spec, keep=True)

    def _add_shares(self, storage: AzureStorage) -> None:
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
        for name, size in storage.shares.items():
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
        rules = [rule for name, keep in storage.containers.items() if (rule := self._rule(name, keep, storage))]
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
        actions: Json = {
            action: {"daysAfterModificationGreaterThan": int(seconds(age) / DAY)}
            for action, age in ages
            if age is not None
        }
        if not actions:
            return None
        return {
            "name": name,
            "type": "Lifecycle",
            "enabled": True,
            "definition": {
                "filters": {"blobTypes": ["blockBlob"], "prefixMatch": [f"{name}/"]},
                "actions": {"baseBlob": actions},
            },
        }

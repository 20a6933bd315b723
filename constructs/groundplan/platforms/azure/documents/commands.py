"""What `az` is told to look at: beginning of a command, flag, kind. See https://learn.microsoft.com/cli/azure/reference-index ."""

from __future__ import annotations

from collections.abc import Mapping

CLUSTER = "containerservice.azure.com/ManagedCluster"
GROUP = "resources.azure.com/ResourceGroup"
IDENTITY = "managedidentity.azure.com/UserAssignedIdentity"
REGISTRY = "containerregistry.azure.com/Registry"
VAULT = "keyvault.azure.com/Vault"
SERVER = "dbforpostgresql.azure.com/FlexibleServer"
CACHE = "cache.azure.com/Redis"
BUS = "servicebus.azure.com/Namespace"
ACCOUNT = "storage.azure.com/StorageAccount"
CONTAINER = "storage.azure.com/StorageAccountsBlobServicesContainer"
SHARE = "storage.azure.com/StorageAccountsFileServicesShare"
COLLECTION = "insights.azure.com/DataCollectionRule"
KEY = "external-secrets.io/remote-key"

COMMANDS: Mapping[str, Mapping[str, str]] = {
    "az": {"--resource-group": GROUP, "--vault-name": VAULT},
    "az acr": {"--name": REGISTRY, "--registry": REGISTRY},
    "az acr cache": {"--name": ""},
    "az afd origin": {
        "--profile-name": "cdn.azure.com/Profile",
        "--origin-group-name": "cdn.azure.com/AfdOriginGroup",
        "--origin-name": "cdn.azure.com/AfdOrigin",
    },
    "az aks": {"--name": CLUSTER},
    "az aks create": {"--name": f"+{CLUSTER}"},
    "az group create": {"--name": f"+{GROUP}"},
    "az identity": {"--name": IDENTITY, "--identity-name": IDENTITY},
    "az identity create": {"--name": f"+{IDENTITY}"},
    "az identity federated-credential": {"--name": ""},
    "az keyvault secret": {"--name": KEY},
    "az monitor data-collection rule": {"--name": COLLECTION},
    "az monitor data-collection rule create": {"--name": f"+{COLLECTION}"},
    "az network private-dns": {},
    "az postgres flexible-server": {"--name": SERVER, "--server-name": SERVER},
    "az postgres flexible-server parameter": {"--name": ""},
    "az redis": {"--name": CACHE},
    "az servicebus": {"--namespace-name": BUS},
    "az servicebus namespace": {"--name": BUS},
    "az storage blob": {"--account-name": ACCOUNT, "--container-name": CONTAINER, "--name": ""},
    "az storage share-rm": {"--storage-account": ACCOUNT, "--name": SHARE},
    "az storage share-rm create": {"--name": f"+{SHARE}"},
}
"""Beginning of a command to its flags and the kinds they name."""

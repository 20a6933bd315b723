"""The Key Vault. See https://learn.microsoft.com/azure/key-vault/general/overview ."""

from __future__ import annotations

from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.chapter import KeyVault
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.network import PrivateEndpoint
from groundplan.platforms.azure.resources import AzurePart, reference
from groundplan.platforms.azure.site import Site

ZONE = "privatelink.vaultcore.azure.net"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
"""Built-in role Key Vault Secrets User: read values, list nothing else."""

CRYPTO_USER = "12338af0-0e69-4776-bea7-57ae8d297424"
"""Built-in role Key Vault Crypto User: encrypt and decrypt with keys that never leave the vault."""

KEY_PERMISSIONS = ("get", "list", "decrypt", "encrypt")
"""The same as an access policy."""


class Vault(AzurePart):
    """A vault that is reached by its private endpoint and cannot be purged.

    Args:
        scope: scope.
        id_: construct id.
        site: where it stands.
        vault: the chapter.
        readers: ConfigMaps of identities that read secrets, for vaults that decide by access policies.
        key_users: those of them that also use keys.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        vault: KeyVault,
        *,
        readers: tuple[str, ...] = (),
        key_users: tuple[str, ...] = (),
    ) -> None:
        super().__init__(scope, id_, site)
        self._name = self.azure_name(AzureKind.KEY_VAULT)
        self._key_users = key_users
        self._add_vault(vault, readers)
        target = reference("keyvault.azure.com", "Vault", object_name(self._name))
        diagnose(self, target, "AuditEvent")
        if vault.subnet is not None:
            PrivateEndpoint(
                self,
                "endpoint",
                site,
                purpose="vault",
                subnet=vault.subnet,
                target=target,
                sub_resource="vault",
                zone=ZONE,
            )

    def _add_vault(self, vault: KeyVault, readers: tuple[str, ...]) -> None:
        properties: Json = {
            "tenantId": self.site.tenant,
            "sku": {"family": "A", "name": vault.tier},
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90,
            "enablePurgeProtection": True,
            "enableRbacAuthorization": vault.authorization == "rbac",
        }
        if vault.subnet is not None:
            properties["publicNetworkAccess"] = "Disabled"
            # the application gateway fetches its certificate as a trusted Azure service
            properties["networkAcls"] = {"defaultAction": "Deny", "bypass": "AzureServices"}
        if vault.authorization == "access-policies":
            properties["accessPolicies"] = [self._policy(reader) for reader in readers]
        self.add(
            "keyvault.azure.com/v1api20230701",
            "Vault",
            self._name,
            {"location": self.location, "properties": properties},
            keep=True,
        )

    def _policy(self, reader: str) -> Json:
        permissions: Json = {"secrets": ["get"], "certificates": ["get"]}
        if reader in self._key_users:
            permissions["keys"] = list(KEY_PERMISSIONS)
        return {
            "tenantId": self.site.tenant,
            "objectIdFromConfig": {"name": reader, "key": "principalId"},
            "permissions": permissions,
        }

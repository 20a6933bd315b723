"""The Key Vault. See https://learn.microsoft.com/azure/key-vault/general/overview ."""

from __future__ import annotations

from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.chapter import KeyVault
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.network import PrivateEndpoint
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site

ZONE = "privatelink.vaultcore.azure.net"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
"""Built-in role Key Vault Secrets User: read values, list nothing else."""

CRYPTO_USER = "12338af0-0e69-4776-bea7-57ae8d297424"
"""Built-in role Key Vault Crypto User: encrypt and decrypt with keys that never leave the vault."""

SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
CERTIFICATES_OFFICER = "a4417e6f-fecd-4de8-b567-7b0420556985"
"""Built-in roles of whoever puts values in: Key Vault Secrets Officer and Certificates Officer."""

EDITS: Json = {
    "secrets": ["get", "list", "recover", "set"],
    "certificates": ["create", "get", "import", "list", "update"],
}
"""The same as an access policy."""

WATCHES: Json = {"secrets": ["list", "set"], "certificates": ["get", "list"]}
"""What giving secrets an end takes as an access policy: `set` changes attributes, and without `get` no value is read."""

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
        editors: object ids of the groups that put values in.
        watcher: ConfigMap of the identity that gives secrets their ends, for a vault that decides by access policies.
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
        editors: tuple[str, ...] = (),
        watcher: str | None = None,
    ) -> None:
        super().__init__(scope, id_, site)
        self._name = self.azure_name(AzureKind.KEY_VAULT)
        self._key_users = key_users
        self._editors = editors
        self._watcher = watcher
        self._add_vault(vault, readers)
        target = reference("keyvault.azure.com", "Vault", object_name(self._name))
        if vault.authorization == "rbac":
            self._add_editors(vault, target)
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
            properties["accessPolicies"] = [
                *(self._policy(reader) for reader in readers),
                *(self._people(editor, EDITS) for editor in self._editors),
                *([self._identity(self._watcher, WATCHES)] if self._watcher is not None else []),
            ]
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
        return self._identity(reader, permissions)

    def _identity(self, config: str, permissions: Json) -> Json:
        source = {"objectIdFromConfig": {"name": config, "key": "principalId"}}
        return {"tenantId": self.site.tenant, **source, "permissions": permissions}

    def _people(self, object_id: str, permissions: Json) -> Json:
        """An entry for a group of people, whom no object of ours makes."""
        return {"tenantId": self.site.tenant, "objectId": object_id, "permissions": permissions}

    def _add_editors(self, vault: KeyVault, target: Json) -> None:
        roles = {"secrets": SECRETS_OFFICER, **({"certificates": CERTIFICATES_OFFICER} if vault.certificates else {})}
        for number, editor in enumerate(self._editors, 1):
            for what, role in roles.items():
                name = object_name(f"{self._name}-editors-{number}-{what}")
                self.grant_people(name, to=editor, role=role, scope=target)

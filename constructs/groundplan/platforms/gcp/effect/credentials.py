"""Secret Manager, as the credentials gate asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.credentials.vaults import Vault
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

SECRET = ("secretmanager.cnrm.cloud.google.com", "SecretManagerSecret")


class SecretManager(Vault):
    """A vault of a project, which knows each key by an object."""

    put = r"gcloud secrets versions add (?P<key>\S+)"

    def address(self, provider: Mapping[str, Any]) -> str:
        """Its project."""
        return str(provider.get("projectID", ""))

    def gaps(self, inventory: Inventory, item: Object, provider: Mapping[str, Any]) -> Iterator[Finding]:
        """Keys that do not stand in the project."""
        if "projectID" not in provider:
            return
        project = str(provider["projectID"])
        known = {
            str(key.spec.get("resourceID", key.name))
            for key in inventory.by_kind.get(SECRET, ())
            if key.annotations.get("cnrm.cloud.google.com/project-id") == project
        }
        for index, entry in enumerate(item.spec.get("data") or []):
            name = str((entry.get("remoteRef") or {}).get("key"))
            if name not in known:
                field = ("spec", "data", index, "remoteRef", "key")
                message = f"draws `{name}` from {project}, where nothing makes it"
                yield inventory.finding(item, field, "credentials.no-key", message, "declare the key there")


READER = SecretManager

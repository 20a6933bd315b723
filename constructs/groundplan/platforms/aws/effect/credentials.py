"""Secrets Manager, as the credentials gate asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.credentials.vaults import Vault, provider_of
from groundplan.checks.credentials.world import ESO
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding


class SecretsManager(Vault):
    """A vault of an account and a region, which knows each key by an object."""

    put = r"--secret-id (?P<key>\S+)"

    def gaps(self, inventory: Inventory, item: Object, provider: Mapping[str, Any]) -> Iterator[Finding]:
        """Keys that do not stand in the region, and are neither copied nor pushed there."""
        if provider.get("service") == "SecretsManager":
            yield from _keys(inventory, item, str(provider.get("region", "")))


def _keys(inventory: Inventory, item: Object, region: str) -> Iterator[Finding]:
    for index, entry in enumerate(item.spec.get("data") or []):
        key = str((entry.get("remoteRef") or {}).get("key"))
        if key not in _known(inventory, item.system, region):
            message = f"draws `{key}` in {region}, where nothing makes it or copies it to"
            field = ("spec", "data", index, "remoteRef", "key")
            yield inventory.finding(item, field, "credentials.no-key", message, "declare the key, or copy it there")


def _known(inventory: Inventory, system: str, region: str) -> frozenset[str]:
    found: set[str] = set()
    for item in inventory.by_kind.get(("secretsmanager.services.k8s.aws", "Secret"), ()):
        regions = {str(entry.get("region")) for entry in item.spec.get("replicaRegions") or []}
        regions.add(item.annotations.get("services.k8s.aws/region", region))
        if item.system == system and region in regions:
            found.add(str(item.spec.get("name")))
    for item in inventory.by_kind.get((ESO, "PushSecret"), ()):
        stores = [
            inventory.find(item.cluster, ESO, "SecretStore", item.namespace, str(reference.get("name")))
            for reference in item.spec.get("secretStoreRefs") or []
        ]
        if item.system == system and any(_region(store) == region for store in stores if store is not None):
            found |= {str(entry["match"]["remoteRef"]["remoteKey"]) for entry in item.spec.get("data") or []}
    return frozenset(found)


def _region(store: Object) -> str:
    return str(provider_of(store).get("region", ""))


READER = SecretsManager

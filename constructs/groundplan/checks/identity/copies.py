"""Where copies of clusters lie and who writes them, for whoever knows the rights of a cloud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from groundplan.backups.names import VELERO_GROUP
from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.identity.rights import Account
from groundplan.checks.inventory import Object


@dataclass(frozen=True, slots=True)
class Place:
    """One BackupStorageLocation."""

    item: Object
    """The object."""

    account: Account
    """ServiceAccount of Velero, as its release says it."""

    bucket: str
    """Bucket or container."""

    prefix: str
    """What the names of the objects in it begin with; empty for all."""

    config: dict[str, str]
    """Settings of the plugin."""

    @property
    def why(self) -> str:
        """What the rights are needed for."""
        return f"{self.item} of {self.item.namespace} keeps copies of the cluster there"

    @property
    def field(self) -> tuple[str, ...]:
        """Where the place stands in the object."""
        return ("spec", "objectStorage")


def places(land: Landscape, provider: str) -> Iterator[Place]:
    """Every place that a plugin of Velero's writes to."""
    for item in land.of(VELERO_GROUP, "BackupStorageLocation"):
        if item.spec.get("provider") != provider:
            continue
        storage = item.spec.get("objectStorage") or {}
        prefix = str(storage.get("prefix", ""))
        account = (item.namespace, _account(land, item))
        config = dict(item.spec.get("config") or {})
        yield Place(item, account, str(storage.get("bucket", "")), f"{prefix}/" if prefix else "", config)


def _account(land: Landscape, item: Object) -> str:
    for release in land.inventory.releases:
        if (release.cluster, release.namespace) == (item.cluster, item.namespace):
            server = (release.values.get("serviceAccount") or {}).get("server") or {}
            return str(server.get("name", "default"))
    return "default"

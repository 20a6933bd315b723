"""What objects of Velero refer to by name."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.backups.names import VELERO_GROUP
from groundplan.checks.inventory import Identity
from groundplan.checks.link import Document, Link

KEY_SELECTOR_GROUPS: frozenset[str] = frozenset()
"""Groups in which a mapping of `name` and `key` alone picks a key of a Secret: none."""


def _schedule(document: Document, namespace: str) -> Iterator[Link]:
    template = document["spec"].get("template") or {}
    location = template.get("storageLocation")
    if location:
        path = ("spec", "template", "storageLocation")
        yield Link(Identity(VELERO_GROUP, "BackupStorageLocation", namespace, location), path)
    policies = (template.get("resourcePolicy") or {}).get("name")
    if policies:
        yield Link(Identity("", "ConfigMap", namespace, policies), ("spec", "template", "resourcePolicy", "name"))


LINKS = {(VELERO_GROUP, "Schedule"): _schedule}

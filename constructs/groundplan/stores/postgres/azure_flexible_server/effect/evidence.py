"""What evidence reads of a flexible server: backups that the cloud keeps, its standby, and copies of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.requirements.broken import WRONG
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked
from groundplan.requirements.relations.evidence import Breaks, Kind, Outlives, StoreEvidence
from groundplan.requirements.relations.keeping import A_WEEK, told_by_page
from groundplan.stores.postgres.words import DUMPS, RESTORES, RESTORES_STRICTLY

SERVER = ("dbforpostgresql.azure.com", "FlexibleServer")
SOURCE = "sourceServerResourceReference"


def _outlives(item: Object, loss: str) -> bool:
    settings: Mapping[str, Any] = item.spec.get("highAvailability") or {}
    if loss == "node":
        return settings.get("mode") in ("SameZone", "ZoneRedundant")
    other = settings.get("standbyAvailabilityZone")
    return settings.get("mode") == "ZoneRedundant" and other != item.spec.get("availabilityZone")


def _keeps_a_day(document: dict[str, Any], told: str) -> None:
    if "backup" in document["spec"]:
        document["spec"]["backup"]["backupRetentionDays"] = 1


def _all_together(document: dict[str, Any], told: str) -> None:
    if "highAvailability" in document["spec"]:
        document["spec"]["highAvailability"] = {"mode": "Disabled"}


def _leads_itself(document: dict[str, Any], told: str) -> None:
    if "createMode" in document["spec"]:
        document["spec"]["createMode"] = "Default"


def _follows_another(document: dict[str, Any], told: str) -> None:
    if SOURCE in document["spec"]:
        document["spec"][SOURCE] = {"name": WRONG}


def _has_another_name(document: dict[str, Any], told: str) -> None:
    if "azureName" in document["spec"]:
        document["spec"]["azureName"] = WRONG


class FlexibleServerEvidence(StoreEvidence):
    """A server of Azure Database for PostgreSQL."""

    kinds = frozenset({SERVER})
    outlives: Mapping[Kind, Outlives] = {SERVER: _outlives}
    dumps, restores, restores_strictly = DUMPS, RESTORES, RESTORES_STRICTLY
    breaks: Breaks = {
        "backed-up": {"keeps backups for a day": _keeps_a_day},
        "follower": {"follows another": _follows_another, "leads itself": _leads_itself},
        "leader": {"has another name": _has_another_name},
        "spread": {"keeps them together": _all_together},
    }

    def leads(self, item: Object) -> bool:
        """No replica of another."""
        return SOURCE not in item.spec and item.spec.get("createMode") != "Replica"

    def is_copy(self, item: Object) -> bool:
        """A replica of another server."""
        return SOURCE in item.spec

    def is_read(self, item: Object) -> bool:
        """A replica that has a purpose of its own."""
        return self.is_copy(item) and bool((item.spec.get("tags") or {}).get("purpose"))

    def logged(self, asked: Asked, item: Object) -> bool:
        """The cloud keeps backups and the log; it is read back beside itself, by a page that names it."""
        asked.through(item, "backed-up")
        days = int((item.spec.get("backup") or {}).get("backupRetentionDays", 0))
        if days < A_WEEK:
            return asked.no(f"{item} keeps its backups for {days} days")
        return told_by_page(asked, "createMode: PointInTimeRestore", f"name: {item.spec.get('azureName')}")

    def copies(self, asked: Asked, follower: Ground, leader: Ground, own: Object, led: Object) -> bool:
        """A server that its cloud keeps as a copy of another."""
        source: Mapping[str, Any] = own.spec.get(SOURCE) or {}
        named = str(source.get("armId", "")).rpartition("/")[2] or source.get("name")
        good = own.spec.get("createMode") == "Replica" and named == led.spec.get("azureName")
        return good or asked.no(f"{own} is no replica of {led}")


STORE = FlexibleServerEvidence()

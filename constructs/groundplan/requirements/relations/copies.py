"""Copies of a cluster: that a row of them is made and kept where its maker may write, and that somebody restores the newest."""

from __future__ import annotations

from groundplan.backups.names import VELERO_GROUP
from groundplan.checks.identity.landscape import account_of
from groundplan.checks.inventory import Object
from groundplan.checks.reachability.pods import Pods
from groundplan.kubernetes.schedules import gaps
from groundplan.kubernetes.validation import duration_seconds
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.keeping import PASSING, kept_for, needs_of, told_by_page
from groundplan.requirements.relations.rights import meets, permitted
from groundplan.requirements.relations.workloads import starts

DAY = 86400

A_MONTH = 30
"""Days for which a copy is kept at least."""


def copied(row: str) -> bool:
    """Whether a row of copies of the cluster is made of every namespace, with the content of volumes where those are copied.

    It is kept for a month and until after the next copy, in a bucket that removes nothing earlier; whoever makes it may
    write there, and the page about restoring names the place.
    """
    asked = current()
    item = next((one for one in _rows(asked) if one.name == row), None)
    if item is None:
        return asked.no(f"there is no row of copies {row}")
    asked.through(item, "row")
    template, apart = item.spec.get("template") or {}, gaps(str(item.spec.get("schedule")))
    if item.spec.get("paused") or "*" not in (template.get("includedNamespaces") or ()) or apart is None:
        return asked.no(f"{item} is paused, never due, or of some namespaces alone")
    if template.get("snapshotVolumes") and not template.get("snapshotMoveData"):
        return asked.no(f"{item} leaves snapshots beside the disks they are of")
    days = int((duration_seconds(str(template.get("ttl"))) or 0) // DAY)
    if days < A_MONTH or days * DAY <= apart[1]:
        return asked.no(f"{item} keeps copies for {days} days")
    place = asked.ground.world.find(
        item.cluster, VELERO_GROUP, "BackupStorageLocation", item.namespace, str(template.get("storageLocation"))
    )
    return _lies(asked, place, days) if place is not None else asked.no(f"{item} has no place")


def _rows(asked: Asked) -> list[Object]:
    return list(asked.ground.world.of(VELERO_GROUP, "Schedule", asked.ground.scope))


def _lies(asked: Asked, place: Object, days: int) -> bool:
    """Whether copies may be written there, stay there, and a person is told where."""
    asked.through(place, "place")
    storage = place.spec.get("objectStorage") or {}
    needs = needs_of(asked, place, "archive-blobs", "list-bucket")
    if place.spec.get("accessMode") == "ReadOnly" or not needs:
        return asked.no(f"nobody writes to {place}")
    bucket, prefix = str(storage.get("bucket")), f"{storage.get('prefix', '')}/"
    kept = kept_for(asked, bucket, prefix, days, "keeping-log", for_ever=True)
    return kept and meets(asked, needs) and told_by_page(asked, f"{bucket}/{prefix}")


def tried(row: str) -> bool:
    """Whether a Job restores the newest copy of a row regularly: it runs, may ask for a restore, and looks for that row."""
    asked = current()
    for pods in asked.ground.cluster.pods:
        item = pods.origin
        if pods.kind in PASSING and item is not None and item.scope == asked.ground.scope and _looks_for(pods, row):
            asked.through(item, "trying")
            account = account_of(item, pods.template)[1]
            return starts(asked, item) and permitted(asked, account, "create", f"restores.{VELERO_GROUP}")
    return asked.no(f"nothing restores copies of {row}")


def _looks_for(pods: Pods, row: str) -> bool:
    containers = pods.template.get("spec", {}).get("containers", [])
    told = {entry["name"]: entry.get("value") for container in containers for entry in container.get("env", [])}
    return told.get("SCHEDULE") == row and "VELERO" in told

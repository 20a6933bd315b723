"""What is kept of a store, and how it comes back: copies, where they lie and for how long, and the way to restore them.

What is looked at is what is rendered, by its kind: dumps that Jobs make, logs and backups that an operator or the cloud
keeps, snapshots of volumes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from groundplan.checks.identity.landscape import scripts
from groundplan.checks.identity.rights import Need
from groundplan.checks.inventory import Object
from groundplan.checks.reachability.flows import INTERNET
from groundplan.checks.reachability.intents import called_ends, end_key
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.reachability.settings import told as told_addresses
from groundplan.layout import docs_dir
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.evidence import StoreEvidence, clouds, store_kinds, stores
from groundplan.requirements.relations.network import has_way
from groundplan.requirements.relations.rights import meets, permitted
from groundplan.requirements.relations.workloads import starts

A_WEEK = 7
"""Days for which a copy is kept at least: a fault that nobody saw over a holiday is then still outlived."""

PASSING = ("CronJob", "Job")
"""Kinds of workloads that copy something and end."""


def restorable(store: str, copy: str) -> bool:
    """Whether a copy of a store is made, kept for a week or longer, and comes back by a page that names the same place.

    `copy` is `dump`, `log` (backups and what was written since) or `snapshot`. Whoever makes it is on, reaches the store, may
    write where it is kept, and is told how long it stays.
    """
    asked = current()
    makers = {"dump": _dumped, "log": _logged, "snapshot": _snapped}
    if copy not in makers:
        return asked.no(f"a copy is one of {', '.join(makers)}")
    return makers[copy](asked, store)


def rehearsed(store: str) -> bool:
    """Whether a Job restores the newest dump of a store regularly, from where dumps are put, and fails where it cannot."""
    asked = current()
    places = {place for pods in _dumping(asked, store) for place in _places(pods)}
    elsewhere: list[str] = []
    for pods in asked.ground.cluster.pods:
        item = pods.origin
        if pods.kind not in PASSING or item is None or item.scope != asked.ground.scope:
            continue
        text = scripts(pods.template)
        by = next((one for one in stores() if one.restores and one.restores in text), None)
        if by is None:
            continue
        if not places & set(_places(pods)):
            elsewhere.append(str(item))
            continue
        asked.through(item, "rehearsal")
        if not _can_fail(text, by):
            return asked.no(f"{item} cannot fail")
        return starts(asked, item) and meets(asked, needs_of(asked, item, "read-blobs", "list-bucket"))
    others = f": {', '.join(elsewhere)} read elsewhere than they are put" if elsewhere else ""
    return asked.no(f"nothing restores dumps of {store}{others}")


def _can_fail(text: str, by: StoreEvidence) -> bool:
    """Whether every step of the scripts counts: they end at the first error, and nowhere else in success."""
    before = text.partition(by.restores)[0]
    return "set -e" in before and by.restores_strictly in text and not re.search(r"^\s*exit 0\b", text, re.MULTILINE)


# Dumps


def _dumping(asked: Asked, store: str) -> Iterator[Pods]:
    """Pods that dump a store: their scripts do so, and they are told where it is."""
    ground = asked.ground
    wanted = {end_key(end) for end, _ in called_ends(ground.environment, ground.names, store)}
    for pods in ground.cluster.pods:
        if pods.kind not in PASSING or pods.origin is None or pods.origin.scope != ground.scope:
            continue
        text = scripts(pods.template)
        if not any(one.dumps and one.dumps in text for one in stores()):
            continue
        for address in told_addresses(ground.cluster, pods):
            if wanted & {end_key(end) for end, _ in ground.names.ends(address.host, address.port, pods.namespace)}:
                yield pods
                break


def _dumped(asked: Asked, store: str) -> bool:
    ground = asked.ground
    found = list(_dumping(asked, store))
    if not found:
        return asked.no(f"nothing dumps {store}")
    ends = list(called_ends(ground.environment, ground.names, store))
    for pods in found:
        assert pods.origin is not None
        asked.through(pods.origin, "dumping")
        needs = needs_of(asked, pods.origin, "write-blobs")
        if not needs:
            return asked.no(f"{pods.origin} puts its dump nowhere")
        good = (
            starts(asked, pods.origin)
            and all(has_way(asked, pods, end, port) for end, port in ends)
            and has_way(asked, pods, INTERNET, 443)
            and meets(asked, needs)
            and all(
                kept_for(asked, bucket, prefix) and told_by_page(asked, bucket, prefix)
                for bucket, prefix in _places(pods)
            )
        )
        if not good:
            return False
    return True


def _places(pods: Pods) -> set[tuple[str, str]]:
    """Bucket or account, and folder, that the scripts of pods read or write."""
    text = re.sub(r" +", " ", scripts(pods.template).replace("\\\n", " "))
    found = {(bucket, _folder(prefix)) for cloud in clouds() for bucket, prefix in cloud.places(text)}
    return {(bucket, prefix) for bucket, prefix in found if prefix}


def _folder(prefix: str) -> str:
    return f"{prefix.rpartition('/')[0]}/" if "/" in prefix else ""


def needs_of(asked: Asked, item: Object, *deeds: str) -> list[Need]:
    """What an object needs to be allowed, of these deeds."""
    return [
        need
        for needs in asked.ground.rights.book.needs.values()
        for need in needs
        if need.item is item and need.deed in deeds
    ]


# Where copies lie


def kept_for(
    asked: Asked, bucket: str, prefix: str, days: int = A_WEEK, part: str = "keeping", *, for_ever: bool = False
) -> bool:
    """Whether a bucket or account is rendered, and keeps what lies below a prefix for so many days, and not for ever.

    Where something else removes what is old, it may be kept `for_ever`.
    """
    for cloud in clouds():
        item = cloud.bucket(asked, bucket)
        if item is None:
            continue
        asked.through(item, part)
        rules = list(cloud.expiring(asked, item, prefix))
        if not rules:
            return for_ever or asked.no(f"{item} never removes anything of {prefix}")
        soonest = min(rules)
        return soonest >= days or asked.no(f"{item} removes after {soonest} days what lies in {prefix}")
    return asked.no(f"there is no {bucket} to keep copies in")


def told_by_page(asked: Asked, *words: str) -> bool:
    """Whether the system's page about restoring speaks of all of it."""
    page = docs_dir(asked.ground.environment.system) / "backup-and-restore.md"
    text = asked.ground.world.page(page)
    if text is None:
        return asked.no(f"there is no {page}")
    missing = [word for word in words if word not in text]
    return not missing or asked.no(f"{page} says nothing of {', '.join(missing)}")


# Backups with the log since


def _logged(asked: Asked, store: str) -> bool:
    for kind, engine in store_kinds().items():
        for item in asked.ground.world.of(*kind, asked.ground.scope):
            if item.component == store and not engine.is_copy(item):
                return engine.logged(asked, item)
    return asked.no(f"there is no database {store} in {asked.ground.scope}")


# Snapshots


def _snapped(asked: Asked, store: str) -> bool:
    """A Job that takes snapshots of a claim; it may do so, its class is rendered, and old ones stay for a week."""
    for pods in asked.ground.cluster.pods:
        item, told = pods.origin, _variables([pods])
        if item is None or item.scope != asked.ground.scope or told.get("CLAIM") != store:
            continue
        asked.through(item, "snapping")
        known = ("snapshot.storage.k8s.io", "VolumeSnapshotClass", "", told.get("SNAPSHOT_CLASS", ""))
        found, claim = asked.ground.world.find(item.cluster, *known), _claim(asked, pods, store)
        if found is None or claim is None:
            return asked.no(f"{item} takes snapshots of a class or claim that is not there")
        asked.through(found, "named")
        asked.through(claim, "named")
        if int(told.get("KEEP_SECONDS", "0")) < A_WEEK * 24 * 3600:
            return asked.no(f"{item} removes snapshots before a week is over")
        may = permitted(asked, pods.account, "create", "volumesnapshots.snapshot.storage.k8s.io")
        return starts(asked, item) and may and told_by_page(asked, "sharesnapshot", f"share {store}")
    return asked.no(f"nothing takes snapshots of {store}")


def _claim(asked: Asked, pods: Pods, store: str) -> Object | None:
    return asked.ground.world.find(asked.ground.place.name, "", "PersistentVolumeClaim", pods.namespace, store)


def _variables(found: Iterable[Pods]) -> dict[str, str]:
    return {
        entry["name"]: str(entry.get("value", ""))
        for pods in found
        for container in pods.template.get("spec", {}).get("containers", [])
        for entry in container.get("env", [])
    }

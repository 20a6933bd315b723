"""What is kept of a store, and how it comes back: copies, where they lie and for how long, and the way to restore them.

What is looked at is what is rendered, by its kind: dumps that Jobs make, logs and backups that an operator or the cloud
keeps, snapshots of volumes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from groundplan.checks.identity.landscape import scripts
from groundplan.checks.identity.rights import Need
from groundplan.checks.inventory import Object
from groundplan.checks.reachability.flows import INTERNET
from groundplan.checks.reachability.intents import called_ends, end_key
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.reachability.settings import told as told_addresses
from groundplan.layout import docs_dir
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.network import has_way
from groundplan.requirements.relations.rights import meets, permitted
from groundplan.requirements.relations.secrets import DATABASE
from groundplan.requirements.relations.workloads import starts

A_WEEK = 7
"""Days for which a copy is kept at least: a fault that nobody saw over a holiday is then still outlived."""

DATABASES = ("dbforpostgresql.azure.com", "FlexibleServer")
BUCKET, ACCOUNT = ("s3.services.k8s.aws", "Bucket"), ("storage.azure.com", "StorageAccount")
POLICY = ("storage.azure.com", "StorageAccountsManagementPolicy")

PASSING = ("CronJob", "Job")
"""Kinds of workloads that copy something and end."""

_S3 = re.compile(r"s3://(?P<bucket>[a-z0-9.-]+)/(?P<prefix>[^\s\"$]*)")
_LISTED = re.compile(r"--bucket (?P<bucket>\S+) --prefix (?P<prefix>\S+)")
_BLOB = re.compile(r"--account-name (?P<bucket>\S+) --container-name \S+\s+--name \"?(?P<prefix>[^\s\"$]*)")


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
    for pods in asked.ground.cluster.pods:
        item = pods.origin
        if pods.kind not in PASSING or item is None or item.scope != asked.ground.scope:
            continue
        text = scripts(pods.template)
        if "pg_restore" not in text:
            continue
        asked.through(item, "rehearsal")
        if not places & set(_places(pods)):
            return asked.no(f"{item} reads elsewhere than dumps of {store} are put")
        if not _can_fail(text):
            return asked.no(f"{item} cannot fail")
        return starts(asked, item) and meets(asked, _needs(asked, item, "read-blobs", "list-bucket"))
    return asked.no(f"nothing restores dumps of {store}")


def _can_fail(text: str) -> bool:
    """Whether every step of the scripts counts: they end at the first error, and nowhere else in success."""
    before = text.partition("pg_restore")[0]
    return "set -e" in before and "--exit-on-error" in text and not re.search(r"^\s*exit 0\b", text, re.MULTILINE)


# Dumps


def _dumping(asked: Asked, store: str) -> Iterator[Pods]:
    """Pods that dump a store: their scripts do so, and they are told where it is."""
    ground = asked.ground
    wanted = {end_key(end) for end, _ in called_ends(ground.environment, ground.names, store)}
    for pods in ground.cluster.pods:
        if pods.kind not in PASSING or pods.origin is None or pods.origin.scope != ground.scope:
            continue
        if "pg_dump" not in scripts(pods.template):
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
        needs = _needs(asked, pods.origin, "write-blobs")
        if not needs:
            return asked.no(f"{pods.origin} puts its dump nowhere")
        good = (
            starts(asked, pods.origin)
            and all(has_way(asked, pods, end, port) for end, port in ends)
            and has_way(asked, pods, INTERNET, 443)
            and meets(asked, needs)
            and all(_kept(asked, bucket, prefix) and _told(asked, bucket, prefix) for bucket, prefix in _places(pods))
        )
        if not good:
            return False
    return True


def _places(pods: Pods) -> set[tuple[str, str]]:
    """Bucket or account, and folder, that the scripts of pods read or write."""
    text = re.sub(r" +", " ", scripts(pods.template).replace("\\\n", " "))
    found = {
        (match["bucket"], _folder(match["prefix"])) for one in (_S3, _LISTED, _BLOB) for match in one.finditer(text)
    }
    return {(bucket, prefix) for bucket, prefix in found if prefix}


def _folder(prefix: str) -> str:
    return f"{prefix.rpartition('/')[0]}/" if "/" in prefix else ""


def _needs(asked: Asked, item: Object, *deeds: str) -> list[Need]:
    return [
        need
        for needs in asked.ground.rights.book.needs.values()
        for need in needs
        if need.item is item and need.deed in deeds
    ]


# Where copies lie


def _kept(asked: Asked, bucket: str, prefix: str, days: int = A_WEEK) -> bool:
    """Whether a bucket or account is rendered, and keeps what lies in a folder for so many days, and not for ever."""
    world = asked.ground.world
    for item in (*world.of(*BUCKET), *world.of(*ACCOUNT)):
        if bucket not in (item.spec.get("name"), item.spec.get("azureName")):
            continue
        asked.through(item, "keeping")
        rules = list(_expiring(asked, item, prefix))
        if not rules:
            return asked.no(f"{item} never removes anything of {prefix}")
        soonest = min(rules)
        return soonest >= days or asked.no(f"{item} removes what lies in {prefix} after {soonest} days")
    return asked.no(f"there is no {bucket} to keep copies in")


def _expiring(asked: Asked, item: Object, prefix: str) -> Iterator[int]:
    """Days after which rules remove what lies in a folder."""
    for rule in (item.spec.get("lifecycle") or {}).get("rules") or ():
        covers = prefix.startswith((rule.get("filter") or {}).get("prefix", ""))
        if rule.get("status") == "Enabled" and covers and "days" in (rule.get("expiration") or {}):
            yield int(rule["expiration"]["days"])
    for policy in asked.ground.world.of(*POLICY):
        if (policy.namespace, (policy.spec.get("owner") or {}).get("name")) != (item.namespace, item.name):
            continue
        asked.through(policy, "expiring")
        for rule in policy.spec["policy"]["rules"]:
            days = rule["definition"]["actions"].get("baseBlob", {}).get("delete", {})
            if rule.get("enabled") and "daysAfterModificationGreaterThan" in days:
                yield int(days["daysAfterModificationGreaterThan"])


def _told(asked: Asked, *words: str) -> bool:
    """Whether the system's page about restoring speaks of all of it."""
    page = docs_dir(asked.ground.environment.system) / "backup-and-restore.md"
    text = asked.ground.world.page(page)
    if text is None:
        return asked.no(f"there is no {page}")
    missing = [word for word in words if word not in text]
    return not missing or asked.no(f"{page} says nothing of {', '.join(missing)}")


# Backups with the log since


def _logged(asked: Asked, store: str) -> bool:
    readers: tuple[tuple[tuple[str, str], Callable[[Asked, Object], bool]], ...] = (
        (DATABASE, _archived),
        (DATABASES, _backed_up),
    )
    for kind, reader in readers:
        for item in asked.ground.world.of(*kind, asked.ground.scope):
            if item.component == store and "sourceServerResourceReference" not in item.spec:
                return reader(asked, item)
    return asked.no(f"there is no database {store} in {asked.ground.scope}")


def _backed_up(asked: Asked, server: Object) -> bool:
    """A server whose cloud keeps backups and the log. It is read back beside itself, by a page that names it."""
    asked.through(server, "backed-up")
    days = int((server.spec.get("backup") or {}).get("backupRetentionDays", 0))
    if days < A_WEEK:
        return asked.no(f"{server} keeps its backups for {days} days")
    return _told(asked, "createMode: PointInTimeRestore", f"name: {server.spec.get('azureName')}")


def _archived(asked: Asked, database: Object) -> bool:
    """A database whose operator archives its log, and backs it up on a schedule, to one place that its own identity may write."""
    asked.through(database, "archived")
    name, server = _archive(database)
    place = (database.cluster, "barmancloud.cnpg.io", "ObjectStore", database.namespace, name)
    store = asked.ground.world.find(*place)
    if store is None:
        return asked.no(f"{database} archives nothing")
    asked.through(store, "archive")
    if not any(
        _backs_up(asked, item, database) for item in asked.ground.world.of("postgresql.cnpg.io", "ScheduledBackup")
    ):
        return asked.no(f"nothing backs {database} up")
    days = _days(str(store.spec.get("retentionPolicy", "")))
    if days < A_WEEK:
        return asked.no(f"{store} keeps backups for {days} days")
    path = str((store.spec.get("configuration") or {}).get("destinationPath", ""))
    instances = asked.ground.cluster.select([database.namespace], {"cnpg.io/cluster": database.name})
    needs = _needs(asked, store, "archive-blobs", "list-bucket")
    return (
        bool(needs)
        and meets(asked, needs)
        and all(has_way(asked, pods, INTERNET, 443) for pods in instances)
        and _outlives(asked, path, days)
        and _told(asked, path, f'barmanObjectName: "{store.name}"', f'serverName: "{server}"')
    )


def _archive(database: Object) -> tuple[str, str]:
    """The object store that a database archives to, and what it calls itself there."""
    for plugin in database.spec.get("plugins") or ():
        if plugin.get("enabled", True) and plugin.get("isWALArchiver"):
            told: Mapping[str, Any] = plugin.get("parameters") or {}
            return str(told.get("barmanObjectName", "")), str(told.get("serverName", database.name))
    return "", ""


def _backs_up(asked: Asked, item: Object, database: Object) -> bool:
    spec = item.spec
    if (item.scope, (spec.get("cluster") or {}).get("name")) != (database.scope, database.name):
        return False
    asked.through(item, "schedule")
    plugins = [plugin.get("name") for plugin in database.spec.get("plugins") or ()]
    return not spec.get("suspend") and (spec.get("pluginConfiguration") or {}).get("name") in plugins


def _days(text: str) -> int:
    """A retention such as `30d` or `4w`; 0 where it is none."""
    found = re.fullmatch(r"(\d+)([dwm])", text)
    return int(found[1]) * {"d": 1, "w": 7, "m": 30}[found[2]] if found else 0


def _outlives(asked: Asked, path: str, days: int) -> bool:
    """Whether the bucket is rendered, and removes nothing that the database still counts on."""
    url = urlsplit(path)
    for item in asked.ground.world.of(*BUCKET):
        if item.spec.get("name") == url.netloc:
            asked.through(item, "keeping-log")
            soonest = min(_expiring(asked, item, url.path.lstrip("/")), default=days)
            return soonest >= days or asked.no(f"{item} removes after {soonest} days what is kept for {days}")
    return asked.no(f"there is no bucket {url.netloc}")


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
        return starts(asked, item) and may and _told(asked, "sharesnapshot", f"share {store}")
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

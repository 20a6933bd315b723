"""What evidence reads of a database that CloudNativePG runs: its archive and backups, its copies, and whom it lets in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.flows import INTERNET
from groundplan.checks.reachability.network import Block
from groundplan.checks.reachability.pods import Pods
from groundplan.kubernetes.addresses import holds
from groundplan.requirements.broken import WRONG
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked
from groundplan.requirements.relations.evidence import Breaks, Login, StoreEvidence, clouds, instances
from groundplan.requirements.relations.keeping import A_WEEK, kept_for, needs_of, told_by_page
from groundplan.requirements.relations.network import has_way
from groundplan.requirements.relations.rights import meets
from groundplan.requirements.relations.secrets import made
from groundplan.stores.postgres.cloudnative_pg.words import database_pods
from groundplan.stores.postgres.words import DUMPS, RESTORES, RESTORES_STRICTLY

CLUSTER = ("postgresql.cnpg.io", "Cluster")
BACKUP = ("postgresql.cnpg.io", "ScheduledBackup")
ARCHIVE = ("barmancloud.cnpg.io", "ObjectStore")
HOST_NAME = "external-dns.alpha.kubernetes.io/hostname"
PORT = 5432


def _keeps_a_day(document: dict[str, Any], told: str) -> None:
    if "retentionPolicy" in document["spec"]:
        document["spec"]["retentionPolicy"] = "1d"


def _elsewhere(document: dict[str, Any], told: str) -> None:
    if "configuration" in document["spec"]:
        document["spec"]["configuration"]["destinationPath"] = f"elsewhere://{WRONG}/"


def _archives_nothing(document: dict[str, Any], told: str) -> None:
    if "plugins" in document["spec"]:
        document["spec"]["plugins"] = []


def _sleeps(document: dict[str, Any], told: str) -> None:
    if document["kind"] == BACKUP[1]:
        document["spec"]["suspend"] = True


def _of_another_database(document: dict[str, Any], told: str) -> None:
    if document["kind"] == BACKUP[1]:
        document["spec"]["cluster"]["name"] = WRONG


def _all_together(document: dict[str, Any], told: str) -> None:
    if "affinity" in document["spec"]:
        document["spec"]["affinity"] = {**document["spec"]["affinity"], "enablePodAntiAffinity": False}


def _leads_itself(document: dict[str, Any], told: str) -> None:
    if "replica" in document["spec"]:
        document["spec"]["replica"]["primary"] = document["spec"]["replica"]["self"]


def _follows_another(document: dict[str, Any], told: str) -> None:
    for entry in document["spec"].get("externalClusters", []):
        if "connectionParameters" in entry:
            entry["connectionParameters"]["host"] = WRONG
        elif "plugin" in entry:
            entry["plugin"]["parameters"]["serverName"] = WRONG


def _has_no_way_in(document: dict[str, Any], told: str) -> None:
    document["spec"].pop("managed", None)


def _owned_by_others(document: dict[str, Any], told: str) -> None:
    for way in document["spec"].get("bootstrap", {}).values():
        way["owner"] = WRONG


def _of_another_name(document: dict[str, Any], told: str) -> None:
    for way in document["spec"].get("bootstrap", {}).values():
        way["database"] = WRONG


def _by_another_secret(document: dict[str, Any], told: str) -> None:
    for way in document["spec"].get("bootstrap", {}).values():
        way["secret"] = {"name": WRONG}


class CloudNativePgEvidence(StoreEvidence):
    """A Cluster of CloudNativePG."""

    kinds = frozenset({CLUSTER})
    dumps, restores, restores_strictly = DUMPS, RESTORES, RESTORES_STRICTLY
    breaks: Breaks = {
        "archive": {"keeps backups for a day": _keeps_a_day, "keeps them elsewhere": _elsewhere},
        "archived": {"archives nothing": _archives_nothing},
        "source": {"keeps them elsewhere": _elsewhere},
        "follower": {"follows another": _follows_another, "leads itself": _leads_itself},
        "leader": {"has no way in": _has_no_way_in},
        "owned": {
            "belongs to somebody else": _owned_by_others,
            "has another name": _of_another_name,
            "lets in by another secret": _by_another_secret,
        },
        "schedule": {"is of another database": _of_another_database, "is suspended": _sleeps},
        "spread": {"keeps them together": _all_together},
    }

    def has_budget(self, item: Object) -> bool:
        """The operator makes one unless it is told not to."""
        return bool(item.spec.get("enablePDB", True))

    def login(self, item: Object) -> Login | None:
        """The owner that the database is made with."""
        ways: Mapping[str, Any] = item.spec.get("bootstrap") or {}
        way: Mapping[str, Any] = next(iter(ways.values()), {})
        secret = (way.get("secret") or {}).get("name")
        return Login(str(way.get("owner")), str(way.get("database")), str(secret)) if secret else None

    def logged(self, asked: Asked, item: Object) -> bool:
        """The log is archived, and backups are made on a schedule, to one place that its own identity may write."""
        asked.through(item, "archived")
        name, server = _archive(item)
        store = asked.ground.world.find(item.cluster, *ARCHIVE, item.namespace, name)
        if store is None:
            return asked.no(f"{item} archives nothing")
        asked.through(store, "archive")
        if not any(_backs_up(asked, one, item) for one in asked.ground.world.of(*BACKUP)):
            return asked.no(f"nothing backs {item} up")
        days = _days(str(store.spec.get("retentionPolicy", "")))
        if days < A_WEEK:
            return asked.no(f"{store} keeps backups for {days} days")
        path = str((store.spec.get("configuration") or {}).get("destinationPath", ""))
        url = urlsplit(path)
        needs = needs_of(asked, store, "archive-blobs", "list-bucket")
        return (
            bool(needs)
            and meets(asked, needs)
            and all(has_way(asked, pods, INTERNET, 443) for pods in _instances(asked.ground, item))
            and kept_for(asked, url.netloc, url.path.lstrip("/"), days, "keeping-log", for_ever=True)
            and told_by_page(asked, path, f'barmanObjectName: "{store.name}"', f'serverName: "{server}"')
        )

    def copies(self, asked: Asked, follower: Ground, leader: Ground, own: Object, led: Object) -> bool:
        """It reads the log of the other over the network with a certificate of that one, or what is copied of its archive."""
        replica: Mapping[str, Any] = own.spec.get("replica") or {}
        source = replica.get("source")
        if source is None or replica.get("primary") != source or replica.get("self") == source:
            return asked.no(f"{own} follows nobody")
        entry: Mapping[str, Any] = next(
            (one for one in own.spec.get("externalClusters") or () if one["name"] == source), {}
        )
        if "connectionParameters" not in entry:
            return _reads_the_copy(asked, follower, leader, own, led, entry)
        told: Mapping[str, Any] = entry.get("connectionParameters") or {}
        balancer: Mapping[str, Any] = next((one for one in _balancers(led) if told.get("host") == one["name"]), {})
        if not balancer or told.get("sslmode") not in ("verify-ca", "verify-full"):
            return asked.no(f"{own} asks {told.get('host')}, and {led} has no such way in")
        if told.get("host") not in (led.spec.get("certificates") or {}).get("serverAltDNSNames", ()):
            return asked.no(f"the certificate of {led} is not for {told.get('host')}")
        return _signs_in(asked, follower, own, entry) and _is_let_in(asked, follower, leader, own, led, balancer)


def _reads_the_copy(
    asked: Asked, follower: Ground, leader: Ground, own: Object, led: Object, entry: Mapping[str, Any]
) -> bool:
    """Whether what the one archives comes to the folder from which the other restores, and may be read there."""
    told: Mapping[str, Any] = (entry.get("plugin") or {}).get("parameters") or {}
    name, server = _archive(led)
    if not server or told.get("serverName") != server:
        return asked.no(
            f"{own} reads the log of {told.get('serverName')}, and {led} calls itself {server or 'nothing'}"
        )
    there = leader.world.find(led.cluster, *ARCHIVE, led.namespace, name)
    here = follower.world.find(own.cluster, *ARCHIVE, own.namespace, str(told.get("barmanObjectName")))
    if there is None or here is None:
        return asked.no(f"{own} or {led} has no archive")
    asked.through(there, "source")
    asked.through(here, "source")
    origin, copy = (
        urlsplit(str((one.spec.get("configuration") or {}).get("destinationPath"))) for one in (there, here)
    )
    if origin.path != copy.path:
        return asked.no(f"{led} archives to {origin.path}, and {own} reads {copy.path}")
    if not any(cloud.replicates(asked, leader, follower, origin.netloc, copy.netloc) for cloud in clouds()):
        return asked.no(f"nothing copies {origin.netloc} to {copy.netloc}")
    needs = [need for need in needs_of(asked, here, "read-blobs", "archive-blobs") if need.item is here]
    return bool(needs) and meets(asked, needs)


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


def _balancers(led: Object) -> Iterator[dict[str, Any]]:
    """Ways in from outside that a database has an operator make: their names, whom they admit, and what is noted on them."""
    for service in ((led.spec.get("managed") or {}).get("services") or {}).get("additional") or ():
        template = service["serviceTemplate"]
        notes = template["metadata"].get("annotations") or {}
        if template["spec"].get("type") == "LoadBalancer" and service.get("selectorType") == "rw":
            ranges = template["spec"].get("loadBalancerSourceRanges") or []
            yield {"name": notes.get(HOST_NAME), "ranges": ranges, "notes": notes}


def _signs_in(asked: Asked, follower: Ground, own: Object, entry: Mapping[str, Any]) -> bool:
    """Whether the certificate, its key and the authority's are drawn on this side."""
    for part in ("sslCert", "sslKey", "sslRootCert"):
        told: Mapping[str, Any] = entry.get(part) or {}
        inside = Asked(follower, asked.trail, asked.reasons)
        if not made(inside, own.namespace, str(told.get("name")), str(told.get("key"))):
            return asked.no(f"nothing brings {told.get('key')} of {told.get('name')} to {own}")
    return True


def _is_let_in(
    asked: Asked, follower: Ground, leader: Ground, own: Object, led: Object, balancer: Mapping[str, Any]
) -> bool:
    """Whether packets get out of here, past the load balancer's ranges and firewalls, to the database."""
    wanted = (own.spec.get("affinity") or {}).get("nodeSelector") or {}
    sending = [block for cloud in clouds() for block in cloud.blocks(follower, wanted)]
    for block in sending:
        if not any(holds(outer, block) for outer in balancer["ranges"]):
            return asked.no(f"the way in of {led} admits no {block}")
    if not all(cloud.admits(asked, leader, balancer["notes"], sending, PORT) for cloud in clouds()):
        return False
    return all(
        _passes(asked, follower, pods, Block(inner, led.name), outgoing=True)
        for pods in _instances(follower, own)
        for inner in leader.cluster.around.internal
    ) and all(
        _passes(asked, leader, pods, Block(block, own.name), outgoing=False)
        for pods in _instances(leader, led)
        for block in sending
    )


def _instances(ground: Ground, database: Object) -> list[Pods]:
    return instances(ground, database.namespace, database_pods(database.name))


def _passes(asked: Asked, ground: Ground, pods: Pods, other: Block, *, outgoing: bool) -> bool:
    source, target = (pods, other) if outgoing else (other, pods)
    refusing = ground.policies.refusing(source, target, PORT, "TCP")
    if refusing:
        return asked.no(f"{refusing[0][0]} keeps {source} from {target} on port {PORT}")
    isolating = ground.policies.of(pods, "egress" if outgoing else "ingress")
    own = [policy for policy in isolating if (policy.spec.get("podSelector") or {}).get("matchLabels")]
    if len(own) == 1:
        asked.through(own[0], "egress" if outgoing else "admission")
    return True


STORE = CloudNativePgEvidence()

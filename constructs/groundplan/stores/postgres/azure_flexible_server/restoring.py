"""How a Flexible Server comes back: from the service's backups, here or in the paired region, a replica, or a dump.

See https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-backup-restore .
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.facts.cloud_names import MANAGEMENT, management_namespace
from groundplan.markdown import checklist, code, numbered, section, shell
from groundplan.model.environment import Environment
from groundplan.platforms.azure.facts import subscription
from groundplan.platforms.azure.naming import AzureKind, azure_name, object_name
from groundplan.stores.answers import Json
from groundplan.stores.postgres.azure_flexible_server.server import DELEGATED_ZONE, GROUP, POSTGRES
from groundplan.stores.postgres.model import Dump
from groundplan.stores.storage import storage_of
from groundplan.yaml.text import to_yaml

if TYPE_CHECKING:
    from groundplan.stores.postgres.azure_flexible_server.store import FlexibleServerStore

GRANULARITY_MINUTES = 5
"""The service archives the log at least this often; nobody can set it."""

MOMENT = "2026-01-31T03:00:00Z"
"""Stands for the moment somebody chooses."""


def blocks(store: FlexibleServerStore, days: int) -> list[str]:
    """Every way back, best first."""
    settings, dump = store.settings, store.chapter.dump
    found = [section("To a moment in time", *_to_a_moment(store, days), level=3)]
    if settings.geo_redundant_backup:
        found.append(section("In the paired region", *_in_the_paired_region(store), level=3))
    if settings.read_replicas or store.environment.recovery is not None:
        found.append(section("From a replica", *_from_a_replica(store), level=3))
    if dump is not None:
        found.append(section("From a dump", *_from_a_dump(store, dump), level=3))
    return [*found, section("Afterwards", checklist(_AFTERWARDS), level=3)]


_AFTERWARDS = [
    "row counts and newest rows are plausible, and the application's own checks pass",
    "high availability, parameters and replicas are as declared: the objects are Ready",
    "a backup of the new server exists: `az postgres flexible-server backup list`",
    "the old server is deleted only after a week without a question",
    "what was lost, and why, is written down",
]


def _to_a_moment(store: FlexibleServerStore, days: int) -> list[str]:
    return [
        f"Any moment of the last {days} days, to {GRANULARITY_MINUTES} minutes: what was written in the last "
        f"{GRANULARITY_MINUTES} minutes before a loss may be missing. The service never restores in place; a new server "
        "is made beside the damaged one.",
        numbered(
            [
                "Decide the moment: the last one at which the data was right, in UTC.",
                f"Save this as `restore.yaml` with that moment, and apply it: `kubectl --context {MANAGEMENT} apply -f restore.yaml`. "
                "It takes from a few minutes to an hour.",
                "Check the data in it over a private endpoint of its own, or from a pod of the cluster.",
                f"To move only what is needed: `pg_dump` from the new server, `pg_restore` into `{store.host}`.",
                f"To replace everything: stop who writes, `pg_dump` the whole of the new server, and `pg_restore --clean "
                f"--if-exists` into `{store.host}`. The server and its address stay: a restore cannot take the name of the "
                "server it is from, and in place of a deleted one the operator makes an empty one.",
                "Delete the new server's object when nobody asks for it any more; the operator deletes the server with it.",
            ]
        ),
        code(to_yaml(point_in_time_manifest(store), "").strip(), "yaml"),
    ]


def point_in_time_manifest(store: FlexibleServerStore) -> Json:
    """A server as it was at a moment, beside the one it is restored from."""
    source = {"group": GROUP, "kind": "FlexibleServer", "name": object_name(store.azure_name)}
    return _restored(store, "PointInTimeRestore", store.environment, source)


def geo_restore_manifest(store: FlexibleServerStore, target: Environment) -> Json:
    """A server in the paired region, from the copies of the backups there."""
    environment = store.environment
    account = subscription(environment)
    arm_id = (
        f"/subscriptions/{account}/resourceGroups/{store.resource_group}/providers/"
        f"Microsoft.DBforPostgreSQL/flexibleServers/{store.azure_name}"
    )
    return _restored(store, "GeoRestore", target, {"armId": arm_id})


def _restored(store: FlexibleServerStore, mode: str, target: Environment, source: Json) -> Json:
    restored = f"{store.azure_name}-restored"
    return {
        "apiVersion": POSTGRES,
        "kind": "FlexibleServer",
        "metadata": {"name": object_name(restored), "namespace": management_namespace(target)},
        "spec": {
            "azureName": restored,
            "owner": {"name": object_name(azure_name(target, AzureKind.RESOURCE_GROUP))},
            "location": target.region,
            "createMode": mode,
            "pointInTimeUTC": MOMENT,
            "sourceServerResourceReference": source,
            "network": _network(store),
        },
    }


def _network(store: FlexibleServerStore) -> Json:
    """Like the source: a server keeps the kind of network it was made with."""
    if store.settings.access == "private-endpoint":
        return {"publicNetworkAccess": "Disabled"}
    group = "network.azure.com"
    subnet = azure_name(store.environment, AzureKind.SUBNET, store.settings.subnet)
    zone = f"{store.azure_name}.{DELEGATED_ZONE}"
    return {
        "delegatedSubnetResourceReference": {
            "group": group,
            "kind": "VirtualNetworksSubnet",
            "name": object_name(subnet),
        },
        "privateDnsZoneArmResourceReference": {"group": group, "kind": "PrivateDnsZone", "name": object_name(zone)},
    }


def _in_the_paired_region(store: FlexibleServerStore) -> list[str]:
    target = store.environment.peer_environment or store.environment
    return [
        "When the region is gone and with it every replica. The copies in the paired region are up to an hour behind, so "
        "this loses more than the recovery point objective allows: promote the standby's replica wherever there is one.",
        code(to_yaml(geo_restore_manifest(store, target), "").strip(), "yaml"),
    ]


def _from_a_replica(store: FlexibleServerStore) -> list[str]:
    here, peer = store.environment.region, store.environment.peer_environment
    rows = [
        f"`{store.azure_name}-{replica}` ({item.region or here}): "
        + ("shares reads; in the primary's region, so it goes with it" if item.purpose == "read" else "to be promoted")
        for replica, item in store.settings.read_replicas.items()
    ]
    there = store.in_peer(peer) if peer is not None else None
    if peer is not None and there is not None:
        rows.append(
            f"`{there.azure_name}` ({peer.region}): the one to promote when {here} is "
            "lost, by the disaster recovery page"
        )
    return [
        "A replica holds what the primary held up to its lag. A promotion is one way:",
        "\n".join(f"- {row}" for row in rows),
        shell(
            "az postgres flexible-server replica promote --resource-group GROUP --name REPLICA "
            "--promote-mode standalone --promote-option forced --yes"
        ),
    ]


def _from_a_dump(store: FlexibleServerStore, dump: Dump) -> list[str]:
    storage = storage_of(store, dump.bucket)
    file = f"{store.chapter.database}_20260131.dump"
    server = f"--host {store.host} --username {store.chapter.owner}"
    return [
        "A dump restores onto another version, and past a fault that the log has copied faithfully. From inside the network:",
        shell(
            storage.listed(dump.prefix),
            storage.fetched(f"{dump.prefix}{file}.gz"),
            f"gunzip {file}.gz",
            f"createdb {server} {store.chapter.database}_restored",
            f"pg_restore {server} --dbname {store.chapter.database}_restored --exit-on-error --no-owner {file}",
        ),
    ]

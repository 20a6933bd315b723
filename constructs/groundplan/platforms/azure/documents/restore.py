"""Getting data back on Azure: a server from its backups, in its region or in the paired one, and shares from snapshots.

See https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-backup-restore .
"""

from __future__ import annotations

from groundplan.facts.cloud_names import MANAGEMENT, management_namespace
from groundplan.facts.file_shares import azure_shares
from groundplan.markdown import checklist, code, numbered, section, shell
from groundplan.model.data import DatabaseBackup, Postgres
from groundplan.model.environment import Environment
from groundplan.model.values import whole_seconds
from groundplan.parts import Json
from groundplan.platforms.azure.chapter import AzurePostgres
from groundplan.platforms.azure.documents.names import resource_group
from groundplan.platforms.azure.facts import subscription
from groundplan.platforms.azure.naming import AzureKind, account_of, azure_name, object_name
from groundplan.stores.postgres.azure_flexible_server.server import GROUP, POSTGRES, server_host, server_name
from groundplan.yaml.text import to_yaml

GRANULARITY_MINUTES = 5
"""The service archives the log at least this often; nobody can set it."""

MOMENT = "2026-01-31T03:00:00Z"
"""Stands for the moment somebody chooses."""


def kept(name: str, store: Postgres, backup: DatabaseBackup) -> list[tuple[str, ...]]:
    """Rows of what the service keeps of a server."""
    settings = store.azure or AzurePostgres()
    days = f"{days_kept(backup)}d"
    rows: list[tuple[str, ...]] = [
        (
            name,
            "write-ahead log",
            f"all the time, at least every {GRANULARITY_MINUTES}m",
            "the service's own storage",
            days,
        ),
        (name, "base backup", "once a day, at a time of the service's choice", "the service's own storage", days),
    ]
    if settings.geo_redundant_backup:
        rows.append((name, "copy of both", "up to an hour behind", "the paired region", days))
    if backup.dump_schedule is not None:
        when, where = f"`{backup.dump_schedule}` {backup.time_zone}", f"container {backup.bucket}, {backup.dump_prefix}"
        rows.append((name, "logical dump, compressed", when, where, "as the container says"))
    return rows


def days_kept(backup: DatabaseBackup) -> int:
    """Days the service keeps a server's backups; 35 is the most it offers."""
    return min(35, whole_seconds(backup.keep) // 86_400)


def restore(environment: Environment, name: str, store: Postgres, backup: DatabaseBackup) -> list[str]:
    """How a server is brought back."""
    settings = store.azure or AzurePostgres()
    blocks = [
        section("To a moment in time", *_point_in_time(environment, name, store, backup), level=3),
    ]
    if settings.geo_redundant_backup:
        blocks.append(section("In the paired region", *_geo_restore(environment, name, store), level=3))
    replicas = [*settings.read_replicas, *(["the standby's"] if environment.recovery is not None else [])]
    if replicas:
        blocks.append(section("From a replica", *_promotion(environment, name, settings), level=3))
    if backup.dump_schedule is not None:
        blocks.append(section("From a dump", *_from_dump(environment, name, store, backup), level=3))
    return [*blocks, section("Afterwards", checklist(_AFTERWARDS), level=3)]


_AFTERWARDS = [
    "row counts and newest rows are plausible, and the application's own checks pass",
    "high availability, parameters and replicas are as declared: the objects are Ready",
    "a backup of the new server exists: `az postgres flexible-server backup list`",
    "the old server is deleted only after a week without a question",
    "what was lost, and why, is written down",
]


def _point_in_time(environment: Environment, name: str, store: Postgres, backup: DatabaseBackup) -> list[str]:
    return [
        f"Any moment of the last {days_kept(backup)} days, to {GRANULARITY_MINUTES} minutes: what was written in the last "
        f"{GRANULARITY_MINUTES} minutes before a loss may be missing. The service never restores in place; a new server "
        "is made beside the damaged one.",
        numbered(
            [
                "Decide the moment: the last one at which the data was right, in UTC.",
                f"Save this as `restore.yaml` with that moment, and apply it: `kubectl --context {MANAGEMENT} apply -f restore.yaml`. "
                "It takes from a few minutes to an hour.",
                "Check the data in it over a private endpoint of its own, or from a pod of the cluster.",
                f"To move only what is needed: `pg_dump` from the new server, `pg_restore` into `{server_host(environment, name)}`.",
                f"To replace the server: delete the damaged one, restore once more under the name "
                f"`{server_name(environment, name)}`, and let the object in Git take it over; addresses stay as they are.",
            ]
        ),
        code(to_yaml(point_in_time_manifest(environment, name, store), "").strip(), "yaml"),
    ]


def point_in_time_manifest(environment: Environment, name: str, store: Postgres) -> Json:
    """A server as it was at a moment, beside the one it is restored from."""
    source = {"group": GROUP, "kind": "FlexibleServer", "name": object_name(server_name(environment, name))}
    return _restored(environment, name, store, "PointInTimeRestore", environment, source)


def geo_restore_manifest(environment: Environment, name: str, store: Postgres, target: Environment) -> Json:
    """A server in the paired region, from the copies of the backups there."""
    account = subscription(environment)
    arm_id = (
        f"/subscriptions/{account}/resourceGroups/{resource_group(environment)}/providers/"
        f"Microsoft.DBforPostgreSQL/flexibleServers/{server_name(environment, name)}"
    )
    return _restored(environment, name, store, "GeoRestore", target, {"armId": arm_id})


def _restored(
    environment: Environment, name: str, store: Postgres, mode: str, target: Environment, source: Json
) -> Json:
    settings = store.azure or AzurePostgres()
    restored = f"{server_name(environment, name)}-restored"
    return {
        "apiVersion": POSTGRES,
        "kind": "FlexibleServer",
        "metadata": {"name": object_name(restored), "namespace": management_namespace(target)},
        "spec": {
            "azureName": restored,
            "owner": {"name": object_name(resource_group(target))},
            "location": target.region,
            "createMode": mode,
            "pointInTimeUTC": MOMENT,
            "sourceServerResourceReference": source,
            "network": _network(environment, name, settings),
        },
    }


def _network(environment: Environment, name: str, settings: AzurePostgres) -> Json:
    """Like the source: a server keeps the kind of network it was made with."""
    if settings.access == "private-endpoint":
        return {"publicNetworkAccess": "Disabled"}
    group = "network.azure.com"
    subnet = azure_name(environment, AzureKind.SUBNET, settings.subnet)
    zone = f"{server_name(environment, name)}.private.postgres.database.azure.com"
    return {
        "delegatedSubnetResourceReference": {
            "group": group,
            "kind": "VirtualNetworksSubnet",
            "name": object_name(subnet),
        },
        "privateDnsZoneArmResourceReference": {"group": group, "kind": "PrivateDnsZone", "name": object_name(zone)},
    }


def _geo_restore(environment: Environment, name: str, store: Postgres) -> list[str]:
    target = environment.peer_environment or environment
    return [
        "When the region is gone and with it every replica. The copies in the paired region are up to an hour behind, so "
        "this loses more than the recovery point objective allows: promote the standby's replica wherever there is one.",
        code(to_yaml(geo_restore_manifest(environment, name, store, target), "").strip(), "yaml"),
    ]


def _promotion(environment: Environment, name: str, settings: AzurePostgres) -> list[str]:
    rows = [
        f"`{server_name(environment, name)}-{replica}` ({item.region or environment.region}): "
        + ("shares reads; in the primary's region, so it goes with it" if item.purpose == "read" else "to be promoted")
        for replica, item in settings.read_replicas.items()
    ]
    peer = environment.peer_environment
    if peer is not None:
        rows.append(
            f"`{server_name(peer, name)}` ({peer.region}): the one to promote when {environment.region} is "
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


def _from_dump(environment: Environment, name: str, store: Postgres, backup: DatabaseBackup) -> list[str]:
    account = account_of(environment, backup.bucket) or "ACCOUNT"
    file = f"{store.database}_20260131.dump"
    address = f"--auth-mode login --account-name {account} --container-name {backup.bucket}"
    server = f"--host {server_host(environment, name)} --username {store.owner}"
    return [
        "A dump restores onto another version, and past a fault that the log has copied faithfully. From inside the network:",
        shell(
            f"az storage blob list {address} --prefix {backup.dump_prefix} --query '[].name' --output tsv",
            f"az storage blob download {address} --name {backup.dump_prefix}{file}.gz --file {file}.gz",
            f"gunzip {file}.gz",
            f"createdb {server} {store.database}_restored",
            f"pg_restore {server} --dbname {store.database}_restored --exit-on-error --no-owner {file}",
        ),
    ]


def kept_files(environment: Environment) -> list[tuple[str, ...]]:
    """Rows of the snapshots of file shares."""
    return [
        (name, "snapshot", f"`{store.backup.schedule}` {store.backup.time_zone}", "beside the share", store.backup.keep)
        for name, store in azure_shares(environment)
        if store.backup is not None
    ]


def shares(environment: Environment) -> list[str]:
    """How files come back; nothing where there are no shares."""
    azure = environment.platform.azure
    found = {
        (account, share): None
        for account, storage in (azure.storage.items() if azure is not None else ())
        for share in storage.shares
    }
    found |= {(store.azure.account, name): None for name, store in azure_shares(environment) if store.azure is not None}
    group = resource_group(environment)
    return [
        section(
            f"Restore the share {share}",
            *_share(
                group, azure_name(environment, AzureKind.STORAGE_ACCOUNT, "" if account == "main" else account), share
            ),
        )
        for account, share in found
    ]


def _share(group: str, account: str, share: str) -> list[str]:
    address = f"https://{account}.file.core.windows.net/{share}"
    return [
        "Find the last snapshot in which the files were right, and copy it into a share of its own; the damaged one stays "
        "as it is until somebody has looked at both. The one who copies needs the role Storage File Data Privileged "
        "Contributor, for as long as it takes.",
        shell(
            f"az storage share-rm list --resource-group {group} --storage-account {account} --include-snapshot "
            f"""--query "[?name=='{share}' && snapshotTime].snapshotTime" """.rstrip(),
            f"az storage share-rm create --resource-group {group} --storage-account {account} --name {share}-restored",
            "azcopy login",
            f"azcopy copy '{address}?sharesnapshot=SNAPSHOT' '{address}-restored' --recursive --preserve-smb-info",
        ),
        "To put single files back, copy them from the restored share to the live one the same way. To replace everything, "
        "stop who writes, copy back, and start them again:",
        shell(f"azcopy copy '{address}-restored/*' '{address}' --recursive --preserve-smb-info --overwrite true"),
        f"A share that was deleted as a whole is kept for 7 days: `az storage share-rm restore --resource-group {group} "
        f"--storage-account {account} --name {share} --deleted-version VERSION`.",
    ]

"""What CloudNativePG refuses, what a production database must have, and what a follower needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.facts.standby import copies, stands_in
from groundplan.model.environment import Environment
from groundplan.model.values import seconds, whole_seconds
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem
from groundplan.stores.postgres.model import CloudNativePg, Postgres

if TYPE_CHECKING:
    from groundplan.stores.postgres.cloudnative_pg.store import CloudNativePgStore

OPERATOR_PARAMETERS = frozenset(
    {
        "archive_command", "archive_mode", "cluster_name", "hba_file", "hot_standby", "listen_addresses",
        "log_destination", "logging_collector", "port", "primary_conninfo", "restore_command",
        "shared_preload_libraries", "ssl", "ssl_ca_file", "ssl_cert_file", "ssl_key_file",
        "synchronous_standby_names", "unix_socket_directories",
    }
)  # fmt: skip
"""Settings CloudNativePG keeps to itself; its admission webhook refuses a Cluster that sets one."""

WAL_LEVELS = ("replica", "logical")
DAY = 86400


def problems(store: CloudNativePgStore) -> Iterator[Problem]:
    """Every one of a database."""
    for rule in (_production, _archive, _parameters, _replication):
        yield from rule(store)


def _production(store: CloudNativePgStore) -> Iterator[Problem]:
    """A production database without backup is an accident that has not happened yet."""
    if store.environment.stage != "production" or not store.environment.has_workloads:
        return
    if store.settings.archive is None:
        advice = "write archive: {bucket: <bucket>}, or stage: staging"
        yield store.at(), "no-backup", "is a production database without backup", advice
    if store.settings.instances < 2:
        what = f"{store.settings.instances} survives no failing zone"
        yield store.at("instances"), "one-instance", what, "write instances: 2 or more"


def _archive(store: CloudNativePgStore) -> Iterator[Problem]:
    """Days are what retention counts in, and the archive keeps up with the recovery point objective."""
    archive, recovery = store.settings.archive, store.environment.recovery
    if archive is None:
        return
    if whole_seconds(archive.keep) < DAY:
        yield store.at("archive", "keep"), "keep-too-short", f"{archive.keep} is less than a day", "write 1d or more"
    if recovery is not None and seconds(archive.timeout) > seconds(recovery.rpo):
        what = f"{archive.timeout} is more than the recovery point objective, {recovery.rpo}"
        yield store.at("archive", "timeout"), "archive-behind-objective", what, f"write {recovery.rpo} or less"


def _parameters(store: CloudNativePgStore) -> Iterator[Problem]:
    """Settings that the operator owns, and a log level that carries replication."""
    for parameter in sorted(OPERATOR_PARAMETERS & set(store.settings.parameters)):
        path = store.at("parameters", parameter)
        yield path, "operator-parameter", "is set by the operator alone", "remove it"
    level = store.settings.parameters.get("wal_level")
    if level is not None and level not in WAL_LEVELS:
        what = f"`{level}` carries no replication or archive"
        advice = "write replica, or logical where something decodes the log"
        yield store.at("parameters", "wal_level"), "log-level", what, advice


def _replication(store: CloudNativePgStore) -> Iterator[Problem]:
    """A follower finds the primary by a name in the system's zone."""
    environment = store.environment
    if environment.recovery is None or not environment.has_workloads or store.settings.follow == "archive":
        return
    if platform_of(environment).dns_zone is None:
        what = f"has a recovery peer for {store.name}, but no DNS zone to find it by"
        yield ("recovery", "peer"), "replication-without-zone", what, "describe the zone in the platform's chapter"


def _turned(store: CloudNativePgStore) -> Iterator[Problem]:
    """A copy is made anew from the other side's archive, and begins one of its own."""
    archive = store.settings.archive
    if stands_in(store.environment) or not copies(store.environment):
        return
    if archive is None or store.archive_of_peer is None:
        what = "is to be made from the other side's archive, and archives go to none of the two"
        yield store.path, "turned-without-archive", what, "write archive: {bucket: <bucket>} on both sides"
    elif archive.generation == 1:
        what = "is made anew, and its folder holds the log of before the failover"
        yield store.at("archive", "generation"), "same-archive", what, "write generation: 2"


def disagreements(store: CloudNativePgStore, peer: Environment) -> Iterator[Problem]:
    """What a follower in `peer` needs beside the same database."""
    other = peer.data.get(store.name)
    settings = other.engine.settings if isinstance(other, Postgres) else None
    if not isinstance(settings, CloudNativePg):
        return
    yield from _turned(store)
    here, there = store.settings.archive, settings.archive
    if here is not None and there is not None and here.bucket == there.bucket:
        what = f"{peer.environment} archives into `{there.bucket}` too, which is gone with its region"
        yield store.at("archive", "bucket"), "same-bucket", what, "name a bucket of this region"
    if store.settings.follow != settings.follow:
        what = f"says {store.settings.follow}, and {peer.environment} says {settings.follow}"
        yield store.at("follow"), "two-ways-to-follow", what, f"write follow: {settings.follow} on both sides"
        return
    if store.settings.follow == "archive":
        if here is None or there is None:
            what = f"follows by the archive, and {peer.environment if there is None else store.environment.environment} has none"
            yield store.at("follow"), "follows-nothing", what, "write archive: {bucket: <bucket>} on both sides"
        elif here.prefix != there.prefix:
            what = (
                f"{here.prefix} here and {there.prefix} in {peer.environment}: a bucket replicates to the same folder"
            )
            yield store.at("archive", "prefix"), "another-folder", what, f"write prefix: {there.prefix}"
        elif stands_in(store.environment) and platform_of(peer).bucket_copy(there.bucket) != here.bucket:
            what = f"reads `{here.bucket}`, to which {there.bucket} of {peer.environment} is not copied"
            yield store.at("archive", "bucket"), "no-copy-of-the-archive", what, f"have {there.bucket} replicate to it"
        return
    missing = [side.environment for side in (store.environment, peer) if not platform_of(side).subnet_blocks("db")]
    if missing:
        what = f"is replicated, but there are no db subnets of {' and '.join(missing)} to let through"
        yield store.path, "replication-without-network", what, "describe the network, or write follow: archive"

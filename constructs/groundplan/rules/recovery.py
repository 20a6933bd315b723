"""What a disaster needs to have been agreed on before: two sides that know each other, and that hold the same data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from groundplan.model.data import DataStore, Postgres
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.yaml.marked import YamlPath

Problem = tuple[YamlPath, str, str, str]


def minimum_runs_something(environment: Environment) -> Iterator[Problem]:
    """A least number of replicas is at least one."""
    recovery = environment.recovery
    for name, least in recovery.minimum.items() if recovery is not None else ():
        if least < 1:
            yield ("recovery", "minimum", name), "no-replica", f"{least} runs nothing", "write 1 or more"


def replicated_stores_have_an_address(environment: Environment) -> Iterator[Problem]:
    """A follower finds the primary by a name in the system's zone."""
    if environment.recovery is None or not environment.has_workloads:
        return
    replicated = [name for name, store in environment.data.items() if _is_replicated(store)]
    if replicated and platform_of(environment).dns_zone is None:
        what = f"has a recovery peer for {', '.join(replicated)}, but no DNS zone to find it by"
        yield ("recovery", "peer"), "replication-without-zone", what, "describe the zone in the platform's chapter"


def recovery_disagreements(environment: Environment) -> Iterator[Problem]:
    """What this side says of recovery and the other side does not."""
    recovery, peer = environment.recovery, environment.peer_environment
    if recovery is None or peer is None:
        return
    path: YamlPath = ("recovery", "peer")
    if peer.recovery is None or peer.recovery.peer != environment.environment:
        what = f"{peer.environment} does not name {environment.environment} as its peer"
        yield path, "one-sided-recovery", what, f"write recovery.peer: {environment.environment} there"
        return
    if peer.recovery.role == recovery.role:
        what = f"{peer.environment} is {recovery.role} too"
        yield ("recovery", "role"), "same-role", what, "make one primary and the other standby"
    if peer.region == environment.region:
        what = f"{peer.environment} stands in {peer.region} too, and would go with it"
        yield path, "same-region", what, "put the standby into another region"
    if recovery.role == "standby":
        yield from _exposure_disagreements(environment, peer)
    for name, store in environment.data.items():
        if _is_replicated(store):
            yield from _store_disagreements(environment, peer, name, store)
        elif isinstance(store, Postgres):
            yield from _copy_disagreements(peer, name, store)


def _exposure_disagreements(standby: Environment, peer: Environment) -> Iterator[Problem]:
    """Whoever calls the peer by a public name and path finds the same service behind it in the standby."""
    hosts = standby.public_hosts
    for host, exposed in peer.public_hosts.items():
        if standby.ingress is None:
            what = f"{peer.environment} serves {host}, and nothing here would bring its requests in"
            yield ("recovery", "peer"), "standby-exposes-less", what, f"write ingress.type: {_type(peer)}"
        elif host not in hosts:
            name = next(name for name, known in peer.hosts.items() if known == host)
            what = f"{peer.environment} serves {host}, which nothing here answers to"
            path: YamlPath = ("hosts",) if standby.hosts else ("expose",)
            advice = f"write `hosts: {{{name}: {host}}}`" if standby.hosts else f"write expose.{name} here too"
            yield path, "standby-exposes-less", what, advice
        elif hosts[host].routes != exposed.routes:
            name = next(name for name, known in standby.expose.items() if known == hosts[host])
            what = f"leads elsewhere than in {peer.environment}"
            yield ("expose", name, "routes"), "standby-exposes-less", what, "write the routes once, in system.yaml"


def _type(environment: Environment) -> str:
    return environment.ingress.type if environment.ingress is not None else ""


def _copy_disagreements(peer: Environment, name: str, store: Postgres) -> Iterator[Problem]:
    """A rented server copies a rented server of its own version."""
    other = peer.data.get(name)
    if not isinstance(other, Postgres) or other.engine != store.engine:
        what = f"{peer.environment} has no {store.engine} of that name to copy"
        yield ("data", name), "not-replicated", what, f"declare data.{name} with the same engine there"
    elif other.version != store.version:
        what = f"{store.version} here and {other.version} in {peer.environment}; a copy runs the same version"
        yield ("data", name, "version"), "replica-version", what, "write the same version on both sides"


def _store_disagreements(environment: Environment, peer: Environment, name: str, store: Postgres) -> Iterator[Problem]:
    other = peer.data.get(name)
    if not isinstance(other, Postgres):
        what = f"is not in {peer.environment}, which would take over without it"
        yield ("data", name), "not-replicated", what, f"declare data.{name} there too"
        return
    if other.version != store.version:
        what = f"{store.version} here and {other.version} in {peer.environment}; a follower runs the same version"
        yield ("data", name, "version"), "replica-version", what, "write the same version on both sides"
    if other.database != store.database or other.owner != store.owner:
        what = f"database and owner differ from {peer.environment}"
        yield ("data", name), "replica-database", what, "write the same database and owner on both sides"
    if store.backup is not None and other.backup is not None and store.backup.bucket == other.backup.bucket:
        what = f"{peer.environment} archives into `{other.backup.bucket}` too, which is gone with its region"
        yield ("data", name, "backup", "bucket"), "same-bucket", what, "name a bucket of this region"
    missing = [side.environment for side in (environment, peer) if not platform_of(side).subnet_blocks("db")]
    if missing:
        what = f"is replicated, but there are no db subnets of {' and '.join(missing)} to let through"
        yield ("data", name), "replication-without-network", what, "describe the network in the platform's chapter"


def _is_replicated(store: DataStore) -> TypeGuard[Postgres]:
    return isinstance(store, Postgres) and store.engine == "cloudnative-pg"


RECOVERY_RULES = (minimum_runs_something, replicated_stores_have_an_address)

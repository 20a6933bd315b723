"""What the data and secrets chapters must agree on: backups that can be made, restored and read again."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem, unknown
from groundplan.stores.registry import stores_of


def stores_are_sound(environment: Environment) -> Iterator[Problem]:
    """What each store's engine says of it, and that somebody here runs that engine."""
    here = environment.platform_name
    for store in stores_of(environment).values():
        if store.needs_platform not in (None, here):
            what = f"exists on {store.needs_platform} alone, and the platform is {here}"
            yield store.at(), "engine-elsewhere", what, "choose another engine, or remove the store"
        else:
            yield from store.problems()


def zones_exist(environment: Environment) -> Iterator[Problem]:
    """A zone a store names is one of the cluster's."""
    zones = environment.zones
    for store in stores_of(environment).values():
        for path, zone in store.zones():
            if zone not in zones:
                advice = f"write one of {', '.join(zones)}" if zones else "remove it"
                yield path, "missing-zone", f"`{zone}` is not a zone of the cluster", advice


def prefixes_are_apart(environment: Environment) -> Iterator[Problem]:
    """Every archive has a folder of its own: retention deletes what lies below it."""
    seen: dict[tuple[str, str], str] = {}
    for folder in (folder for store in stores_of(environment).values() for folder in store.folders()):
        path, prefix = (*folder.path, "prefix"), folder.prefix
        if not prefix.endswith("/") or prefix.startswith("/"):
            advice = "write it like postgres/daily/"
            yield path, "bad-prefix", f"`{prefix}` is not a folder of a bucket", advice
        for (bucket, other), owner in seen.items():
            if bucket == folder.bucket and (prefix.startswith(other) or other.startswith(prefix)):
                what = f"`{prefix}` overlaps `{other}` of {owner}"
                yield path, "prefixes-overlap", what, "choose a folder of its own"
        seen[folder.bucket, prefix] = ".".join(map(str, path))


def buckets_exist(environment: Environment) -> Iterator[Problem]:
    """Backups lie in a bucket that the platform's chapter knows."""
    buckets = platform_of(environment).buckets
    for folder in (folder for store in stores_of(environment).values() for folder in store.folders()):
        if folder.bucket not in buckets:
            yield unknown((*folder.path, "bucket"), "missing-bucket", "bucket", folder.bucket, buckets)


def credentials_are_a_login(environment: Environment) -> Iterator[Problem]:
    """The operator reads `username` and `password` of a basic-auth Secret, and the name must be the owner's."""
    entries = environment.secrets.entries if environment.secrets is not None else {}
    for name, store in stores_of(environment).items():
        source = entries.get(store.credentials) if store.credentials is not None else None
        if source is not None and not source.generated and source.type != "kubernetes.io/basic-auth":
            yield (
                ("data", name, "credentials"),
                "credentials-type",
                f"secret {store.credentials} is of type {source.type}",
                f"write type: kubernetes.io/basic-auth in secrets.entries.{store.credentials}",
            )


def sealed_secrets_are_sealed(environment: Environment) -> Iterator[Problem]:
    """What somebody reads must have been sealed first."""
    entries = environment.secrets.entries if environment.secrets is not None else {}
    unsealed = {name for name, source in entries.items() if source.sealed and not source.sealed_values}
    for name, service in environment.services.items():
        for index, secret in enumerate(service.secrets_from):
            if secret in unsealed:
                yield (
                    ("services", name, "secrets_from", index),
                    "not-sealed-yet",
                    f"nobody has sealed `{secret}`",
                    f"write secrets.entries.{secret}.sealed_values with the output of kubeseal",
                )


DATA_RULES = (
    stores_are_sound,
    zones_exist,
    prefixes_are_apart,
    buckets_exist,
    credentials_are_a_login,
    sealed_secrets_are_sealed,
)

"""What the data and secrets chapters must agree on: backups that can be made, restored and read again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundplan.model.data import DatabaseBackup, Files, Postgres
from groundplan.model.environment import Environment
from groundplan.model.values import seconds, whole_seconds
from groundplan.yaml.marked import YamlPath

Problem = tuple[YamlPath, str, str, str]

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


def production_has_backups(environment: Environment) -> Iterator[Problem]:
    """A production database without backup is an accident that has not happened yet."""
    if environment.stage != "production" or not environment.has_workloads:
        return
    for name, store in _databases(environment):
        if store.engine == "cloudnative-pg" and store.backup is None:
            advice = "write backup: {bucket: <bucket>}, or stage: staging"
            yield ("data", name), "no-backup", "is a production database without backup", advice
        if store.instances < 2:
            advice = "write instances: 2 or more"
            yield ("data", name, "instances"), "one-instance", f"{store.instances} survives no failing zone", advice


def zones_exist(environment: Environment) -> Iterator[Problem]:
    """A zone a store prefers is one of the cluster's."""
    for name, store in environment.data.items():
        zone = None if isinstance(store, Files) else store.preferred_zone
        if zone is not None and zone not in environment.zones:
            yield (
                ("data", name, "preferred_zone"), "missing-zone", f"`{zone}` is not a zone of the cluster",
                f"write one of {', '.join(environment.zones)}",
            )  # fmt: skip


def dumps_fit_the_server(environment: Environment) -> Iterator[Problem]:
    """pg_dump refuses a newer server, and a restore test on another version proves nothing."""
    for path, store, backup in _backups(environment):
        tag = store.dump_image.partition("@")[0].rpartition(":")[2]
        major = re.match(r"\d+", tag)
        dumps = backup.dump_schedule is not None or backup.restore_test is not None
        if dumps and (major is None or int(major[0]) != store.version):
            yield (
                (*path, "dump_image"), "dump-version", f"`{store.dump_image}` is not PostgreSQL {store.version}",
                f"write postgres:{store.version}-alpine",
            )  # fmt: skip
        if backup.restore_test is not None and backup.dump_schedule is None:
            yield (
                (*path, "restore_test"), "restore-without-dump", "tests dumps that nobody makes",
                "write dump_schedule too, or remove restore_test",
            )  # fmt: skip


def prefixes_are_apart(environment: Environment) -> Iterator[Problem]:
    """Every archive has a folder of its own: retention deletes what lies below it."""
    seen: dict[tuple[str, str], str] = {}
    for path, _, backup in _backups(environment):
        used = [("wal_prefix", backup.wal_prefix)]
        if backup.dump_schedule is not None:
            used.append(("dump_prefix", backup.dump_prefix))
        for field, prefix in used:
            where = ".".join(map(str, (*path, field)))
            if not prefix.endswith("/") or prefix.startswith("/"):
                advice = "write it like postgres/daily/"
                yield (*path, field), "bad-prefix", f"`{prefix}` is not a folder of a bucket", advice
            for (bucket, other), owner in seen.items():
                if bucket == backup.bucket and (prefix.startswith(other) or other.startswith(prefix)):
                    what = f"`{prefix}` overlaps `{other}` of {owner}"
                    yield (*path, field), "prefixes-overlap", what, "choose a folder of its own"
            seen[backup.bucket, prefix] = where


def backup_times_fit(environment: Environment) -> Iterator[Problem]:
    """Days are what retention counts in, and the archive keeps up with the recovery point objective."""
    for path, _, backup in _backups(environment):
        if whole_seconds(backup.keep) < DAY:
            yield (*path, "keep"), "keep-too-short", f"{backup.keep} is less than a day", "write 1d or more"
        recovery = environment.recovery
        if recovery is not None and seconds(backup.archive_timeout) > seconds(recovery.rpo):
            yield (
                (*path, "archive_timeout"), "archive-behind-objective",
                f"{backup.archive_timeout} is more than the recovery point objective, {recovery.rpo}",
                f"write {recovery.rpo} or less",
            )  # fmt: skip


def parameters_are_free(environment: Environment) -> Iterator[Problem]:
    """Settings that the operator owns, and a log level that carries replication."""
    for name, store in _databases(environment):
        for parameter in sorted(OPERATOR_PARAMETERS & set(store.parameters)):
            path: YamlPath = ("data", name, "parameters", parameter)
            yield path, "operator-parameter", "is set by the operator alone", "remove it"
        level = store.parameters.get("wal_level")
        if level is not None and level not in WAL_LEVELS:
            yield (
                ("data", name, "parameters", "wal_level"), "log-level", f"`{level}` carries no replication or archive",
                "write replica, or logical where something decodes the log",
            )  # fmt: skip


def credentials_are_a_login(environment: Environment) -> Iterator[Problem]:
    """The operator reads `username` and `password` of a basic-auth Secret, and the name must be the owner's."""
    entries = environment.secrets.entries if environment.secrets is not None else {}
    for name, store in _databases(environment):
        source = entries.get(store.credentials)
        if source is not None and not source.generated and source.type != "kubernetes.io/basic-auth":
            yield (
                ("data", name, "credentials"), "credentials-type", f"secret {store.credentials} is of type {source.type}",
                f"write type: kubernetes.io/basic-auth in secrets.entries.{store.credentials}",
            )  # fmt: skip


def sealed_secrets_are_sealed(environment: Environment) -> Iterator[Problem]:
    """What somebody reads must have been sealed first."""
    entries = environment.secrets.entries if environment.secrets is not None else {}
    unsealed = {name for name, source in entries.items() if source.sealed and not source.sealed_values}
    for name, service in environment.services.items():
        for index, secret in enumerate(service.secrets_from):
            if secret in unsealed:
                yield (
                    ("services", name, "secrets_from", index), "not-sealed-yet", f"nobody has sealed `{secret}`",
                    f"write secrets.entries.{secret}.sealed_values with the output of kubeseal",
                )  # fmt: skip


def _databases(environment: Environment) -> Iterator[tuple[str, Postgres]]:
    return ((name, store) for name, store in environment.data.items() if isinstance(store, Postgres))


def _backups(environment: Environment) -> Iterator[tuple[YamlPath, Postgres, DatabaseBackup]]:
    for name, store in _databases(environment):
        if store.backup is not None:
            yield ("data", name, "backup"), store, store.backup


DATA_RULES = (
    production_has_backups,
    zones_exist,
    dumps_fit_the_server,
    prefixes_are_apart,
    backup_times_fit,
    parameters_are_free,
    credentials_are_a_login,
    sealed_secrets_are_sealed,
)

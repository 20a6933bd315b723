"""backup-and-restore.md: what is kept of the data, where, how long, and how to get it back."""

from __future__ import annotations

from groundplan.documents.kubectl import kubectl
from groundplan.markdown import bullets, checklist, document, numbered, section, shell, table
from groundplan.model.data import DatabaseBackup, Postgres
from groundplan.model.environment import Environment
from groundplan.model.system import System
from groundplan.platforms.azure.documents import restore
from groundplan.stores.postgres.cloudnative_pg.follower import server_name


def page(system: System) -> str | None:
    """The whole page; none where there is nothing to keep."""
    primary = system.primary
    if not primary.data:
        return None
    kept = {
        name: (store, store.backup)
        for name, store in primary.data.items()
        if isinstance(store, Postgres) and store.backup is not None
    }
    snapshots = {row[0] for row in restore.kept_files(primary)}
    without = [name for name in primary.data if name not in kept and name not in snapshots]
    return document(
        f"{primary.title}: backup and restore",
        section("What is kept", _overview(primary, kept)),
        section("What is not", bullets(f"`{name}`: no backup, what it holds is reconstructible" for name in without)),
        *(
            section(f"Restore {name}", *_ways_back(primary, name, store, backup))
            for name, (store, backup) in kept.items()
        ),
        *restore.shares(primary),
    )


def _overview(environment: Environment, kept: dict[str, tuple[Postgres, DatabaseBackup]]) -> str:
    rows: list[tuple[str, ...]] = []
    for name, (store, backup) in kept.items():
        if store.engine == "azure-flexible-server":
            rows += restore.kept(name, store, backup)
            continue
        where = f"s3://{backup.bucket}/"
        rows.append(
            (
                name,
                "write-ahead log",
                f"all the time, at least every {backup.archive_timeout}",
                f"{where}{backup.wal_prefix}",
                backup.keep,
            )
        )
        rows.append((name, "base backup", f"`{backup.base_schedule}` UTC", f"{where}{backup.wal_prefix}", backup.keep))
        if backup.dump_schedule is not None:
            rows.append(
                (
                    name,
                    "logical dump",
                    f"`{backup.dump_schedule}` {backup.time_zone}",
                    f"{where}{backup.dump_prefix}",
                    "as the bucket says",
                )
            )
        if backup.restore_test is not None:
            rows.append(
                (name, "restore test", f"`{backup.restore_test}` {backup.time_zone}", "a scratch database", "not kept")
            )
    rows += restore.kept_files(environment)
    if not rows:
        return ""
    in_cluster = any(store.engine == "cloudnative-pg" for store, _ in kept.values())
    return table(["Store", "What", "When", "Where", "Kept"], rows) + (f"\n\n{_LOCAL}" if in_cluster else "")


_LOCAL = (
    "Segments of the log leave the database's volume once they are archived; no second local copy is kept. A "
    "base backup and the log after it restore any moment in between, a dump only the moment it was taken."
)


def _ways_back(environment: Environment, name: str, store: Postgres, backup: DatabaseBackup) -> list[str]:
    if store.engine == "azure-flexible-server":
        return restore.restore(environment, name, store, backup)
    return _restore(environment, name, store, backup)


def _restore(environment: Environment, name: str, store: Postgres, backup: DatabaseBackup) -> list[str]:
    blocks = [
        section(
            "To a moment in time",
            numbered(
                [
                    "Decide the moment: the last one at which the data was right, in UTC.",
                    "Write a Cluster of another name that recovers from the archive, apply it by hand beside the damaged "
                    "one, and wait until it is ready.",
                    "Check the data in it, then move what is needed, or make it the new primary in Git.",
                ]
            ),
            _point_in_time(environment, name, store, backup),
            level=3,
        )
    ]
    if backup.dump_schedule is not None:
        blocks.append(
            section(
                "From a dump",
                shell(
                    f"aws s3 ls s3://{backup.bucket}/{backup.dump_prefix}",
                    f"aws s3 cp s3://{backup.bucket}/{backup.dump_prefix}{store.database}_20260131.dump.gz .",
                    f"gunzip {store.database}_20260131.dump.gz",
                    f"createdb --host localhost --username {store.owner} {store.database}_restored",
                    f"pg_restore --host localhost --username {store.owner} --dbname {store.database}_restored "
                    f"--exit-on-error --no-owner {store.database}_20260131.dump",
                ),
                "`localhost` is a port-forward, so that no port of the database is opened:",
                shell(
                    f"{kubectl(environment)} port-forward service/{store.service or f'{name}-rw'} "
                    f"{store.port}:{store.port}"
                ),
                level=3,
            )
        )
    blocks.append(
        section(
            "Afterwards",
            checklist(
                [
                    "row counts and newest rows are plausible, and the application's own checks pass",
                    "archiving works again: the newest object in the bucket is younger than the archive timeout",
                    "what was lost, and why, is written down",
                ]
            ),
            level=3,
        )
    )
    return blocks


def _point_in_time(environment: Environment, name: str, store: Postgres, backup: DatabaseBackup) -> str:
    return (
        "```yaml\n"
        "apiVersion: postgresql.cnpg.io/v1\n"
        "kind: Cluster\n"
        f"metadata: {{name: {name}-restored, namespace: {environment.namespace}}}\n"
        "spec:\n"
        "  instances: 1\n"
        f"  storage: {{size: {store.storage}}}\n"
        "  bootstrap:\n"
        "    recovery:\n"
        "      source: archive\n"
        '      recoveryTarget: {targetTime: "2026-01-31 03:00:00.000000+00"}\n'
        "  externalClusters:\n"
        "    - name: archive\n"
        "      plugin:\n"
        "        name: barman-cloud.cloudnative-pg.io\n"
        "        parameters:\n"
        f"          barmanObjectName: {name}  # the ObjectStore of the damaged database: s3://{backup.bucket}/{backup.wal_prefix}\n"
        f"          serverName: {server_name(environment, name)}  # its folder in the archive\n"
        "```"
    )

"""What the documents say of a database run by CloudNativePG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.delivery.member import application_name
from groundplan.facts.standby import stands_in
from groundplan.markdown import checklist, numbered, section, shell
from groundplan.model.recovery import Recovery
from groundplan.stores.answers import Description
from groundplan.stores.pages import Row, StorePages
from groundplan.stores.postgres.cloudnative_pg.settings import parameters
from groundplan.stores.postgres.model import Archive, Dump
from groundplan.stores.postgres.words import CONNECTIONS_KEPT
from groundplan.stores.storage import storage_of

if TYPE_CHECKING:
    from groundplan.stores.postgres.cloudnative_pg.store import CloudNativePgStore


class CloudNativePgPages(StorePages["CloudNativePgStore"]):
    """A Cluster object, its archive and its follower."""

    def description(self) -> Description:
        """Version, instances and the volume of each."""
        settings = self.store.settings
        return Description(
            what=f"PostgreSQL {self.store.chapter.version}",
            run_by=self.store.engine,
            how=f"{settings.instances} instances",
            size=settings.storage,
        )

    def connections(self) -> int:
        """What the server admits, less the operator's own."""
        return int(parameters(self.store.settings)["max_connections"]) - CONNECTIONS_KEPT

    def kept(self) -> list[Row]:
        """Log, base backups, dumps and their test."""
        name, archive, dump = self.store.name, self.store.settings.archive, self.store.chapter.dump
        rows: list[Row] = []
        if archive is not None:
            where = f"{storage_of(self.store, archive.bucket).location}{archive.prefix}"
            often = f"all the time, at least every {archive.timeout}"
            rows.append((name, "write-ahead log", often, where, archive.keep))
            rows.append((name, "base backup", f"`{archive.schedule}` UTC", where, archive.keep))
        if dump is not None:
            when = f"`{dump.schedule}` {dump.time_zone}"
            where = f"{storage_of(self.store, dump.bucket).location}{dump.prefix}"
            rows.append((name, "logical dump", when, where, "as the bucket says"))
        if dump is not None and dump.restore_test is not None:
            when = f"`{dump.restore_test}` {dump.time_zone}"
            rows.append((name, "restore test", when, "a scratch database", "not kept"))
        return rows

    def kept_note(self) -> str:
        """Where the log is not."""
        return (
            "Segments of the log leave the database's volume once they are archived; no second local copy is kept. A "
            "base backup and the log after it restore any moment in between, a dump only the moment it was taken."
        )

    def restore(self, context: str) -> list[str]:
        """To a moment from the archive, or from a dump."""
        archive, dump = self.store.settings.archive, self.store.chapter.dump
        blocks = [_to_a_moment(self.store, archive, context)] if archive is not None else []
        blocks += [_from_a_dump(self.store, dump, context)] if dump is not None else []
        if not blocks:
            return []
        return [section(f"Restore {self.store.name}", *blocks, section("Afterwards", checklist(_AFTERWARDS), level=3))]

    def loss(self, recovery: Recovery) -> tuple[str, str]:
        """The follower's lag."""
        lag = f"its lag; alerts keep it below {recovery.rpo}"
        return "a follower in the other region and an archive of the log", lag

    def fence(self, context: str) -> list[str]:
        """The operator stops every instance."""
        return [
            f"kubectl --context {context} --namespace {self.store.environment.namespace} annotate "
            f"cluster.postgresql.cnpg.io/{self.store.name} 'cnpg.io/fencedInstances=[\"*\"]'"
        ]

    def follow(self, context: str) -> list[str]:
        """The operator promotes."""
        return [
            "The change ends replication in the Cluster object, and the operator promotes the standby. Follow it:",
            shell(
                f"kubectl --context {context} --namespace {self.store.environment.namespace} get "
                f"cluster.postgresql.cnpg.io {self.store.name} --watch"
            ),
            "On a PostgreSQL that no operator manages the same step is `SELECT pg_promote();`. CloudNativePG owns "
            "promotion: run by hand under it, that command is not supported and is undone.",
        ]

    def salvage(self, context: str) -> list[str]:
        """Nothing is deleted with the Cluster but the claims: the volumes stay."""
        return [
            f"{self._kubectl(context)} get persistentvolumeclaims --selector cnpg.io/cluster={self.store.name} "
            "--output custom-columns=CLAIM:.metadata.name,VOLUME:.spec.volumeName"
        ]

    def before_rebuild(self) -> list[str]:
        """An archive has one history."""
        archive, environment = self.store.settings.archive, self.store.environment
        if archive is None:
            return []
        path = ".".join(str(word) for word in self.store.at("archive", "generation"))
        return [
            f"In `environments/{environment.system}/{environment.environment}.yaml`, set `{path}: {archive.generation + 1}`, "
            f"so that the copy of {self.store.name} archives into a folder of its own"
        ]

    def rebuild(self, context: str) -> list[str]:
        """The operator makes what is missing, from what the object says then."""
        store, delivery = self.store, self.store.environment.delivery
        application = application_name(store.environment, store.name, management=False)
        return [
            f"The Cluster of {store.name} now says that it is a copy, and was none when it was made. Wait until that change "
            "has arrived, and delete it; Argo CD brings it again, and the operator makes it from what the other side has:",
            shell(
                f"kubectl --context {context} --namespace {delivery.namespace} wait applications.argoproj.io/{application} "
                "--for=jsonpath={.status.sync.status}=Synced --timeout=15m",
                f"{self._kubectl(context)} get cluster.postgresql.cnpg.io {store.name} --output "
                "jsonpath='{.spec.bootstrap}{.spec.replica}'",
                f"{self._kubectl(context)} delete cluster.postgresql.cnpg.io {store.name}",
                f"{self._kubectl(context)} get cluster.postgresql.cnpg.io {store.name} --watch",
            ),
            *self._how_it_follows(),
            "The second command must name `recovery` or `pg_basebackup`, and the other side as primary: deleted before that, it "
            "would be made empty. Its old volumes are kept by their class, Released; delete them when nobody misses anything "
            "any more.",
        ]

    def _how_it_follows(self) -> list[str]:
        there = self.store.settings.archive
        if stands_in(self.store.environment) or there is None:
            return []
        return [
            f"It follows the other side's archive, no network leads that way: up to {there.timeout} behind is as it should be."
        ]

    def last_position(self, context: str) -> list[str]:
        """What is written last is archived while the server stops; only the checkpoint of the stop itself is not."""
        name = self.store.name
        instance = f'"$({self._kubectl(context)} get cluster.postgresql.cnpg.io {name} --output jsonpath={{.status.currentPrimary}})"'
        return [
            f"{self._kubectl(context)} exec {instance} --container postgres -- sh -c "
            '\'pg_controldata "$PGDATA" | grep -E "cluster state|checkpoint location"\''
        ]

    def caught_up(self, context: str) -> list[str]:
        """Asked inside the pod that will lead."""
        return [
            f"{self._kubectl(context)} exec service/{self.store.host} --container postgres -- psql -c "
            '"select pg_is_in_recovery(), pg_last_wal_replay_lsn(), now() - pg_last_xact_replay_timestamp() as behind"'
        ]

    def _kubectl(self, context: str) -> str:
        return f"kubectl --context {context} --namespace {self.store.environment.namespace}"

    def start(self, context: str) -> list[str]:
        """Naming itself as primary ends replication, and the operator promotes it."""
        promote = f'{{"spec":{{"replica":{{"primary":"{self.store.server_folder}"}}}}}}'
        return [
            f"kubectl --context {context} --namespace {self.store.environment.namespace} patch "
            f"cluster.postgresql.cnpg.io {self.store.name} --type merge --patch '{promote}'"
        ]

    def new_password(self) -> str:
        """The operator sees the Secret."""
        return "the operator changes the role"

    def check_items(self) -> list[str]:
        """What a person looks at."""
        return [f"{self.store.name} accepts writes, and its row counts and newest rows are plausible"]

    def check(self, context: str, sql: str) -> list[str]:
        """Asked inside the primary's pod."""
        return [
            f"kubectl --context {context} --namespace {self.store.environment.namespace} exec "
            f'service/{self.store.host} -- psql -d {self.store.chapter.database} -c "{sql}"'
        ]


_AFTERWARDS = [
    "row counts and newest rows are plausible, and the application's own checks pass",
    "archiving works again: the newest object in the bucket is younger than the archive timeout",
    "what was lost, and why, is written down",
]


MOMENT = "2026-01-31 03:00:00.000000+00"
"""Stands for the moment somebody chooses."""


def _to_a_moment(store: CloudNativePgStore, archive: Archive, context: str) -> str:
    name, where = store.name, f"{storage_of(store, archive.bucket).location}{archive.prefix}"
    kubectl = f"kubectl --context {context} --namespace {store.environment.namespace}"
    return section(
        "To a moment in time",
        numbered(
            [
                "Decide the moment: the last one at which the data was right, in UTC.",
                f"Make a Cluster of another name that recovers from the archive, {where}, beside "
                "the damaged one, and wait until it is ready. It takes image, volumes, placement and settings from the "
                "damaged one, its account for the archive, and a copy of its network policy.",
                "Check the data in it, then move what is needed, or make it the new primary in Git.",
            ]
        ),
        shell(
            f"{kubectl} get networkpolicy {name} --output json |",
            f'  jq \'{{apiVersion, kind, metadata: {{name: "{name}-restored", namespace: .metadata.namespace, '
            "labels: .metadata.labels},",
            f'    spec: (.spec | .podSelector.matchLabels["cnpg.io/cluster"] = "{name}-restored")}}\' |',
            f"  {kubectl} apply -f -",
            f"{kubectl} get cluster.postgresql.cnpg.io {name} --output json |",
            f'  jq \'{{apiVersion, kind, metadata: {{name: "{name}-restored", namespace: .metadata.namespace, '
            "labels: .metadata.labels},",
            "    spec: (.spec | del(.managed, .replica, .plugins, .certificates, .bootstrap, .serviceAccountTemplate)",
            f'      | .instances = 1 | .serviceAccountName = "{name}"',
            f'      | .bootstrap.recovery = {{source: "archive", recoveryTarget: {{targetTime: "{MOMENT}"}}}}',
            '      | .externalClusters = [{name: "archive", plugin: {name: "barman-cloud.cloudnative-pg.io",',
            f'          parameters: {{barmanObjectName: "{name}", serverName: "{store.server_folder}"}}}}}}])}}\' |',
            f"  {kubectl} apply -f -",
            f"{kubectl} get cluster.postgresql.cnpg.io --watch",
        ),
        level=3,
    )


def _from_a_dump(store: CloudNativePgStore, dump: Dump, context: str) -> str:
    chapter, file = store.chapter, f"{store.chapter.database}_20260131.dump"
    storage = storage_of(store, dump.bucket)
    inside = (
        f"kubectl --context {context} --namespace {store.environment.namespace} exec --stdin service/{store.host} "
        "--container postgres --"
    )
    return section(
        "From a dump",
        "The owner may not make databases, so it is restored inside the primary's pod; no port of the database is opened:",
        shell(
            storage.listed(dump.prefix),
            storage.fetched(f"{dump.prefix}{file}.gz"),
            f"gunzip {file}.gz",
            f"{inside} createdb --owner {chapter.owner} {chapter.database}_restored",
            f"{inside} pg_restore --dbname {chapter.database}_restored --role {chapter.owner} --exit-on-error --no-owner "
            f"< {file}",
        ),
        level=3,
    )

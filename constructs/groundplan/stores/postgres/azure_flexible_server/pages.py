"""What the documents say of a Flexible Server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.facts.cloud_names import MANAGEMENT, management_namespace
from groundplan.facts.standby import stands_in, waits
from groundplan.markdown import section
from groundplan.model.recovery import Recovery
from groundplan.model.values import whole_seconds
from groundplan.stores.answers import Description
from groundplan.stores.pages import ManualAccess, Row, StorePages
from groundplan.stores.postgres.azure_flexible_server import restoring, turning
from groundplan.stores.postgres.azure_flexible_server.roles import roles
from groundplan.stores.postgres.azure_flexible_server.words import ADMINISTRATOR
from groundplan.stores.postgres.words import CONNECTIONS_KEPT

if TYPE_CHECKING:
    from groundplan.stores.postgres.azure_flexible_server.store import FlexibleServerStore

CONNECTIONS = {
    "Standard_B1ms": 50, "Standard_B2s": 429, "Standard_B2ms": 859, "Standard_D2s_v3": 859, "Standard_D4s_v3": 1718,
    "Standard_D8s_v3": 3437, "Standard_D16s_v3": 5000,
}  # fmt: skip
"""Size to its default max_connections. See
https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-limits ."""

COPIES = {
    "zone-redundant": "a standby in another zone",
    "same-zone": "a standby in the same zone",
    "none": "no standby",
}


class FlexibleServerPages(StorePages["FlexibleServerStore"]):
    """A server, its service's backups and its replicas."""

    def description(self) -> Description:
        """Version, size and standby: what is rented."""
        settings = self.store.settings
        replicas = f", {len(settings.read_replicas)} read replica" if settings.read_replicas else ""
        return Description(
            what=f"PostgreSQL {self.store.chapter.version}",
            run_by=self.store.engine,
            how=COPIES[settings.high_availability] + replicas + ("s" if len(settings.read_replicas) > 1 else ""),
            size=f"{settings.sku}, {settings.storage}",
        )

    def connections(self) -> int | None:
        """What its size admits, or its parameters say."""
        stated = self.store.settings.parameters.get("max_connections")
        most = int(stated) if stated is not None else CONNECTIONS.get(self.store.settings.sku)
        return None if most is None else most - CONNECTIONS_KEPT

    def kept(self) -> list[Row]:
        """The service's own backups, and dumps."""
        name, dump = self.store.name, self.store.chapter.dump
        days, own = f"{days_kept(self.store)}d", "the service's own storage"
        often = f"all the time, at least every {restoring.GRANULARITY_MINUTES}m"
        rows: list[Row] = [
            (name, "write-ahead log", often, own, days),
            (name, "base backup", "once a day, at a time of the service's choice", own, days),
        ]
        if self.store.settings.geo_redundant_backup:
            rows.append((name, "copy of both", "up to an hour behind", "the paired region", days))
        if dump is not None:
            when, where = f"`{dump.schedule}` {dump.time_zone}", f"container {dump.bucket}, {dump.prefix}"
            rows.append((name, "logical dump, compressed", when, where, "as the container says"))
        return rows

    def restore(self, context: str) -> list[str]:
        """Beside the damaged server, in the paired region, from a replica or from a dump."""
        return [section(f"Restore {self.store.name}", *restoring.blocks(self.store, days_kept(self.store)))]

    def loss(self, recovery: Recovery) -> tuple[str, str]:
        """The replica's lag."""
        lag = "its lag, the metric `physical_replication_delay_in_seconds` of the replica"
        return "a replica in the other region that follows all the time", lag

    def fence(self, context: str) -> list[str]:
        """The old server accepts no more writes."""
        return [
            f"az postgres flexible-server parameter set --resource-group {self.store.resource_group} "
            f"--server-name {self.store.azure_name} --name default_transaction_read_only --value on"
        ]

    def follow(self, context: str) -> list[str]:
        """The promotion, and whoever logs in; on the way back it waits until nothing is missing."""
        return turning.promotion(self.store, "forced" if stands_in(self.store.environment) else "planned")

    def salvage(self, context: str) -> list[str]:
        """A dump."""
        return turning.salvage(self.store)

    def rebuild(self, context: str) -> list[str]:
        """The server is deleted, and made as a copy."""
        return turning.rebuild(self.store)

    def caught_up(self, context: str) -> list[str]:
        """State and lag."""
        return turning.caught_up(self.store)

    def check_items(self) -> list[str]:
        """What a person looks at."""
        return [f"{self.store.name} accepts writes, and its row counts and newest rows are plausible"]

    def check(self, context: str, sql: str) -> list[str]:
        """Asked from a machine inside the network, since the server has no public address."""
        database = self.store.chapter.database
        return [f'{turning.TOKEN} psql {turning.login(self.store, database)} --command "{sql}"']

    def new_password(self) -> str:
        """Nothing carries it over."""
        return "change the role's with `\\password`, as the administrator"

    def password_role(self) -> ManualAccess | None:
        """The roles and what they may do, by the administrator, whose password lies on the management cluster alone."""
        store, chapter = self.store, self.store.chapter
        if store.follows:
            return None
        secret, file = f"{store.name}-administrator", f"{store.environment.environment}-{store.name}.sql"
        login = f'"host={store.host} dbname={chapter.database} user={ADMINISTRATOR} sslmode=require"'
        return ManualAccess(
            section="Roles with passwords",
            introduction="The service makes the database and an administrator, who owns it, but no role that services log in as; "
            "what anybody else grants there has no effect. From inside the network, once for each server, before identities "
            f"are let in. The role that has a password is `{chapter.owner}`, which the username of the Secret "
            f"`{chapter.credentials}` in the vault must be too; the password is asked for:",
            commands=(
                f"PGPASSWORD=$(kubectl --context {MANAGEMENT} --namespace {management_namespace(store.environment)} "
                f"get secret {secret} --output jsonpath={{.data.password}} | base64 --decode)",
                "export PGPASSWORD",
                f"psql {login} --set ON_ERROR_STOP=1 --file {file} --command '\\password {chapter.owner}'",
            ),
            statements=f"-- {file}\n{roles(store)}",
        )

    def manual_access(self, identity: str) -> ManualAccess | None:
        """The role is bound to the identity; none on a standby's server, which is a copy and read-only."""
        store = self.store
        if store.follows and waits(store.environment):
            return None
        return ManualAccess(
            section="Roles in databases",
            introduction="From inside the network, as a member of the administrators' group; the token is the password, "
            "for an hour. The role is there already, with all that it may do.",
            commands=(
                f"az postgres flexible-server microsoft-entra-admin create --resource-group {store.resource_group} "
                f"--server-name {store.azure_name} --display-name ADMINISTRATORS --object-id GROUP --type Group",
                *turning.bind(store, identity),
            ),
        )


DEFAULT_DAYS = 7
"""Days the service keeps backups where nothing is said."""


def days_kept(store: FlexibleServerStore) -> int:
    """Days the service keeps a server's backups."""
    keep = store.settings.keep_backups
    return DEFAULT_DAYS if keep is None else whole_seconds(keep) // 86_400

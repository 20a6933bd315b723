"""A PostgreSQL Flexible Server. See https://learn.microsoft.com/azure/postgresql/flexible-server/ ."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.model.values import quantity, whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.diagnostics import diagnose
from groundplan.platforms.azure.metric_alerts import Measure, MetricAlerts
from groundplan.platforms.azure.naming import object_name
from groundplan.platforms.azure.network import PrivateEndpoint, PrivateZone, subnet_reference
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site
from groundplan.platforms.azure.windows import window_in_utc
from groundplan.stores.postgres.azure_flexible_server.administrator import Administrator
from groundplan.stores.postgres.azure_flexible_server.words import ADMINISTRATOR, ENDPOINT_ZONE
from groundplan.stores.postgres.model import AzureFlexibleServer, Postgres, ReadReplica

POSTGRES = "dbforpostgresql.azure.com/v1api20240801"
GROUP = "dbforpostgresql.azure.com"
DELEGATED_ZONE = "private.postgres.database.azure.com"

HIGH_AVAILABILITY = {"zone-redundant": "ZoneRedundant", "same-zone": "SameZone", "none": "Disabled"}
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

LOGS = ("PostgreSQLLogs", "PostgreSQLFlexQueryStoreRuntime")
"""What the server writes, and how long its queries take."""


MEASURES = (
    Measure(
        alert="DatabaseDown",
        metric="is_db_alive",
        namespace="Microsoft.DBforPostgreSQL/flexibleServers",
        below=1,
        severity=0,
        summary="the server does not answer itself: see its health; a standby takes over by itself",
    ),
    Measure(
        alert="VolumeFilling",
        metric="storage_percent",
        namespace="Microsoft.DBforPostgreSQL/flexibleServers",
        above=85,
        summary="the disk fills up: it grows by itself once, then look what grows",
    ),
)
"""What is watched inside every server."""


def _lag(severity: int, seconds: int, summary: str) -> Measure:
    return Measure(
        alert="ReplicationLag",
        metric="physical_replication_delay_in_seconds",
        namespace="Microsoft.DBforPostgreSQL/flexibleServers",
        above=seconds,
        severity=severity,
        summary=summary,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class FlexibleServerProps:
    """A database as it is written, and what its environment makes of it."""

    chapter: Postgres
    """What is written of it, whoever runs it."""

    settings: AzureFlexibleServer
    """What is written of its engine."""

    azure_name: str
    """Name in Azure."""

    purpose: str = ""
    """Purpose segment of its endpoint's name. Default none: it is the only one."""

    copies: str | None = None
    """Azure's own id of the server that it began as a copy of. Default none: it began empty."""

    promoted: bool = False
    """Whether a copy has taken over. Default false."""

    catches_up: bool = False
    """Whether a promotion waits until nothing is missing, which takes a source that answers. Default false: it never does."""

    most_lag: int | None = None
    """Seconds that a copy which waits may be behind. Default none: nothing is copied."""

    reads_only: bool = False
    """Whether another region's has taken over from it, so that it accepts no more writes. Default false."""


class FlexibleServer(AzurePart):
    """A server without a public address: TLS only, backed up, with its database, parameters and read replicas.

    On the side that copies it is a replica of the peer's server; when that side serves, it is promoted.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: FlexibleServerProps) -> None:
        super().__init__(scope, id_, site)
        self._props = props
        self._settings = props.settings
        self._name = props.azure_name
        self._administrator = f"{id_}-administrator"
        follows = props.copies is not None
        if not follows:
            Administrator(self, "administrator", secret=self._administrator)
        self._add_server()
        self._add_access()
        self._add_parameters()
        if not follows:
            self._add_database()
            for name, replica in self._settings.read_replicas.items():
                self._add_replica(name, replica)
        target = reference(GROUP, "FlexibleServer", object_name(self._name))
        MetricAlerts(self, "alerts", self.site, target=target, resource=self._name, measures=self._measures())
        diagnose(self, target, *LOGS)

    def _measures(self) -> tuple[Measure, ...]:
        """What is watched inside: that it lives, that there is room, and how far behind a copy is."""
        limit = self._props.most_lag
        behind = "the copy is behind by what may be lost at most: look at its network and load"
        lags = (_lag(1, limit, behind), _lag(2, limit // 2, behind)) if limit is not None else ()
        return (*MEASURES, *lags)

    def _add_server(self) -> None:
        settings = self._settings
        spec: Json = {
            "location": self.location,
            "version": str(self._props.chapter.version),
            "sku": {"name": settings.sku, "tier": settings.tier},
            "storage": {
                "storageSizeGB": int(quantity(settings.storage) / 2**30),
                "type": "Premium_LRS",
                "autoGrow": "Enabled",
            },
            "backup": self._backup(),
            "highAvailability": self._high_availability(),
            "identity": {"type": "SystemAssigned"},
            "authConfig": {
                "activeDirectoryAuth": "Enabled",
                "passwordAuth": "Enabled",
                "tenantId": self.site.tenant,
            },
            "dataEncryption": {"type": "SystemManaged"},
            "network": self._network(),
        }
        if self.site.zones:
            spec["availabilityZone"] = settings.zone
        if settings.maintenance is not None:
            day, start = window_in_utc(settings.maintenance)
            spec["maintenanceWindow"] = {
                "customWindow": "Enabled",
                "dayOfWeek": DAYS.index(day),
                "startHour": start.hour,
                "startMinute": start.minute,
            }
        spec |= self._origin()
        self.add(POSTGRES, "FlexibleServer", self._name, spec, keep=True)

    def _backup(self) -> Json:
        """Copies in another region are the primary's alone: a replica in that region is one already."""
        elsewhere = self._settings.geo_redundant_backup and self._props.copies is None
        backup: Json = {"geoRedundantBackup": "Enabled" if elsewhere else "Disabled"}
        if self._settings.keep_backups is not None:
            backup["backupRetentionDays"] = whole_seconds(self._settings.keep_backups) // 86_400
        return backup

    def _high_availability(self) -> Json:
        """The standby within the region; a replica of another region's server may have none."""
        if self._props.copies is not None:
            return {"mode": HIGH_AVAILABILITY["none"]}
        chosen: Json = {"mode": HIGH_AVAILABILITY[self._settings.high_availability]}
        if self._settings.high_availability == "zone-redundant":
            chosen["standbyAvailabilityZone"] = self._settings.standby_zone
        return chosen

    def _origin(self) -> Json:
        """How the server begins: empty, with an administrator, or as a copy of the recovery peer's."""
        if self._props.copies is None:
            return {
                "createMode": "Default",
                "administratorLogin": ADMINISTRATOR,
                "administratorLoginPassword": {"name": self._administrator, "key": "password"},
            }
        if self._props.promoted:
            # https://learn.microsoft.com/rest/api/postgresql/servers/update : a promotion names no role
            option = "planned" if self._props.catches_up else "forced"
            promotion = {"promoteMode": "standalone", "promoteOption": option}
            return {"createMode": "Update", "replica": promotion}
        return {"createMode": "Replica", "sourceServerResourceReference": {"armId": self._props.copies}}

    def _network(self) -> Json:
        if self._settings.access == "private-endpoint":
            return {"publicNetworkAccess": "Disabled"}
        return {
            "delegatedSubnetResourceReference": subnet_reference(self.site, self._settings.subnet),
            "privateDnsZoneArmResourceReference": reference(
                "network.azure.com", "PrivateDnsZone", object_name(self._delegated_zone())
            ),
        }

    def _delegated_zone(self) -> str:
        return f"{self._name}.{DELEGATED_ZONE}"

    def _add_access(self) -> None:
        """A delegated subnet holds the server itself; otherwise a private endpoint leads to it. The two exclude each other."""
        if self._settings.access == "delegated-subnet":
            PrivateZone(self, "zone", self.site, self._delegated_zone())
            return
        self._add_endpoint("endpoint", self._name)

    def _add_endpoint(self, id_: str, server: str, *suffix: str) -> None:
        purpose = "-".join(filter(None, ("postgres", self._props.purpose, *suffix)))
        PrivateEndpoint(
            self,
            id_,
            self.site,
            purpose=purpose,
            subnet=self._settings.subnet,
            target=reference(GROUP, "FlexibleServer", object_name(server)),
            sub_resource="postgresqlServer",
            zone=ENDPOINT_ZONE,
        )

    def _add_parameters(self) -> None:
        values = {
            "require_secure_transport": "on",
            "ssl_min_protocol_version": self._settings.minimum_tls,
            "azure.extensions": "PG_STAT_STATEMENTS",
            "pg_qs.query_capture_mode": "TOP",
            "log_connections": "on",
        }
        if self._settings.pooler and self._settings.tier != "Burstable":
            values["pgbouncer.enabled"] = "true"
        fence = {"default_transaction_read_only": "on"} if self._props.reads_only else {}
        for name, value in sorted({**values, **self._settings.parameters, **fence}.items()):
            self.emit(
                {
                    "apiVersion": POSTGRES,
                    "kind": "FlexibleServersConfiguration",
                    "metadata": {"name": object_name(f"{self._name}-{name}")},
                    "spec": {
                        "azureName": name,
                        "owner": {"name": object_name(self._name)},
                        "source": "user-override",
                        "value": value,
                    },
                }
            )

    def _add_database(self) -> None:
        self.emit(
            {
                "apiVersion": POSTGRES,
                "kind": "FlexibleServersDatabase",
                "metadata": {
                    "name": object_name(f"{self._name}-{self._props.chapter.database}"),
                    "annotations": {"serviceoperator.azure.com/reconcile-policy": "detach-on-delete"},
                },
                "spec": {
                    "azureName": self._props.chapter.database,
                    "owner": {"name": object_name(self._name)},
                    "charset": "UTF8",
                    "collation": "en_US.utf8",
                },
            }
        )

    def _add_replica(self, name: str, replica: ReadReplica) -> None:
        spec: Json = {
            "location": replica.region or self.location,
            "createMode": "Replica",
            "sourceServerResourceReference": reference(GROUP, "FlexibleServer", object_name(self._name)),
            "sku": {"name": replica.sku, "tier": self._settings.tier},
            "network": self._network(),
        }
        copy = f"{self._name}-{name}"
        if self._settings.access == "private-endpoint":
            self._add_endpoint(f"endpoint-{name}", copy, name)
        self.add(POSTGRES, "FlexibleServer", copy, spec, tags={"purpose": replica.purpose})
        diagnose(self, reference(GROUP, "FlexibleServer", object_name(copy)), *LOGS)

"""A PostgreSQL Flexible Server, as the rest of the house asks of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.facts.standby import copies
from groundplan.kubernetes.network_policy import ports
from groundplan.platforms.azure.naming import AzureKind
from groundplan.platforms.azure.store import AzureStore
from groundplan.rules.problem import Problem
from groundplan.stores.answers import Json, Reachability, Reference
from groundplan.stores.postgres.azure_flexible_server import rules
from groundplan.stores.postgres.azure_flexible_server.words import ENDPOINT_ZONE
from groundplan.stores.postgres.database import PostgresStore
from groundplan.stores.postgres.model import AzureFlexibleServer, Postgres

if TYPE_CHECKING:
    from groundplan.observability.alert import Alert
    from groundplan.parts import Component
    from groundplan.stores.postgres.azure_flexible_server.pages import FlexibleServerPages
    from groundplan.stores.postgres.azure_flexible_server.pipelines import FlexibleServerPipelines

PGBOUNCER_PORT = 6432
"""Port of the connection pooler built into a Flexible Server."""


class FlexibleServerStore(PostgresStore[AzureFlexibleServer], AzureStore[Postgres, AzureFlexibleServer]):
    """A database that Azure runs in a subnet of the environment's network."""

    engine = "azure-flexible-server"
    kind = AzureKind.POSTGRES
    resource = ("dbforpostgresql.azure.com", "FlexibleServer")

    @property
    def host(self) -> str:
        """The server's own name."""
        return f"{self.azure_name}.postgres.database.azure.com"

    @property
    def follows(self) -> bool:
        """Whether the server is, or began as, a copy of another region's."""
        return copies(self.environment)

    def url(self, database: str = "") -> str | None:
        """It stands outside the cluster and accepts TLS alone, so the URL asks for it."""
        return f"postgresql://{self.host}:{self.port}/{self.chapter.database}?sslmode=require"

    def egress(self) -> Json | None:
        """To its subnet, and to the pooler where it listens."""
        pooler = [PGBOUNCER_PORT] if self.settings.pooler else []
        return self.into(self.settings.subnet, ports(self.port, *pooler))

    def dump_egress(self) -> Json:
        """Like any caller; a rule refuses a server without a network."""
        return self.egress() or {}

    def reachability(self) -> Reachability:
        """It speaks before it encrypts, so it is only connected to."""
        return Reachability(address=f"{self.host}:{self.port}", encrypts_first=False)

    @property
    def private_zone(self) -> str | None:
        """Azure's zone of private endpoints to databases; a delegated subnet has a zone of the server's own."""
        return ENDPOINT_ZONE if self.settings.access == "private-endpoint" else None

    def subnets(self) -> Iterator[Reference]:
        """Its endpoint's."""
        if self.settings.access == "private-endpoint":
            yield self.at("subnet"), self.settings.subnet

    def problems(self) -> Iterator[Problem]:
        """What is not sold, and what does not fit the network."""
        yield from super().problems()
        yield from rules.problems(self)

    def build(self, component: Component) -> None:
        """The server with its database, parameters, replicas and alerts."""
        from groundplan.platforms.azure.site import site_of
        from groundplan.platforms.azure.workflow_identities import add_changes
        from groundplan.stores.postgres.azure_flexible_server.props import server_props
        from groundplan.stores.postgres.azure_flexible_server.server import FlexibleServer

        FlexibleServer(component, self.name, site_of(self.environment), server_props(self))
        add_changes(component, self)

    def alerts(self) -> Iterator[Alert]:
        """Whether it answers, and its dumps."""
        from groundplan.stores.rented_alerts import unreachable

        look = "az postgres flexible-server show"
        yield unreachable(self.environment.namespace, self.name, alert="DatabaseDown", look=look)
        yield from self.dump_alerts()

    def pages(self) -> FlexibleServerPages:
        """What the documents say of it."""
        from groundplan.stores.postgres.azure_flexible_server.pages import FlexibleServerPages

        return FlexibleServerPages(self)

    def pipelines(self) -> FlexibleServerPipelines:
        """Tests run against its version, and a workflow lets identities in."""
        from groundplan.stores.postgres.azure_flexible_server.pipelines import FlexibleServerPipelines

        return FlexibleServerPipelines(self)

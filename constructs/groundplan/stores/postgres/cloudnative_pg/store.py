"""A PostgreSQL database run by CloudNativePG, as the rest of the house asks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from groundplan.facts.standby import copies, stands_in
from groundplan.kubernetes.network_policy import pods, ports
from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem
from groundplan.stores.answers import BucketAccess, Demand, Folder, Json, Reference
from groundplan.stores.postgres.cloudnative_pg import rules
from groundplan.stores.postgres.cloudnative_pg.words import RELOADED, database_pods
from groundplan.stores.postgres.database import PostgresStore
from groundplan.stores.postgres.model import Archive, CloudNativePg

if TYPE_CHECKING:
    from groundplan.observability.alert import Alert
    from groundplan.observability.panel import Panel
    from groundplan.parts import Component
    from groundplan.stores.pipelines import StorePipelines
    from groundplan.stores.postgres.cloudnative_pg.pages import CloudNativePgPages


class CloudNativePgStore(PostgresStore[CloudNativePg]):
    """A database whose instances are pods of the environment's own cluster."""

    engine = "cloudnative-pg"

    @property
    def host(self) -> str:
        """The Service that leads to the primary."""
        return self.settings.service or f"{self.name}-rw"

    @property
    def server_folder(self) -> str:
        """Folder of its archive in the bucket, and its name in the topology.

        Barman refuses to archive into a folder with another history, so a rebuilt database gets a new `generation`.
        """
        generation = self.settings.archive.generation if self.settings.archive is not None else 1
        return f"{self.name}-{self.environment.environment}" + (f"-{generation}" if generation > 1 else "")

    @property
    def archive_of_peer(self) -> Archive | None:
        """What it is made from and follows on the way back; None while nothing goes that way.

        No network leads that way, and none is needed: it goes back when it has everything, however long that takes.
        """
        peer = self.environment.peer_environment
        if peer is None or stands_in(self.environment) or not copies(self.environment):
            return None
        there = self.in_peer(peer)
        return there.settings.archive if there is not None else None

    @property
    def hands_over_certificates(self) -> bool:
        """Where a follower streams."""
        peer = self.environment.peer_environment
        return self.settings.follow == "stream" and peer is not None and self.in_peer(peer) is not None

    @property
    def service_names(self) -> frozenset[str]:
        """The store's own name, and the Service's where one is chosen."""
        return frozenset({self.name, self.settings.service or self.name})

    def listens(self) -> Mapping[str, int]:
        """The port of every instance."""
        return {"postgres": self.port}

    def url(self, database: str = "") -> str | None:
        """The address of the primary."""
        return f"postgresql://{self.host}:{self.port}/{self.chapter.database}"

    def egress(self) -> Json:
        """To the instances, whichever is the primary."""
        return {"to": [pods(database_pods(self.name))], "ports": ports(self.port)}

    def dump_egress(self) -> Json:
        """Like any caller."""
        return self.egress()

    @property
    def addons(self) -> frozenset[str]:
        """The operator, and its plugin where it archives."""
        return frozenset({"cloudnative-pg", *(["plugin-barman-cloud"] if self.settings.archive is not None else [])})

    def demand(self) -> Demand:
        """Its instances."""
        settings = self.settings
        return Demand(count=settings.instances, resources=settings.resources, node_pool=settings.node_pool)

    def folders(self) -> Iterator[Folder]:
        """The archive's, beside the dumps'."""
        archive = self.settings.archive
        if archive is not None:
            yield Folder(path=self.at("archive"), bucket=archive.bucket, prefix=archive.prefix)
        yield from super().folders()

    def watched_secrets(self) -> Mapping[str, Mapping[str, str]]:
        """Its owner's login: without the label a rotated password reaches the role some day, and services are refused."""
        return {self.chapter.credentials: RELOADED}

    def bucket_access(self) -> Iterator[BucketAccess]:
        """The instances archive, and ask whether the bucket is there before they do."""
        archive = self.settings.archive
        if archive is not None:
            yield BucketAccess(
                path=self.at("archive"),
                service_account=self.name,
                bucket=archive.bucket,
                prefix=archive.prefix,
                actions="read-write",
                lists_bucket=True,
            )
        there = self.archive_of_peer
        if archive is not None and there is not None:
            yield BucketAccess(
                path=self.at("archive"),
                service_account=self.name,
                bucket=there.bucket,
                prefix=there.prefix,
                actions="read",
                lists_bucket=True,
            )
        yield from super().bucket_access()

    def upstream_images(self) -> Iterator[str]:
        """The server's, and the dump's."""
        from groundplan.stores.postgres.cloudnative_pg.props import server_image

        yield server_image(self)
        yield from super().upstream_images()

    def node_pools(self) -> Iterator[Reference]:
        """The instances' and the dump's."""
        if self.settings.node_pool is not None:
            yield self.at("node_pool"), self.settings.node_pool
        yield from super().node_pools()

    def zones(self) -> Iterator[Reference]:
        """The preferred one."""
        if self.settings.preferred_zone is not None:
            yield self.at("preferred_zone"), self.settings.preferred_zone

    def problems(self) -> Iterator[Problem]:
        """What the operator refuses, and what production must have."""
        yield from super().problems()
        yield from rules.problems(self)

    def disagreements(self, peer: Environment) -> Iterator[Problem]:
        """A follower needs its own bucket and a way through both networks, beside what every copy needs."""
        yield from super().disagreements(peer)
        yield from rules.disagreements(self, peer)

    def build(self, component: Component) -> None:
        """The Cluster with its archive, its followers and its guard."""
        from groundplan.stores.postgres.cloudnative_pg.cluster import PostgresCluster
        from groundplan.stores.postgres.cloudnative_pg.props import cluster_props

        PostgresCluster(component, self.name, cluster_props(self))

    def alerts(self) -> Iterator[Alert]:
        """Instances, replication, archive and dumps."""
        from groundplan.stores.postgres.cloudnative_pg.alerts import alerts

        yield from alerts(self)
        yield from self.dump_alerts()

    def panels(self) -> Iterator[Panel]:
        """Replication, connections and room."""
        from groundplan.stores.postgres.cloudnative_pg.alerts import panels

        return panels(self)

    def pages(self) -> CloudNativePgPages:
        """What the documents say of it."""
        from groundplan.stores.postgres.cloudnative_pg.pages import CloudNativePgPages

        return CloudNativePgPages(self)

    def pipelines(self) -> StorePipelines:
        """Tests run against its version."""
        from groundplan.stores.postgres.pipelines import PostgresPipelines

        return PostgresPipelines(self)

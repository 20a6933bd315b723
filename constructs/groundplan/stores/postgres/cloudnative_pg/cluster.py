"""A PostgreSQL database run by CloudNativePG: instances in different zones, archive, backups, metrics, and its guard.

See https://cloudnative-pg.io/documentation/current/ .
"""

from __future__ import annotations

from groundplan.facts.standby import serves_follower
from groundplan.images import images
from groundplan.kubernetes.labels import selector_labels
from groundplan.parts import Component, Json, Part
from groundplan.platforms.platform import PodIdentity
from groundplan.platforms.registry import platform_of
from groundplan.pods import ZONE_KEY, amounts, placement
from groundplan.stores.placement import KEEP, block_storage, prefer_zone
from groundplan.stores.postgres.cloudnative_pg.archive import PostgresArchive, archiver
from groundplan.stores.postgres.cloudnative_pg.follower import Link, link
from groundplan.stores.postgres.cloudnative_pg.policy import PostgresPolicy
from groundplan.stores.postgres.cloudnative_pg.replication import (
    ReplicationCertificates,
    external_clusters,
    replica_role,
    replication_service,
)
from groundplan.stores.postgres.cloudnative_pg.settings import OPEN_CONNECTIONS_REFUSED, parameters
from groundplan.stores.postgres.cloudnative_pg.store import CloudNativePgStore, database_pods

SERVER = "postgres-server-"
"""What names of server images begin with; the major version follows."""

API = "postgresql.cnpg.io/v1"

SMART_SHUTDOWN_SECONDS = 30
"""Time for clients to finish by themselves before they are disconnected."""

STOP_SECONDS = 180
"""Time for the server to write everything out; a switchover waits as long for the old primary."""


class PostgresCluster(Part):
    """A database with its archive, its backups, its followers and its guard.

    Emits Cluster, ObjectStore, ScheduledBackup, PodMonitor, NetworkPolicy, and the objects that carry certificates to
    a follower. In a standby environment the Cluster follows the peer's until the failover switch is set.
    """

    def __init__(self, scope: Component | Part, id_: str, store: CloudNativePgStore) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self.store = store
        self.chapter, self.settings = store.chapter, store.settings
        self.link = link(store)
        if self.link is not None:
            ReplicationCertificates(self, "certificates", self.link)
        if store.settings.archive is not None:
            PostgresArchive(self, "archive", id_, store.settings.archive)
        self._add_cluster()
        self._add_pod_monitor()
        PostgresPolicy(self, "policy", store, self.link)

    @property
    def follows(self) -> Link | None:
        """The link on which this database is the follower, be it promoted or not."""
        return self.link if self.link is not None and not serves_follower(self.environment) else None

    def _add_cluster(self) -> None:
        spec: Json = {
            "description": f"{self.chapter.database} of {self.environment.title}, {self.environment.environment}",
            "instances": self.settings.instances,
            "imageName": self._image(),
            "enablePDB": self.settings.instances > 1,
            "enableSuperuserAccess": False,
            "priorityClassName": f"{self.environment.system}-critical",
            "primaryUpdateMethod": "switchover" if self.settings.instances > 1 else "restart",
            "primaryUpdateStrategy": "unsupervised",
            "smartShutdownTimeout": SMART_SHUTDOWN_SECONDS,
            "stopDelay": STOP_SECONDS,
            "switchoverDelay": STOP_SECONDS,
            "inheritedMetadata": {"labels": self._labels()},
            "affinity": self._affinity(),
            "resources": {
                "requests": amounts(self.settings.resources.requests),
                "limits": amounts(self.settings.resources.limits),
            },
            **self._volumes(),
            "postgresql": {"parameters": parameters(self.settings), "pg_hba": [OPEN_CONNECTIONS_REFUSED]},
            "bootstrap": self._bootstrap(),
            **self._managed(),
            **self._identity(),
        }
        if self.settings.archive is not None:
            spec["plugins"] = [archiver(self.name, self.store.server_folder)]
        if self.follows is not None:
            spec["replica"] = replica_role(self.follows)
            spec["externalClusters"] = external_clusters(self.follows)
        metadata = {"name": self.name, "labels": selector_labels(self.name), "annotations": KEEP}
        self.emit({"apiVersion": API, "kind": "Cluster", "metadata": metadata, "spec": spec})

    def _image(self) -> str:
        chosen = self.settings.image or images().get(f"{SERVER}{self.chapter.version}")
        if chosen is None:
            known = ", ".join(name.removeprefix(SERVER) for name in images() if name.startswith(SERVER))
            raise self.fail(f"there is no image of PostgreSQL {self.chapter.version}", f"use {known}, or write image")
        return self.environment.upstream_image(chosen)

    def _labels(self) -> dict[str, str]:
        return {
            **selector_labels(self.name),
            "app.kubernetes.io/name": self.name,
            "app.kubernetes.io/part-of": self.environment.system,
            **(self._taken_on.labels if self._taken_on is not None else {}),
        }

    @property
    def _taken_on(self) -> PodIdentity | None:
        """The identity the instances write their archive as, where the platform knows it by an id; None elsewhere."""
        archive = self.settings.archive
        return platform_of(self.environment).pod_identity(archive.identity) if archive is not None else None

    def _identity(self) -> Json:
        """The operator makes the ServiceAccount; the annotation says whom it stands for."""
        if self._taken_on is None:
            return {}
        return {"serviceAccountTemplate": {"metadata": {"annotations": dict(self._taken_on.annotations)}}}

    def _affinity(self) -> Json:
        """One instance per zone while there are zones enough; a database in one zone is none when the zone is gone."""
        zones = len(self.environment.zones)
        return {
            "enablePodAntiAffinity": True,
            "podAntiAffinityType": "required" if self.settings.instances <= zones else "preferred",
            "topologyKey": ZONE_KEY,
            **placement(self.settings.node_pool, self.environment.cluster.node_pools),
            **prefer_zone(self.settings.preferred_zone),
        }

    def _volumes(self) -> Json:
        storage_class = block_storage(self.environment, self.settings.storage_class)
        volumes: Json = {"storage": {"size": self.settings.storage, "storageClass": storage_class}}
        if self.settings.wal_storage is not None:
            volumes["walStorage"] = {"size": self.settings.wal_storage, "storageClass": storage_class}
        return volumes

    def _bootstrap(self) -> Json:
        owner: Json = {
            "database": self.chapter.database,
            "owner": self.chapter.owner,
            "secret": {"name": self.chapter.credentials},
        }
        if self.follows is not None:
            return {"pg_basebackup": {"source": self.follows.there.server_folder, **owner}}
        return {"initdb": {**owner, "dataChecksums": True, "encoding": "UTF8"}}

    def _managed(self) -> Json:
        additional = []
        if self.settings.service is not None:
            template: Json = {"metadata": {"name": self.settings.service}, "spec": {"type": "ClusterIP"}}
            additional.append({"selectorType": "rw", "updateStrategy": "patch", "serviceTemplate": template})
        certificates: Json = {}
        if self.link is not None and self.follows is None:
            template = replication_service(self.link)
            additional.append({"selectorType": "rw", "updateStrategy": "patch", "serviceTemplate": template})
            certificates = {"certificates": {"serverAltDNSNames": [self.link.endpoint]}}
        return {**({"managed": {"services": {"additional": additional}}} if additional else {}), **certificates}

    def _add_pod_monitor(self) -> None:
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "PodMonitor",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "selector": {"matchLabels": database_pods(self.name)},
                    "podMetricsEndpoints": [{"port": "metrics", "interval": "30s", "scrapeTimeout": "10s"}],
                },
            }
        )

"""A PostgreSQL database run by CloudNativePG: instances in different zones, archive, backups, metrics, and its guard.

See https://cloudnative-pg.io/documentation/current/ .
"""

from __future__ import annotations

from dataclasses import dataclass, field

from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.priorities import priority_class
from groundplan.parts import Component, Json, Part
from groundplan.platforms.platform import ObjectStorage, PodIdentity
from groundplan.pods import ZONE_KEY, Taints, amounts, placement
from groundplan.stores.placement import KEEP, prefer_zone
from groundplan.stores.postgres.cloudnative_pg.archive import PeerArchive, PostgresArchive, archiver
from groundplan.stores.postgres.cloudnative_pg.follower import Link
from groundplan.stores.postgres.cloudnative_pg.policy import PostgresPolicy, PostgresPolicyProps
from groundplan.stores.postgres.cloudnative_pg.replication import (
    ReplicationCertificates,
    ReplicationCertificatesProps,
    archived_clusters,
    external_clusters,
    replica_role,
    replication_service,
)
from groundplan.stores.postgres.cloudnative_pg.settings import OPEN_CONNECTIONS_REFUSED, parameters
from groundplan.stores.postgres.cloudnative_pg.words import database_pods
from groundplan.stores.postgres.model import CloudNativePg, Postgres

API = "postgresql.cnpg.io/v1"

FENCED = {"cnpg.io/fencedInstances": '["*"]'}
"""Every instance is stopped, and stays so. See https://cloudnative-pg.io/documentation/current/fencing/ ."""

SMART_SHUTDOWN_SECONDS = 30
"""Time for clients to finish by themselves before they are disconnected."""

STOP_SECONDS = 180
"""Time for the server to write everything out; a switchover waits as long for the old primary."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PostgresClusterProps:
    """A database as it is written, and what its environment makes of it."""

    chapter: Postgres
    """What is written of it, whoever runs it."""

    settings: CloudNativePg
    """What is written of its engine."""

    system: str
    """Name of the system, whose labels its pods have."""

    priorities: str = ""
    """Prefix of the priority classes of its pods. Default the system's name."""

    description: str
    """What it is, for whoever lists databases."""

    image: str
    """Server image, with the registry it is pulled from."""

    storage_class: str
    """StorageClass of its volumes."""

    server_folder: str
    """Folder of its archive in the bucket, and its name in the topology."""

    zones: int
    """How many zones there are to spread over."""

    taints: Taints = field(default_factory=dict)
    """Taints of the nodes by pool, the one it names among them. Default none."""

    identity: PodIdentity | None = None
    """Identity the instances write their archive as, where the platform knows it by an id. Default none."""

    storage: ObjectStorage | None = None
    """How the archive's bucket is reached. Default nothing is archived."""

    peer_location: str | None = None
    """Where the archive lies that it follows on the way back. Default nowhere: nothing goes that way."""

    link: Link | None = None
    """The relation to the recovery peer's database. Default nobody follows."""

    certificates: ReplicationCertificatesProps | None = None
    """What carries certificates to a follower that streams. Default nothing."""

    fenced: bool = False
    """Whether another region's has taken over from it, so that no instance of it may run. Default false."""

    policy: PostgresPolicyProps
    """Who may ask it, and what it reaches."""


class PostgresCluster(Part):
    """A database with its archive, its backups, its followers and its guard.

    Emits Cluster, ObjectStore, ScheduledBackup, PodMonitor, NetworkPolicy, and the objects that carry certificates to
    a follower. In a standby environment the Cluster follows the peer's until the failover switch is set.
    """

    def __init__(self, scope: Component | Part, id_: str, props: PostgresClusterProps) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self.props = props
        self.chapter, self.settings = props.chapter, props.settings
        self.link = props.link
        if props.certificates is not None:
            ReplicationCertificates(self, "certificates", props.certificates)
        if self.settings.archive is not None and props.storage is not None:
            PostgresArchive(self, "archive", id_, archive=self.settings.archive, storage=props.storage)
        if self.link is not None and props.peer_location is not None and props.storage is not None:
            PeerArchive(self, "peer", self.link.peer_store, storage=props.storage, location=props.peer_location)
        self._add_cluster()
        self._add_pod_monitor()
        PostgresPolicy(self, "policy", id_, props.policy)

    @property
    def follows(self) -> Link | None:
        """The link on which this database is the follower, be it promoted or not."""
        return self.link if self.link is not None and not self.link.leads else None

    def _add_cluster(self) -> None:
        spec: Json = {
            "description": self.props.description,
            "instances": self.settings.instances,
            "imageName": self.props.image,
            "enablePDB": self.settings.instances > 1,
            "enableSuperuserAccess": False,
            "priorityClassName": priority_class(self.props.priorities or self.props.system, "critical"),
            "primaryUpdateMethod": "switchover" if self.settings.instances > 1 else "restart",
            "primaryUpdateStrategy": "unsupervised",
            "smartShutdownTimeout": SMART_SHUTDOWN_SECONDS,
            "stopDelay": STOP_SECONDS,
            "switchoverDelay": STOP_SECONDS,
            "inheritedMetadata": {"labels": self._labels(), **self._annotations()},
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
            spec["plugins"] = [archiver(self.name, self.props.server_folder)]
        if self.follows is not None:
            spec["replica"] = replica_role(self.follows)
            spec["externalClusters"] = external_clusters(self.follows)
        elif self.link is not None and self.link.turned:
            spec["replica"] = replica_role(self.link)
            spec["externalClusters"] = archived_clusters(self.link)
        annotations = {**KEEP, **(FENCED if self.props.fenced else {})}
        metadata = {"name": self.name, "labels": selector_labels(self.name), "annotations": annotations}
        self.emit({"apiVersion": API, "kind": "Cluster", "metadata": metadata, "spec": spec})

    def _labels(self) -> dict[str, str]:
        return {
            **selector_labels(self.name),
            "app.kubernetes.io/name": self.name,
            "app.kubernetes.io/part-of": self.props.system,
            **(self.props.identity.labels if self.props.identity is not None else {}),
        }

    def _annotations(self) -> Json:
        """What the files of its identity read of each pod."""
        identity = self.props.identity
        return (
            {"annotations": dict(identity.pod_annotations)} if identity is not None and identity.pod_annotations else {}
        )

    def _identity(self) -> Json:
        """The operator makes the ServiceAccount; the annotation says whom it stands for, or files who it is."""
        identity = self.props.identity
        found: Json = {}
        if identity is not None and identity.annotations:
            found["serviceAccountTemplate"] = {"metadata": {"annotations": dict(identity.annotations)}}
        if identity is not None and identity.files:
            found["projectedVolumeTemplate"] = {"sources": list(identity.files)}
        return found

    def _affinity(self) -> Json:
        """One instance per zone while there are zones enough; a database in one zone is none when the zone is gone."""
        return {
            "enablePodAntiAffinity": True,
            "podAntiAffinityType": "required" if self.settings.instances <= self.props.zones else "preferred",
            "topologyKey": ZONE_KEY,
            **placement(self.settings.node_pool, self.props.taints),
            **prefer_zone(self.settings.preferred_zone),
        }

    def _volumes(self) -> Json:
        storage_class = self.props.storage_class
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
            return {"pg_basebackup" if self.follows.streams else "recovery": {"source": self.follows.there, **owner}}
        if self.link is not None and self.link.turned:
            return {"recovery": {"source": self.link.there, **owner}}
        return {"initdb": {**owner, "dataChecksums": True, "encoding": "UTF8"}}

    def _managed(self) -> Json:
        additional = []
        if self.settings.service is not None:
            template: Json = {"metadata": {"name": self.settings.service}, "spec": {"type": "ClusterIP"}}
            additional.append({"selectorType": "rw", "updateStrategy": "patch", "serviceTemplate": template})
        certificates: Json = {}
        if self.link is not None and self.link.streams and self.follows is None:
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

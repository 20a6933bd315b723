"""What a database run by CloudNativePG takes from its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.errors import ConstructError
from groundplan.facts.callers import calling_pods
from groundplan.facts.standby import is_fenced
from groundplan.images import images
from groundplan.kubernetes.network_policy import internet
from groundplan.kubernetes.objects import Json
from groundplan.networking.endpoints import watchers
from groundplan.networking.service_peers import kubernetes_api
from groundplan.platforms.registry import platform_of
from groundplan.stores.placement import block_storage
from groundplan.stores.postgres.cloudnative_pg.cluster import PostgresClusterProps
from groundplan.stores.postgres.cloudnative_pg.follower import Link, link
from groundplan.stores.postgres.cloudnative_pg.policy import PostgresPolicyProps
from groundplan.stores.postgres.cloudnative_pg.replication import ReplicationCertificatesProps
from groundplan.stores.storage import storage_of

if TYPE_CHECKING:
    from groundplan.stores.postgres.cloudnative_pg.store import CloudNativePgStore

SERVER = "postgres-server-"
"""What names of server images begin with; the major version follows."""


def cluster_props(store: CloudNativePgStore) -> PostgresClusterProps:
    """Its image, its volumes' class, its archive's storage, its link to the peer's, and who may ask it.

    Raises:
        ConstructError: where there is no image of its version, no storage with the archive's bucket, or no vault that
            carries certificates to a follower.
    """
    environment, settings = store.environment, store.settings
    archive, relation = settings.archive, link(store)
    platform = platform_of(environment)
    return PostgresClusterProps(
        chapter=store.chapter,
        settings=settings,
        system=environment.system,
        priorities=environment.priorities,
        description=f"{store.chapter.database} of {environment.title}, {environment.environment}",
        image=environment.upstream_image(server_image(store)),
        storage_class=block_storage(environment, settings.storage_class),
        server_folder=store.server_folder,
        zones=len(environment.zones),
        taints=platform.taints,
        identity=platform.pod_identity(platform.backups_as, rights=True) if archive is not None else None,
        storage=storage_of(store, archive.bucket) if archive is not None else None,
        peer_location=_peer_location(store),
        link=relation,
        certificates=_certificates(store, relation) if relation is not None and relation.streams else None,
        policy=_policy(store, relation),
        fenced=is_fenced(environment),
    )


def server_image(store: CloudNativePgStore) -> str:
    """The image that is written, or the one of its version.

    Raises:
        ConstructError: where there is none of its version.
    """
    version = store.chapter.version
    chosen = store.settings.image or images().get(f"{SERVER}{version}")
    if chosen is None:
        known = ", ".join(name.removeprefix(SERVER) for name in images() if name.startswith(SERVER))
        what = f"there is no image of PostgreSQL {version}"
        raise ConstructError(store.name, what, f"use {known}, or write image")
    return chosen


def _peer_location(store: CloudNativePgStore) -> str | None:
    there, peer = store.archive_of_peer, store.environment.peer_environment
    if there is None or peer is None:
        return None
    storage = platform_of(peer).object_storage(there.bucket)
    return f"{storage.location}{there.prefix}" if storage is not None else None


def _certificates(store: CloudNativePgStore, relation: Link) -> ReplicationCertificatesProps:
    environment, platform = store.environment, platform_of(store.environment)
    peer = environment.peer_environment
    if environment.secrets is None or peer is None or not platform.carries_secrets:
        raise ConstructError(
            store.name,
            f"`{store.name}` is replicated, but there is no vault to carry its certificates",
            "describe secrets, on a platform whose vaults take keys from elsewhere",
        )
    there = platform.replica_store(relation.follower_store, environment.namespace, peer.region)
    return ReplicationCertificatesProps(
        link=relation, store=environment.secrets.store, follower_store=there if relation.leads else None
    )


def _policy(store: CloudNativePgStore, relation: Link | None) -> PostgresPolicyProps:
    environment, dump = store.environment, store.chapter.dump
    archived: list[Json] = []
    if store.settings.archive is not None:
        archived = [internet(443), *platform_of(environment).credentials_egress]
    return PostgresPolicyProps(
        port=store.port,
        callers=[*calling_pods(environment, store.name), *([dump.name] if dump is not None else [])],
        watchers=watchers(environment),
        egress=[kubernetes_api(environment), *archived],
        link=relation,
    )

"""What a replicated Redis takes from its environment: images, volumes, and who may ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.facts.callers import calling_pods
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.network_policy import pods
from groundplan.kubernetes.objects import Json
from groundplan.networking.endpoints import queue_scaler, watchers
from groundplan.platforms.registry import platform_of
from groundplan.stores.copied import BACKUP
from groundplan.stores.placement import block_storage
from groundplan.stores.redis.replicated.props import ReplicatedProps
from groundplan.stores.redis.rules import scaled_by

if TYPE_CHECKING:
    from groundplan.stores.redis.replicated.store import AnyReplicated


def replicated_props(store: AnyReplicated) -> ReplicatedProps:
    """Its images, its volumes' class, and who may ask it."""
    environment, settings = store.environment, store.settings
    return ReplicatedProps(
        chapter=store.chapter,
        settings=settings,
        system=environment.system,
        namespace=environment.namespace,
        image=environment.upstream_image(settings.image),
        exporter_image=environment.upstream_image(settings.exporter_image),
        storage_class=block_storage(environment, settings.storage_class),
        zones=len(environment.zones),
        sets=store.member_sets(),
        directives=store.directives,
        quorum=store.quorum,
        taints=platform_of(environment).taints,
        clients=_clients(store),
        watchers=watchers(environment),
        standby=store.is_waiting,
    )


def _clients(store: AnyReplicated) -> list[Json]:
    names = [*calling_pods(store.environment, store.name), *([f"{store.name}-{BACKUP}"] if store.copies else [])]
    scaled = not store.is_waiting and store.holds_any_queue and scaled_by(store.environment, store.name)
    scaler = [queue_scaler(store.environment)] if scaled else []
    return [*(pods(selector_labels(name)) for name in names), *scaler]

"""What a Redis in the cluster takes from its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.facts.callers import calling_pods
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.network_policy import pods
from groundplan.kubernetes.objects import Json
from groundplan.networking.endpoints import queue_scaler, watchers
from groundplan.platforms.registry import platform_of
from groundplan.stores.placement import block_storage
from groundplan.stores.redis.rules import scaled_by
from groundplan.stores.redis.statefulset.server import RedisServerProps

if TYPE_CHECKING:
    from groundplan.stores.redis.statefulset.store import StatefulSetStore


def server_props(store: StatefulSetStore) -> RedisServerProps:
    """Its images, its volume's class, and who may ask it."""
    environment, settings = store.environment, store.settings
    return RedisServerProps(
        chapter=store.chapter,
        settings=settings,
        system=environment.system,
        priorities=environment.priorities,
        image=environment.upstream_image(settings.image),
        exporter_image=environment.upstream_image(settings.exporter_image),
        storage_class=block_storage(environment, settings.storage_class),
        taints=platform_of(environment).taints,
        clients=_clients(store),
        watchers=watchers(environment),
        standby=store.is_waiting,
    )


def _clients(store: StatefulSetStore) -> list[Json]:
    callers = [pods(selector_labels(caller)) for caller in calling_pods(store.environment, store.name)]
    scaled = not store.is_waiting and store.holds_any_queue and scaled_by(store.environment, store.name)
    return [*callers, queue_scaler(store.environment)] if scaled else callers

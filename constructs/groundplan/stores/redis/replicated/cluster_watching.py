"""Whether every key has a shard that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.observability.alert import Alert, trial
from groundplan.stores.redis.replicated.watching import matchers, pod

if TYPE_CHECKING:
    from groundplan.stores.redis.replicated.cluster import ClusterStore

SLOTS = 16384
"""Parts of the keys that a cluster has, whatever its size."""


def keys(store: ClusterStore) -> Iterator[Alert]:
    """Parts that no living member holds."""
    name, namespace = store.name, store.environment.namespace
    first, second = (f"redis_cluster_slots_ok{pod(store, number)}" for number in (0, 1))
    yield Alert(
        name="CacheKeysMissing",
        expr=f"max(redis_cluster_slots_ok{{{matchers(store)}}}) < {SLOTS}",
        wait="1m",
        severity="critical",
        summary=f"some keys of {name} are held by nobody who answers",
        action=f"kubectl -n {namespace} get pods -l app={name}; bring back a member of the shard that has none",
        service=name,
        trial=trial({first: SLOTS, second: SLOTS}, {first: SLOTS - 5461, second: SLOTS - 5461}),
    )

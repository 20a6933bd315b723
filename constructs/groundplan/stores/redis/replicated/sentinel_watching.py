"""Whether enough sentinels watch to replace a primary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.observability.alert import Alert, trial
from groundplan.stores.redis.replicated.watching import matchers, pod

if TYPE_CHECKING:
    from groundplan.stores.redis.replicated.sentinel import SentinelStore


def sentinels(store: SentinelStore) -> Iterator[Alert]:
    """Fewer than must agree replace nobody, and a lost primary stays lost."""
    name, namespace = store.name, store.environment.namespace
    container = 'container="sentinel"'
    series = f"kube_pod_container_status_ready{{{matchers(store)},{container}}}"
    each = [
        f"kube_pod_container_status_ready{pod(store, number, container)}" for number in range(store.settings.members)
    ]
    lost = each[: store.settings.members - store.quorum + 1]
    yield Alert(
        name="CacheUnwatched",
        expr=f"(sum({series}) or vector(0)) < {store.quorum}",
        severity="critical",
        summary=f"fewer than {store.quorum} sentinels of {name} are there: a primary that is lost now is not replaced",
        action=f"kubectl -n {namespace} get pods -l app={name}; bring back the ones that are not ready",
        service=name,
        trial=trial(dict.fromkeys(each, 1.0), dict.fromkeys(lost, 0.0)),
    )

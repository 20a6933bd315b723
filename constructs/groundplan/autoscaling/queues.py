"""Who holds a queue that a service follows, and how its length is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.autoscaling.queue_scaler import QueueTrigger
from groundplan.errors import ConstructError
from groundplan.model.environment import Environment
from groundplan.parts import Json
from groundplan.stores.registry import stores_of


def queue_triggers(environment: Environment, name: str) -> Iterator[QueueTrigger]:
    """What is asked for each queue of the service `name`: a broker that declares it, else a store it calls.

    Raises:
        ConstructError: where nobody holds one of them.
    """
    scaling = environment.services[name].scaling
    if scaling is None:
        return
    for queue, length in scaling.queues.items():
        yield _trigger(environment, name, queue, length)
        if queue in scaling.backlog:
            yield QueueTrigger(trigger=_measured(environment.prometheus_url, scaling.backlog[queue], length))


def _measured(server: str, query: str, length: int) -> Json:
    """A measure beside the length: while it is missing nothing is scaled in, and the length alone still adds pods.

    See https://keda.sh/docs/latest/scalers/prometheus/ .
    """
    metadata = {"serverAddress": server, "query": query, "threshold": str(length), "ignoreNullValues": "false"}
    return {"type": "prometheus", "metadata": metadata}


def _trigger(environment: Environment, name: str, queue: str, length: int) -> QueueTrigger:
    stores, calls = stores_of(environment), environment.services[name].calls
    declaring = [store for store in stores.values() if queue in store.queues()]
    called = [stores[callee] for callee in calls if callee in stores and stores[callee].holds_any_queue]
    for store in (*declaring, *called):
        trigger = store.queue_trigger(queue, length)
        if trigger is not None:
            return QueueTrigger(
                trigger=trigger, signs_in=store.asks_as_caller, holder=store.name, login=store.queue_login
            )
    raise ConstructError(
        name,
        f"scales by queue `{queue}`, which no broker and no Redis it calls has",
        "declare it in a broker, or call the Redis that holds it",
    )

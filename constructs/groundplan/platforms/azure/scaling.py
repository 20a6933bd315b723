"""Whether the autoscaler asks a broker how much waits for a service."""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.stores.registry import stores_of


def scaled_by_broker(environment: Environment) -> bool:
    """Whether the autoscaler asks any broker how much waits for a service."""
    return any(asked_by_autoscaler(environment, name) for name in stores_of(environment))


def asked_by_autoscaler(environment: Environment, broker: str) -> bool:
    """Whether a service scales by a queue that the entry `broker` of the data chapter declares."""
    scalings = (service.scaling for service in environment.services.values())
    wanted = {queue for scaling in scalings if scaling is not None for queue in scaling.queues}
    store = stores_of(environment).get(broker)
    return store is not None and bool(wanted & set(store.queues()))

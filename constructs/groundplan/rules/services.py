"""What queues that services scale by and progressive releases demand of the other chapters."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem, unknown
from groundplan.stores.registry import stores_of
from groundplan.yaml.marked import YamlPath


def queues(environment: Environment) -> Iterator[Problem]:
    """Whoever scales by a queue names one that exists, and may look at it."""
    stores = stores_of(environment)
    brokered = {queue for store in stores.values() for queue in store.queues()}
    for name, service in environment.services.items():
        if service.scaling is None:
            continue
        held = any(callee in stores and stores[callee].holds_any_queue for callee in service.calls)
        for queue in service.scaling.queues:
            path: YamlPath = ("services", name, "scaling", "queues", queue)
            if queue in brokered and service.identity is None:
                what = f"`{queue}` is asked for its length as the service's identity, and {name} has none"
                yield path, "queue-without-identity", what, f"write services.{name}.identity"
            elif queue not in brokered and not held:
                yield unknown(path, "missing-queue", "queue", queue, brokered)


def releases(environment: Environment) -> Iterator[Problem]:
    """Steps are measured by requests, so there must be a port; who is told must exist."""
    for name, service in environment.services.items():
        if service.is_progressive and service.port is None:
            what = f"is {service.rollout}, but there is no port to send requests to"
            yield ("services", name, "rollout"), "rollout-without-port", what, "write rolling, or give it a port"
    receivers = environment.observability.receivers
    for index, name in enumerate(environment.rollouts.notify):
        if name not in receivers:
            yield unknown(("rollouts", "notify", index), "missing-receiver", "receiver", name, receivers)


SERVICE_RULES = (queues, releases)

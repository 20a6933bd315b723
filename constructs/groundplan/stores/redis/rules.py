"""What nobody may ask of a Redis, whoever runs it."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem
from groundplan.stores.redis.model import Redis
from groundplan.stores.registry import stores_of


def problems(name: str, chapter: Redis) -> Iterator[Problem]:
    """A queue and a cache never share a policy for full memory: what evicts keys loses work that nobody has done yet."""
    if chapter.holds == "queue" and chapter.eviction != "noeviction":
        what = f"`{chapter.eviction}` throws entries away when memory is full, and it holds a queue"
        yield (
            ("data", name, "eviction"),
            "evicted-queue",
            what,
            "write noeviction, and give the cache a store of its own",
        )


def scaled_by(environment: Environment, name: str) -> bool:
    """Whether a service that calls it follows the length of a list which may lie in it."""
    services = environment.services.values()
    scalings = (service.scaling for service in services if name in service.calls)
    brokered = {queue for store in stores_of(environment).values() for queue in store.queues()}
    return any(scaling is not None and set(scaling.queues) - brokered for scaling in scalings)

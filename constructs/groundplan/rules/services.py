"""What services name in the other chapters, beside whom they call: directories, rights, queues, receivers of their releases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from groundplan.facts.actors import actors
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem, unknown
from groundplan.stores.registry import stores_of
from groundplan.stores.store import AnyStore
from groundplan.yaml.marked import YamlPath


def queues(environment: Environment) -> Iterator[Problem]:
    """Whoever scales by a queue names one that exists, and may look at it."""
    stores = stores_of(environment)
    brokered = {queue for store in stores.values() for queue in store.queues()}
    for name, service in environment.services.items():
        if service.scaling is None:
            continue
        called = [callee for callee in service.calls if callee in stores]
        held = [callee for callee in called if stores[callee].holds_any_queue]
        for queue in service.scaling.queues:
            path: YamlPath = ("services", name, "scaling", "queues", queue)
            if queue in brokered:
                if service.identity is None:
                    what = f"`{queue}` is asked for its length as the service's identity, and {name} has none"
                    yield path, "queue-without-identity", what, f"write services.{name}.identity"
            elif len(held) > 1:
                what = f"`{queue}` may lie in {' or '.join(held)}, and only one of them can be asked for its length"
                yield path, "queue-in-two-places", what, "call one store that keeps what it is given"
            elif not held:
                yield from _nowhere(stores, called, path, queue, brokered)


def _nowhere(
    stores: Mapping[str, AnyStore], called: Iterable[str], path: YamlPath, queue: str, brokered: Collection[str]
) -> Iterator[Problem]:
    evicting = [callee for callee in called if stores[callee].evicts]
    for callee in evicting:
        what = f"`{queue}` would lie in {callee}, which throws entries away when it is full"
        yield (
            path,
            "queue-that-evicts",
            what,
            f"write data.{callee}.eviction: noeviction, or another store for the queue",
        )
    if not evicting:
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


def mounts(environment: Environment) -> Iterator[Problem]:
    """A mounted store is one that is mounted."""
    mounted = [name for name, store in stores_of(environment).items() if store.is_mounted]
    for name, service in environment.services.items():
        for key, mount in service.mounts.items():
            if mount.store is not None and mount.store not in mounted:
                path: YamlPath = ("services", name, "mounts", key, "store")
                yield unknown(path, "missing-files", "store of type files", mount.store, mounted)


def variables(environment: Environment) -> Iterator[Problem]:
    """A variable that is set in two ways has the value Kubernetes prefers, which no reader of the file can see."""
    for name, service in environment.services.items():
        seen: dict[str, str] = {}
        for chapter in ("env", "urls", "secrets", "config"):
            for variable in getattr(service, chapter):
                if variable in seen:
                    message = f"`{variable}` is also set in {seen[variable]}"
                    yield ("services", name, chapter, variable), "variable-twice", message, "keep one of the two"
                seen.setdefault(variable, chapter)


def names(environment: Environment) -> Iterator[Problem]:
    """No two of services, their aliases and stores answer to one name in the cluster."""
    seen: dict[str, str] = {}
    for name, service in environment.services.items():
        for index, alias in enumerate([name, *service.aliases]):
            if alias in seen:
                path: YamlPath = ("services", name, "aliases", index - 1) if index else ("services", name)
                yield path, "duplicate-name", f"`{alias}` is also a Service of {seen[alias]}", "choose another name"
            seen[alias] = name
    for name, store in stores_of(environment).items():
        for candidate in sorted(store.service_names):
            if candidate in seen:
                yield (
                    ("data", name),
                    "duplicate-name",
                    f"`{candidate}` is also a Service of {seen[candidate]}",
                    "choose another name",
                )


def rights(environment: Environment) -> Iterator[Problem]:
    """What a service or a job may do in the platform is named in its chapter, where the platform has such names."""
    platform = platform_of(environment)
    for actor in actors(environment):
        if actor.identity is not None:
            path: YamlPath = (actor.chapter, actor.name, "identity")
            yield from _right(environment, path, "identity", actor.identity, platform.identities)
        for index, grant in enumerate(actor.cloud_access):
            path = (actor.chapter, actor.name, "cloud_access", index)
            yield from _right(environment, path, "grant", grant, platform.grants)


def _right(
    environment: Environment, path: YamlPath, what: str, name: str, known: Collection[str] | None
) -> Iterator[Problem]:
    if known is None:
        yield path, f"no-{what}", f"`{name}` is of a kind that {environment.platform_name} does not have", "remove it"
    elif name not in known:
        yield unknown(path, f"missing-{what}", what, name, known)


def steps(environment: Environment) -> Iterator[Problem]:
    """Containers of a pod have names of their own."""
    for name, service in environment.services.items():
        taken = {name: "the service itself"}
        for index, step in enumerate(service.init):
            if step.name in taken:
                path: YamlPath = ("services", name, "init", index, "name")
                yield path, "duplicate-step", f"`{step.name}` is {taken[step.name]}", "choose another name"
            taken.setdefault(step.name, "a step before it")


SERVICE_RULES = (mounts, steps, variables, names, rights, queues, releases)

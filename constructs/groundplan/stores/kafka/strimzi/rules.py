"""What Kafka and its operator refuse, and what would be found out when it is too late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.errors import ConstructError
from groundplan.facts.callees import is_external_host
from groundplan.facts.callers import calling_jobs, calling_services
from groundplan.model.environment import Environment
from groundplan.model.values import quantity
from groundplan.rules.problem import Problem, unknown
from groundplan.stores.kafka.model import Topic
from groundplan.stores.kafka.strimzi.versions import known_versions, operator_version
from groundplan.stores.kafka.strimzi.windows import changes_its_clock

if TYPE_CHECKING:
    from groundplan.stores.kafka.strimzi.store import StrimziStore


def problems(store: StrimziStore) -> Iterator[Problem]:
    """Every one of a Kafka."""
    for rule in (_version, _topics, _access, _room, _connect, _window):
        yield from rule(store)


def _version(store: StrimziStore) -> Iterator[Problem]:
    """The operator runs the versions it was built with, and no other."""
    path, version = (*store.path, "version"), store.chapter.version
    try:
        operator, known = operator_version(store.environment), known_versions(store.environment)
    except ConstructError:
        kubernetes = store.environment.cluster.kubernetes
        what = f"no release of the operator is known for Kubernetes {kubernetes}"
        yield store.at(), "kafka-operator", what, "add one to the catalogue of add-ons, or choose another minor"
        return
    if version not in known:
        what = (
            f"Strimzi {operator}, which runs on Kubernetes {store.environment.cluster.kubernetes}, knows no {version}"
        )
        yield path, "kafka-version", what, f"write one of {', '.join(known)}"


def _topics(store: StrimziStore) -> Iterator[Problem]:
    brokers = store.settings.brokers
    names: dict[str, str] = {}
    for key, topic in store.chapter.topics.items():
        path = (*store.path, "topics", key)
        if topic.replication > brokers:
            what = f"{topic.replication} copies want as many brokers, and there are {brokers}"
            yield (*path, "replication"), "replication-above-brokers", what, f"write {brokers} or less, or more brokers"
        if topic.min_insync >= topic.replication:
            what = f"{topic.min_insync} of {topic.replication} copies must be there, so that no broker may ever restart"
            yield (*path, "min_insync"), "min-insync", what, f"write {max(topic.replication - 1, 1)}, or more copies"
        other = names.setdefault(store.topic_names[key], key)
        if other != key:
            what = f"`{store.topic_names[key]}` is what {other} is called at the brokers"
            yield (*path, "name"), "topic-twice", what, "write another name"
        if topic.schema_ is not None and store.settings.registry is None:
            advice = f"add data.{store.name}.engine.strimzi.registry, or remove it"
            yield (*path, "schema"), "schema-without-registry", "nobody keeps schemas here", advice


def _access(store: StrimziStore) -> Iterator[Problem]:
    """Who writes or reads calls the store, and who calls it writes or reads; a group is no larger than its topic."""
    callers = {*calling_services(store.environment, store.name), *calling_jobs(store.environment, store.name)}
    named: set[str] = set()
    for key, topic in store.chapter.topics.items():
        path = (*store.path, "topics", key)
        for field, names in (("writers", topic.writers), ("readers", topic.readers)):
            named |= set(names)
            for index, name in enumerate(names):
                if name not in callers:
                    yield _not_calling(store, (*path, field, index), name)
        yield from _too_many(store, topic, key)
    for name in sorted(callers - named):
        chapter = "services" if name in store.environment.services else "jobs"
        what = f"{name} calls `{store.name}` and may write or read no topic of it"
        yield (
            (chapter, name, "calls"),
            "caller-without-topic",
            what,
            f"name it in data.{store.name}.topics, or remove the call",
        )


def _not_calling(store: StrimziStore, path: tuple[str | int, ...], name: str) -> Problem:
    environment = store.environment
    workloads = {**environment.services, **environment.scheduled_jobs}
    if name not in workloads:
        return unknown(path, "missing-workload", "service or job", name, workloads)
    chapter = "services" if name in environment.services else "jobs"
    what = f"`{name}` does not call `{store.name}`, so no policy lets it through"
    return path, "topic-without-call", what, f"add {store.name} to {chapter}.{name}.calls"


def _too_many(store: StrimziStore, topic: Topic, key: str) -> Iterator[Problem]:
    for name in topic.readers:
        service = store.environment.services.get(name)
        if service is not None and service.most_replicas > topic.partitions:
            what = (
                f"{name} may have {service.most_replicas} pods, and {topic.partitions} partitions feed as many of them"
            )
            advice = f"write partitions: {service.most_replicas} or more"
            yield (*store.path, "topics", key, "partitions"), "fewer-partitions-than-readers", what, advice


def _room(store: StrimziStore) -> Iterator[Problem]:
    """What topics may hold by their own words fits on the volumes, and leaves a fifth of them."""
    sized = [topic for topic in store.chapter.topics.values() if topic.max_size is not None]
    held = sum(quantity(topic.max_size or "0") * topic.partitions * topic.replication for topic in sized)
    room = quantity(store.settings.storage) * store.settings.brokers
    if held > room * 4 / 5:
        gibi = f"{float(held / 2**30):.0f}Gi"
        what = f"{store.settings.storage} on each of {store.settings.brokers} brokers, of which topics may hold {gibi}"
        yield store.at("storage"), "topics-above-storage", what, "write more storage, or a smaller max_size"


def _connect(store: StrimziStore) -> Iterator[Problem]:
    connect = store.settings.connect
    if connect is None:
        return
    environment = store.environment
    for index, callee in enumerate(connect.calls):
        known = {*environment.services, *environment.data} - {store.name}
        if not is_external_host(callee) and callee not in known:
            yield unknown(store.at("connect", "calls", index), "missing-callee", "service or store", callee, known)
    for name, connector in connect.connectors.items():
        for index, topic in enumerate(connector.topics):
            if topic not in store.chapter.topics:
                path = store.at("connect", "connectors", name, "topics", index)
                yield unknown(path, "missing-topic", "topic", topic, store.chapter.topics)


def _window(store: StrimziStore) -> Iterator[Problem]:
    window = store.settings.maintenance
    if window is None:
        return
    if changes_its_clock(window.time_zone):
        what = f"{window.time_zone} changes its clock in summer, and the operator knows UTC alone"
        yield store.at("maintenance", "time_zone"), "window-moves", what, "write UTC, or a zone without summer time"
    if not window.start.endswith(":00"):
        yield store.at("maintenance", "start"), "window-hour", f"{window.start} is no full hour", "write it like 02:00"


def disagreements(store: StrimziStore, peer: Environment) -> Iterator[Problem]:
    """A Kafka of that name and engine, with the same topics, each of as many partitions: keys go by their number."""
    other = store.in_peer(peer)
    if other is None:
        what = f"{peer.environment} has no {store.engine} of that name, and would take over without it"
        yield store.path, "not-replicated", what, f"declare data.{store.name} with the same engine there"
        return
    for key, topic in store.chapter.topics.items():
        there = other.chapter.topics.get(key)
        if there is None or there.partitions != topic.partitions:
            what = f"{topic.partitions} partitions here, and {there.partitions if there else 'no such topic'} in {peer.environment}"
            yield (*store.path, "topics", key), "topic-differs", what, "write the same topic on both sides"

"""What a Kafka run by Strimzi takes from its environment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.facts.callers import calling_jobs, calling_pods, calling_services
from groundplan.facts.standby import waits
from groundplan.images import default_image
from groundplan.networking.endpoints import watchers
from groundplan.networking.service_peers import egress, kubernetes_api
from groundplan.platforms.registry import platform_of
from groundplan.stores.kafka.strimzi import connect, registry
from groundplan.stores.kafka.strimzi.cluster import KafkaClusterProps
from groundplan.stores.kafka.strimzi.policy import KafkaPolicyProps
from groundplan.stores.kafka.strimzi.topics import OwnTopic
from groundplan.stores.kafka.strimzi.users import User
from groundplan.stores.kafka.strimzi.versions import kafka_image, operator_image, operator_namespace
from groundplan.stores.kafka.strimzi.windows import windows
from groundplan.stores.placement import block_storage

if TYPE_CHECKING:
    from groundplan.stores.kafka.strimzi.store import StrimziStore


def cluster_props(store: StrimziStore) -> KafkaClusterProps:
    """Its images and its volumes' class.

    Raises:
        ConstructError: where no operator is known for the cluster's Kubernetes.
    """
    environment, settings = store.environment, store.settings
    return KafkaClusterProps(
        chapter=store.chapter,
        settings=settings,
        system=environment.system,
        image=environment.upstream_image(kafka_image(environment, store.chapter.version)),
        operator_image=environment.upstream_image(operator_image(environment)),
        storage_class=block_storage(environment, settings.storage_class),
        taints=platform_of(environment).taints,
        windows=windows(settings.maintenance) if settings.maintenance is not None else (),
    )


def callers(store: StrimziStore) -> list[str]:
    """Services and jobs that call it, each of which signs in by a name of its own."""
    return [*calling_services(store.environment, store.name), *calling_jobs(store.environment, store.name)]


def users(store: StrimziStore) -> Iterator[User]:
    """A user for each caller, and for what runs beside the brokers."""
    topics = store.topic_names
    for caller in callers(store):
        written = store.chapter.topics.items()
        yield User(
            name=store.user(caller),
            writes=[topics[key] for key, topic in written if caller in topic.writers],
            reads=[topics[key] for key, topic in written if caller in topic.readers],
            groups=[caller] if any(caller in topic.readers for _, topic in written) else [],
            transactions=[caller] if any(caller in topic.writers for _, topic in written) else [],
        )
    if store.registry is not None:
        own = registry.topics_of(store.registry)
        yield User(name=store.registry, writes=own, reads=own, groups=[registry.groups_of(store.registry)])
    if store.settings.connect is not None:
        yield _connecting(store)


def _connecting(store: StrimziStore) -> User:
    """The workers keep their state in topics, and do what each connector does."""
    own, topics = connect.topics_of(store.name), store.topic_names
    connectors = store.settings.connect.connectors.values() if store.settings.connect is not None else ()
    done = [(connector.direction, topics[topic]) for connector in connectors for topic in connector.topics]
    return User(
        name=store.connect_user,
        writes=[*own, *(topic for direction, topic in done if direction == "source")],
        reads=[*own, *(topic for direction, topic in done if direction == "sink")],
        groups=[f"{store.name}-connect", f"connect-{store.name}-"],
    )


def own_topics(store: StrimziStore) -> dict[str, OwnTopic]:
    """Topics in which the registry and Kafka Connect keep their state; neither may make one itself."""
    found: dict[str, OwnTopic] = {}
    if store.registry is not None:
        journal, snapshots, events = registry.topics_of(store.registry)
        found |= {name: OwnTopic(partitions=1, cleanup="delete") for name in (journal, snapshots, events)}
    if store.settings.connect is not None:
        configs, offsets, status = connect.topics_of(store.name)
        found |= {
            configs: OwnTopic(partitions=1, cleanup="compact"),
            offsets: OwnTopic(partitions=25, cleanup="compact"),
            status: OwnTopic(partitions=5, cleanup="compact"),
        }
    return found


def policy_props(store: StrimziStore) -> KafkaPolicyProps:
    """Who may ask it."""
    environment, chosen = store.environment, store.settings.connect
    return KafkaPolicyProps(
        callers=calling_pods(environment, store.name),
        operator_namespace=operator_namespace(),
        api=kubernetes_api(environment),
        watchers=watchers(environment),
        registry=store.registry,
        registrar=f"{store.registry}-schemas" if store.registry is not None and store.schemas else None,
        connects=chosen is not None,
        connect_reads_schemas=chosen is not None and chosen.image is not None and store.registry is not None,
        reached=egress(environment, chosen.calls) if chosen is not None else (),
    )


def registry_props(store: StrimziStore) -> registry.SchemaRegistryProps | None:
    """What is written of the registry; none where there is none."""
    environment, chosen = store.environment, store.settings.registry
    if chosen is None:
        return None
    return registry.SchemaRegistryProps(
        registry=chosen,
        system=environment.system,
        image=environment.upstream_image(chosen.image),
        kafka=store.name,
        bootstrap=store.bootstrap,
        script_image=environment.upstream_image(default_image("schema-registration")),
        schemas=store.schemas,
        waits=waits(environment),
    )


def connect_props(store: StrimziStore) -> connect.KafkaConnectProps | None:
    """What is written of Kafka Connect; none where there is none."""
    environment, chosen = store.environment, store.settings.connect
    if chosen is None:
        return None
    own = environment.image(chosen.image) if chosen.image is not None else None
    return connect.KafkaConnectProps(
        connect=chosen,
        system=environment.system,
        version=store.chapter.version,
        image=own or environment.upstream_image(kafka_image(environment, store.chapter.version)),
        bootstrap=store.bootstrap,
        user=store.connect_user,
        topics=store.topic_names,
        registry=store.registry,
        waits=waits(environment),
    )

"""A Kafka run by Strimzi, as the rest of the house asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from groundplan.facts.standby import waits
from groundplan.images import default_image
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.network_policy import pods, ports
from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem
from groundplan.stores.answers import Demand, Handed, Json, Reference
from groundplan.stores.kafka.model import Kafka, Strimzi
from groundplan.stores.kafka.strimzi import rules
from groundplan.stores.kafka.strimzi.clients import sources
from groundplan.stores.kafka.strimzi.versions import ADD_ON, kafka_image, operator_image
from groundplan.stores.kafka.strimzi.words import CLIENT_PORT, REGISTRY_PORT, broker_pods
from groundplan.stores.store import Store
from groundplan.waves import SyncWave

if TYPE_CHECKING:
    from groundplan.observability.alert import Alert
    from groundplan.observability.panel import Panel
    from groundplan.parts import Component
    from groundplan.stores.kafka.strimzi.pages import StrimziPages


class StrimziStore(Store[Kafka, Strimzi]):
    """Topics on brokers that are pods of the environment's own cluster."""

    engine = "strimzi"
    wave = SyncWave.MESSAGING

    @property
    def host(self) -> str:
        """The Service that leads to any broker; from it a client learns where all are."""
        return f"{self.name}-kafka-bootstrap"

    @property
    def bootstrap(self) -> str:
        """Where clients begin."""
        return f"{self.host}:{CLIENT_PORT}"

    @property
    def topic_names(self) -> dict[str, str]:
        """Topic to its name at the brokers."""
        return {key: topic.name or key for key, topic in self.chapter.topics.items()}

    @property
    def registry(self) -> str | None:
        """Name of the schema registry; none where there is none."""
        return f"{self.name}-registry" if self.settings.registry is not None else None

    @property
    def connect_user(self) -> str:
        """Name Kafka Connect signs in by."""
        return f"{self.name}-connect"

    @property
    def schemas(self) -> dict[str, str]:
        """Subject to the schema that is registered under it."""
        names = self.topic_names
        return {
            f"{names[key]}-value": topic.schema_
            for key, topic in self.chapter.topics.items()
            if topic.schema_ is not None
        }

    def user(self, caller: str) -> str:
        """Name by which a service or job signs in, and of the Secret with its certificate."""
        return f"{self.name}-{caller}"

    @property
    def service_names(self) -> frozenset[str]:
        """Those of the brokers, and the registry's."""
        own = {self.name, self.host, f"{self.name}-kafka-brokers", f"{self.name}-connect-api"}
        return frozenset(own | ({self.registry} if self.registry is not None else set()))

    def listens(self) -> Mapping[str, int]:
        """The listener for clients, and the registry's."""
        return {"kafka": CLIENT_PORT, **({"registry": REGISTRY_PORT} if self.registry is not None else {})}

    def url(self, database: str = "") -> str | None:
        """The first broker to ask, in the form that Kafka's clients take for `bootstrap.servers`."""
        return f"ssl://{self.bootstrap}"

    def addresses(self) -> list[tuple[str, int]]:
        """The brokers, and the registry."""
        return [(self.host, CLIENT_PORT), *([(self.registry, REGISTRY_PORT)] if self.registry is not None else [])]

    def egress(self) -> Json:
        """To every broker, as a client asks whichever leads, and to the registry."""
        if self.registry is None:
            return {"to": [pods(broker_pods(self.name))], "ports": ports(CLIENT_PORT)}
        both = [pods(broker_pods(self.name)), pods(selector_labels(self.registry))]
        return {"to": both, "ports": ports(CLIENT_PORT, REGISTRY_PORT)}

    def calls(self) -> Mapping[str, Sequence[str]]:
        """Workers of Kafka Connect reach what their connectors carry records to and from."""
        connect = self.settings.connect
        return {self.connect_user: connect.calls} if connect is not None else {}

    def handed(self, caller: str) -> Handed:
        """Its certificate and the brokers' authority as files, what its groups are called, and where schemas are."""
        prefix = self.name.upper().replace("-", "_")
        directory = f"/var/run/{self.name}"
        variables = {f"{prefix}_CERTIFICATES": directory, f"{prefix}_GROUP": caller}
        if self.registry is not None:
            variables[f"{prefix}_REGISTRY_URL"] = f"http://{self.registry}:{REGISTRY_PORT}/apis/ccompat/v7"
        return Handed(
            volume=f"{self.name}-certificates",
            directory=directory,
            sources=tuple(sources(self.name, self.user(caller))),
            variables=variables,
        )

    @property
    def is_waiting(self) -> bool:
        """In a standby nobody writes and nobody reads; the brokers run, empty."""
        return waits(self.environment)

    @property
    def addons(self) -> frozenset[str]:
        """The operator."""
        return frozenset({ADD_ON})

    def add_on_values(self) -> Mapping[str, Callable[[Environment], Json]]:
        """Values of the operator's chart."""
        from groundplan.stores.kafka.strimzi.operator import operator_values

        return {ADD_ON: operator_values}

    def demand(self) -> Demand:
        """Its brokers; controllers and what is beside them are read from the tree."""
        settings = self.settings
        return Demand(count=settings.brokers, resources=settings.resources, node_pool=settings.node_pool)

    def upstream_images(self) -> Iterator[str]:
        """Brokers', the operator's, the registry's."""
        yield kafka_image(self.environment, self.chapter.version)
        yield operator_image(self.environment)
        if self.settings.registry is not None:
            yield self.settings.registry.image
            yield default_image("schema-registration")

    def secret_readers(self) -> Mapping[str, tuple[str, ...]]:
        """Kafka Connect reads what its connectors sign in elsewhere with."""
        connect = self.settings.connect
        named = (where.partition("/")[0] for where in (connect.secrets.values() if connect is not None else ()))
        return dict.fromkeys(named, (self.connect_user,))

    def node_pools(self) -> Iterator[Reference]:
        """The brokers' and controllers'."""
        if self.settings.node_pool is not None:
            yield self.at("node_pool"), self.settings.node_pool

    def problems(self) -> Iterator[Problem]:
        """What Kafka and its operator refuse."""
        yield from rules.problems(self)

    def disagreements(self, peer: Environment) -> Iterator[Problem]:
        """The other side has the same topics: whoever moves there writes and reads them by the same names."""
        yield from rules.disagreements(self, peer)

    def build(self, component: Component) -> None:
        """Brokers, topics, users, policies, and what is beside them."""
        from groundplan.stores.kafka.strimzi import props
        from groundplan.stores.kafka.strimzi.cluster import KafkaCluster
        from groundplan.stores.kafka.strimzi.connect import KafkaConnect
        from groundplan.stores.kafka.strimzi.policy import KafkaPolicies
        from groundplan.stores.kafka.strimzi.registry import SchemaRegistry
        from groundplan.stores.kafka.strimzi.topics import KafkaTopics
        from groundplan.stores.kafka.strimzi.users import KafkaUsers

        KafkaCluster(component, self.name, props.cluster_props(self))
        own = props.own_topics(self)
        KafkaTopics(component, f"{self.name}-topics", self.name, topics=self.chapter.topics, own=own)
        KafkaUsers(component, f"{self.name}-users", self.name, users=props.users(self))
        KafkaPolicies(component, f"{self.name}-policies", self.name, props.policy_props(self))
        registry, connect = props.registry_props(self), props.connect_props(self)
        if registry is not None and self.registry is not None:
            SchemaRegistry(component, self.registry, registry)
        if connect is not None:
            KafkaConnect(component, self.connect_user, self.name, connect)

    def alerts(self) -> Iterator[Alert]:
        """Copies, controllers, latency, errors, room, and how far readers are behind."""
        from groundplan.stores.kafka.strimzi.alerts import alerts

        return alerts(self)

    def panels(self) -> Iterator[Panel]:
        """Throughput, latency, errors, lag and room."""
        from groundplan.stores.kafka.strimzi.panels import panels

        return panels(self)

    def pages(self) -> StrimziPages:
        """What the documents say of it."""
        from groundplan.stores.kafka.strimzi.pages import StrimziPages

        return StrimziPages(self)

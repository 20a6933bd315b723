"""A Kafka as it is written: its topics, who writes and reads each, and each engine's own settings."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.images import default_image
from groundplan.model.containers import Amounts, ConfigValue, Resources
from groundplan.model.values import Duration, ImageReference, Model, Name, Quantity, SecretReference, VariableName
from groundplan.model.windows import WeeklyWindow
from groundplan.stores.engines import Engines

Compatibility = Literal[
    "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE", "NONE"
]
"""Which older versions of a schema a new one must get along with."""


class Topic(Model):
    """A topic."""

    name: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9._-]{1,249}$")
    """Name at the brokers where it breaks Kubernetes' rules, e.g. with dots. Default the key."""

    partitions: int = Field(default=6, ge=1, le=1000)
    """Partitions: as many pods of one group read at once, at most. They can be added and never taken away, and an added one
    changes which partition a key goes to. Default 6, shared evenly by two, three or six readers."""

    replication: int = Field(default=3, ge=1)
    """Copies of each partition, each on another broker. Default 3."""

    min_insync: int = Field(default=2, ge=1)
    """Copies that must have a record before its writer is told so. Default 2: one broker may be gone."""

    retention: Duration | Literal["forever"] = "7d"
    """How long a record is kept. Default 7d."""

    max_size: Quantity | None = None
    """Most one partition holds; older records go before their time. Default no bound but the volumes."""

    cleanup: Literal["delete", "compact"] = "delete"
    """What happens to old records: `delete` drops them by age and size, `compact` keeps the newest of each key. Default delete."""

    writers: list[Name] = []
    """Services and jobs that may write, each of which calls the store. Default nobody."""

    readers: list[Name] = []
    """Services and jobs that may read, each of which calls the store. Default nobody."""

    schema_: str | None = Field(default=None, alias="schema")
    """Avro schema of the values, as JSON; it is registered as `<topic>-value`. Default none."""


class Registry(Model):
    """A schema registry beside the brokers: Apicurio Registry, which keeps schemas in a topic of the same Kafka.

    See https://www.apicur.io/registry/docs/ .
    """

    compatibility: Compatibility = "BACKWARD"
    """What a new version of a schema must get along with. Default BACKWARD: whoever has the new one reads old records."""

    image: ImageReference = default_image("schema-registry")
    """Its image. Default `schema-registry` of images.yaml."""

    replicas: int = Field(default=2, ge=1, le=9)
    """Pods. Default 2."""

    resources: Resources = Resources(
        requests=Amounts(cpu="200m", memory="768Mi"), limits=Amounts(cpu="1", memory="768Mi")
    )
    """CPU and memory of each. Default 200m and 768Mi."""


class Connector(Model):
    """One connector of Kafka Connect."""

    class_: str = Field(alias="class", min_length=1)
    """Java class of the connector, which the image must hold."""

    tasks: int = Field(default=1, ge=1, le=100)
    """Tasks at most. Default 1."""

    topics: list[Name] = Field(min_length=1)
    """Topics that it reads, for a sink, or writes, for a source."""

    direction: Literal["sink", "source"]
    """Whether it carries records out of Kafka or into it."""

    config: dict[str, ConfigValue] = {}
    """Settings of the connector; `${env:NAME}` is a value of `secrets`. Default none beside its topics."""


class Connect(Model):
    """Kafka Connect: workers that carry records between topics and other systems."""

    image: ImageReference | None = None
    """Image with the connectors. Default the operator's, which holds those of Kafka alone."""

    replicas: int = Field(default=2, ge=1, le=30)
    """Workers. Default 2."""

    resources: Resources = Resources(requests=Amounts(cpu="250m", memory="1Gi"), limits=Amounts(cpu="1", memory="1Gi"))
    """CPU and memory of each. Default 250m and 1Gi."""

    calls: list[str] = []
    """What connectors reach beside Kafka: services, stores, hosts outside. Default nothing."""

    secrets: dict[VariableName, SecretReference] = {}
    """Environment variable of the workers to `<secret>/<key>` of the secrets chapter. Default none."""

    connectors: dict[Name, Connector] = {}
    """Connectors by name. Default none."""


class Maintenance(WeeklyWindow):
    """A weekly window in which certificates are renewed, which restarts brokers one after the other."""

    hours: int = Field(default=2, ge=1, le=24)
    """Length in hours. Default 2."""


class Strimzi(Model):
    """Strimzi, in the cluster: brokers and controllers apart, in KRaft mode. See https://strimzi.io/docs/operators/latest/ ."""

    brokers: int = Field(default=3, ge=3, le=30)
    """Brokers, spread over the zones. Default 3."""

    controllers: Literal[3, 5] = 3
    """Nodes that keep the cluster's metadata and elect its leaders; one of 3 or two of 5 may be gone. Default 3."""

    storage: Quantity
    """Volume of each broker."""

    storage_class: Name | None = None
    """StorageClass of the volumes. Default the platform's general-purpose SSD."""

    resources: Resources
    """CPU and memory of each broker; half of the memory is its heap, at most 6Gi, the rest the page cache it lives from."""

    controller_storage: Quantity = "10Gi"
    """Volume of each controller. Default 10Gi."""

    controller_resources: Resources = Resources(
        requests=Amounts(cpu="200m", memory="1Gi"), limits=Amounts(cpu="1", memory="1Gi")
    )
    """CPU and memory of each controller. Default 200m and 1Gi."""

    node_pool: Name | None = None
    """Node pool of brokers and controllers. Default any."""

    maintenance: Maintenance | None = None
    """When certificates are renewed. Default whenever it is time."""

    registry: Registry | None = None
    """A schema registry. Default none."""

    connect: Connect | None = None
    """Kafka Connect. Default none."""


class KafkaEngines(Engines):
    """Who runs a Kafka."""

    strimzi: Strimzi | None = None
    """Strimzi, in the cluster."""


class Kafka(Model):
    """Topics that services write and read."""

    type: Literal["kafka"]
    """Kind of store."""

    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    """Version of Kafka, e.g. `4.1.1`; the operator of the cluster's Kubernetes must know it."""

    topics: dict[Name, Topic] = {}
    """Topics by name. Default none."""

    engine: KafkaEngines
    """Who runs it."""

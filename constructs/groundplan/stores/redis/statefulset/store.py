"""A Redis in the cluster, as the rest of the house asks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from groundplan.facts.standby import waits
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.network_policy import pods, ports
from groundplan.rules.problem import Problem
from groundplan.stores.answers import Demand, Json, Reference
from groundplan.stores.redis import rules
from groundplan.stores.redis.model import Redis, RedisStatefulSet
from groundplan.stores.redis.names import LOGICAL_DATABASES
from groundplan.stores.store import Store

if TYPE_CHECKING:
    from groundplan.observability.alert import Alert
    from groundplan.observability.panel import Panel
    from groundplan.parts import Component
    from groundplan.stores.pipelines import StorePipelines
    from groundplan.stores.redis.statefulset.pages import StatefulSetPages


class StatefulSetStore(Store[Redis, RedisStatefulSet]):
    """A server whose pod is one of the environment's own cluster."""

    engine = "statefulset"
    logical_databases = LOGICAL_DATABASES

    @property
    def host(self) -> str:
        """The Service that clients connect to."""
        return self.settings.service or self.name

    @property
    def service_names(self) -> frozenset[str]:
        """The store's own name, and the Service's where one is chosen."""
        return frozenset({self.name, self.host})

    def listens(self) -> Mapping[str, int]:
        """The server's port."""
        return {"redis": self.settings.port}

    def url(self, database: str = "") -> str | None:
        """Without a password: who may connect is the network policy's business."""
        return f"redis://{self.host}:{self.settings.port}" + (f"/{database}" if database else "")

    def egress(self) -> Json:
        """To the server's pod."""
        return {"to": [pods(selector_labels(self.name))], "ports": ports(self.settings.port)}

    @property
    def is_waiting(self) -> bool:
        """In a standby nothing is written to it and its pod does not run."""
        return waits(self.environment)

    @property
    def holds_any_queue(self) -> bool:
        """A list is a queue as soon as somebody pushes to it, where no entry is ever evicted."""
        return not self.evicts

    @property
    def evicts(self) -> bool:
        """Whether it throws entries away when its memory is full."""
        return self.chapter.eviction != "noeviction"

    def queue_trigger(self, queue: str, length: int) -> Json:
        """The length of a list."""
        address = f"{self.host}.{self.environment.namespace}.svc.cluster.local:{self.settings.port}"
        return {"type": "redis", "metadata": {"address": address, "listName": queue, "listLength": str(length)}}

    def demand(self) -> Demand:
        """Its one pod."""
        return Demand(count=1, resources=self.settings.resources, node_pool=self.settings.node_pool)

    def upstream_images(self) -> Iterator[str]:
        """The server's, and the exporter's."""
        yield from (self.settings.image, self.settings.exporter_image)

    def node_pools(self) -> Iterator[Reference]:
        """The server's."""
        if self.settings.node_pool is not None:
            yield self.at("node_pool"), self.settings.node_pool

    def zones(self) -> Iterator[Reference]:
        """The preferred one."""
        if self.settings.preferred_zone is not None:
            yield self.at("preferred_zone"), self.settings.preferred_zone

    def problems(self) -> Iterator[Problem]:
        """What it may not throw away."""
        return rules.problems(self.name, self.chapter)

    def build(self, component: Component) -> None:
        """The server, its volume, its metrics and its guard."""
        from groundplan.stores.redis.statefulset.props import server_props
        from groundplan.stores.redis.statefulset.server import RedisServer

        RedisServer(component, self.name, server_props(self))

    def alerts(self) -> Iterator[Alert]:
        """Whether it answers, and how full it is; nothing while it waits."""
        from groundplan.stores.redis.statefulset.alerts import alerts

        return iter(()) if self.is_waiting else alerts(self.environment.namespace, self.name)

    def panels(self) -> Iterator[Panel]:
        """Memory, commands, volume."""
        from groundplan.stores.redis.statefulset.alerts import panels

        return panels(self.environment.namespace, self.name)

    def pages(self) -> StatefulSetPages:
        """What the documents say of it."""
        from groundplan.stores.redis.statefulset.pages import StatefulSetPages

        return StatefulSetPages(self)

    def pipelines(self) -> StorePipelines:
        """Tests run against its version."""
        from groundplan.stores.redis.pipelines import RedisPipelines

        return RedisPipelines(self.settings.version.partition(".")[0])

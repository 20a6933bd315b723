"""What every replicated Redis answers, whichever way its servers take over from each other."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from groundplan.facts.standby import waits
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.network_policy import pods, ports
from groundplan.rules.problem import Problem
from groundplan.stores.answers import Demand, Json, Reference, SecretKey
from groundplan.stores.copied import CopiedStore
from groundplan.stores.redis import rules
from groundplan.stores.redis.model import Redis, RedisReplicated
from groundplan.stores.redis.replicated.words import certificate
from groundplan.yaml.marked import YamlPath

if TYPE_CHECKING:
    from groundplan.observability.panel import Panel
    from groundplan.parts import Component
    from groundplan.stores.backup_job import Step
    from groundplan.stores.pipelines import StorePipelines
    from groundplan.stores.redis.replicated.props import MemberSet

SettingsT = TypeVar("SettingsT", bound=RedisReplicated)


class ReplicatedStore(CopiedStore[Redis, SettingsT]):
    """Servers whose pods are some of the environment's own cluster."""

    @abstractmethod
    def member_sets(self) -> list[MemberSet]:
        """Its servers, by who leads whom."""

    @property
    def directives(self) -> Mapping[str, object]:
        """Lines of redis.conf that only this mode has."""
        return {}

    @property
    def quorum(self) -> int | None:
        """Sentinels that must agree; none where no sentinels watch."""
        return None

    @property
    @abstractmethod
    def asked_ports(self) -> tuple[int, ...]:
        """Ports that callers ask."""

    @property
    def credentials(self) -> str | None:
        """Secret with the login of the services."""
        return self.settings.credentials

    @property
    def credentials_at(self) -> YamlPath:
        """Below the engine: others let in whoever reaches them."""
        return self.at("credentials")

    @property
    def login(self) -> Mapping[str, str | None]:
        """The services are one user, called like the store."""
        return {"username": self.name, "password": None}

    def secret_readers(self) -> Mapping[str, tuple[str, ...]]:
        """Each server knows its users."""
        return {self.settings.credentials: tuple(members.name for members in self.member_sets())}

    @property
    def authority(self) -> SecretKey:
        """The certificate of the authority that signed those of the members."""
        return SecretKey(secret=certificate(self.name), key="ca.crt")

    @property
    def service_names(self) -> frozenset[str]:
        """The Service that callers know, and the one that names members."""
        return frozenset({self.name, f"{self.name}-members"})

    def egress(self) -> Json:
        """To every member: any may lead."""
        return {"to": [pods(selector_labels(self.name))], "ports": ports(*self.asked_ports)}

    @property
    def is_waiting(self) -> bool:
        """In a standby nothing is written to it and its pods do not run."""
        return waits(self.environment)

    @property
    def holds_any_queue(self) -> bool:
        """A list is a queue as soon as somebody pushes to it, where no entry is ever evicted."""
        return not self.evicts

    @property
    def evicts(self) -> bool:
        """Whether it throws entries away when its memory is full."""
        return self.chapter.eviction != "noeviction"

    @property
    def queue_login(self) -> Mapping[str, SecretKey]:
        """The autoscaler signs in as the services do."""
        login = self.settings.credentials
        return {
            "username": SecretKey(secret=login, key="username"),
            "password": SecretKey(secret=login, key="password"),
            "ca": self.authority,
        }

    def demand(self) -> Demand:
        """Every member."""
        count = sum(members.size for members in self.member_sets())
        return Demand(count=count, resources=self.settings.resources, node_pool=self.settings.node_pool)

    @property
    def addons(self) -> frozenset[str]:
        """What makes its certificates and its users' passwords."""
        return frozenset({"cert-manager", "external-secrets"})

    def upstream_images(self) -> Iterator[str]:
        """The server's, the exporter's, and what carries copies away."""
        yield from (self.settings.image, self.settings.exporter_image)
        yield from super().upstream_images()

    def node_pools(self) -> Iterator[Reference]:
        """The servers' and the copies'."""
        if self.settings.node_pool is not None:
            yield self.at("node_pool"), self.settings.node_pool
        yield from super().node_pools()

    def problems(self) -> Iterator[Problem]:
        """What it may not throw away, and what must come back."""
        yield from rules.problems(self.name, self.chapter)
        if self.chapter.holds != "cache":
            yield from self.copy_problems()

    def build(self, component: Component) -> None:
        """The servers with their names, users, certificates, metrics and guard."""
        from groundplan.stores.redis.replicated.ground import replicated_props
        from groundplan.stores.redis.replicated.servers import ReplicatedRedis

        ReplicatedRedis(component, self.name, replicated_props(self))

    def copy_steps(self) -> tuple[Step, Step]:
        """One file of each shard, and a scratch server that reads all of them."""
        from groundplan.stores.redis.replicated.copies import steps

        return steps(self)

    @property
    def copy_scratch(self) -> str:
        """What servers hold in memory, packed and unpacked."""
        from groundplan.stores.redis.replicated.copies import scratch

        return scratch(self)

    def panels(self) -> Iterator[Panel]:
        """Memory, commands, who leads, volumes."""
        from groundplan.stores.redis.replicated.watching import panels

        return panels(self)

    def pipelines(self) -> StorePipelines:
        """Tests run against its version."""
        from groundplan.stores.redis.pipelines import RedisPipelines

        return RedisPipelines(self.settings.version.partition(".")[0])


AnyReplicated = ReplicatedStore[Any]

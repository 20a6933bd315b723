"""What a replicated Redis takes from its environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.parts import Json
from groundplan.pods import Taints
from groundplan.stores.redis.model import Redis, RedisReplicated


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberSet:
    """Servers of which one leads the others: a StatefulSet."""

    name: str
    """Name of the StatefulSet."""

    size: int
    """Its pods."""

    labels: Mapping[str, str]
    """Labels of its pods alone."""

    env: Sequence[Json] = ()
    """What its containers are told beside what all are. Default nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplicatedProps:
    """A replicated Redis as it is written, and what its environment makes of it."""

    chapter: Redis
    """What is written of it, whoever runs it."""

    settings: RedisReplicated
    """What is written of its engine."""

    system: str
    """Name of the system, whose priority classes and labels its pods have."""

    namespace: str
    """Where it runs: part of the members' names."""

    image: str
    """Server image, with the registry it is pulled from."""

    exporter_image: str
    """Image of the metrics exporter, with the registry it is pulled from."""

    storage_class: str
    """StorageClass of the volumes."""

    zones: int
    """Zones of the environment; with more than one the members of a set stand in as many as there are."""

    sets: Sequence[MemberSet]
    """All of its servers."""

    directives: Mapping[str, object]
    """Lines of redis.conf that only this mode has."""

    quorum: int | None = None
    """Sentinels that must agree; None where no sentinels watch. Default none."""

    taints: Taints = field(default_factory=dict)
    """Taints of the nodes by pool, the one it names among them. Default none."""

    clients: Sequence[Json] = ()
    """Peers that may ask it. Default none."""

    watchers: Sequence[Json] = ()
    """Peers that read its metrics. Default none."""

    standby: bool = False
    """Whether it waits for a failover, with no pods. Default false."""

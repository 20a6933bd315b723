"""What evidence asks about kinds that Kubernetes does not know: of clouds, of rented stores and of operators.

A relation says what is asked. How a kind of one folder answers stands in `effect/evidence.py` of that folder, which has
`CLOUD`, `STORE` or both; every answer is taken from the tree. The defaults are those of a folder that has nothing of
the sort, and where nobody knows an object the relation does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from groundplan.checks.effects import effects
from groundplan.checks.inventory import Object
from groundplan.checks.reachability.pods import Pods
from groundplan.platforms.registry import platform_of
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked

Kind = tuple[str, str]
"""Group and kind."""

Outlives = Callable[[Object, str], bool]
"""Whether what a cloud runs is still there when a `node` or a `zone` is lost, by its own settings."""

Break = Callable[[dict[str, Any], str], None]
"""Changes a document in place; the text is what a part is told behind its name."""

Breaks = Mapping[str, Mapping[str, Break]]
"""Part that an object plays, to ways of breaking it by a word for each. A way leaves documents of other kinds as they are."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is said of the record of a public host beside its name."""

    role: str
    """Which of two answers first; one word for each side."""

    name: str
    """What tells the records of one host apart."""

    by_health: bool
    """Whether it is taken back when nobody answers."""


@dataclass(frozen=True, slots=True)
class Login:
    """Whom a database lets in as its owner."""

    owner: str
    """User."""

    database: str
    """Name of the database."""

    secret: str
    """Secret with `username` and `password`."""


class CloudEvidence:
    """Kinds of a platform."""

    outlives: Mapping[Kind, Outlives] = {}
    """What it runs, beside stores."""

    breaks: Breaks = {}
    """How its kinds break."""

    def places(self, script: str) -> Iterator[tuple[str, str]]:
        """Bucket and object, or what it begins with, that a script reads or writes."""
        yield from ()

    def bucket(self, asked: Asked, name: str) -> Object | None:
        """The bucket or account of that name."""
        return None

    def expiring(self, asked: Asked, bucket: Object, prefix: str) -> Iterator[int]:
        """Days after which rules remove what lies below a prefix."""
        yield from ()

    def holding(self, asked: Asked, hosts: set[str], key: str) -> Iterator[Object]:
        """Objects that a value lies in: vaults of these names, or the key where each has an object."""
        yield from ()

    def only_tls(self, ingress: Object) -> bool:
        """Whether its load balancer refuses what is not encrypted, or sends it on to what is."""
        return False

    def ends_tls(self, ingress: Object) -> bool:
        """Whether its load balancer has the certificate although the Ingress speaks of none."""
        return False

    def certificate(self, asked: Asked, ingress: Object, host: str) -> Object | None:
        """What it keeps the certificate of a host in."""
        return None

    def record(self, ingress: Object) -> Record | None:
        """What its zones are told beside a host's name."""
        return None

    def by_edge(self, asked: Asked, host: str) -> bool | None:
        """Whether an edge before both sides sends requests to who lives; None where none knows the host."""
        return None

    def wears(self, asked: Asked, pool: str, group: str) -> bool | None:
        """Whether nodes of a pool wear one group of firewall rules alone; None where it knows no such pool."""
        return None

    def leads(self, asked: Asked, subnet: str, gateway: str) -> bool | None:
        """Whether a subnet's way to the Internet is a gateway; None where it knows no such subnet."""
        return None

    def blocks(self, ground: Ground, labels: Mapping[str, str]) -> Iterator[str]:
        """Address blocks of nodes with these labels."""
        yield from ()

    def replicates(self, asked: Asked, source: Ground, target: Ground, bucket: str, copy: str) -> bool:
        """Whether a bucket of one environment sends everything to a bucket of another."""
        return False

    def admits(self, asked: Asked, leader: Ground, notes: Mapping[str, str], blocks: list[str], port: int) -> bool:
        """Whether whatever stands before a load balancer that has these annotations lets blocks in."""
        return True


class StoreEvidence:
    """Kinds of an engine."""

    kinds: frozenset[Kind] = frozenset()
    """Kinds of which one object is a store; its component is called as the store."""

    outlives: Mapping[Kind, Outlives] = {}
    """Those that a cloud runs. Whether others outlive a loss is seen by their pods."""

    dumps: str = ""
    """Command by which a Job copies one. Default nothing copies it so."""

    restores: str = ""
    """Command by which a Job brings a copy back."""

    restores_strictly: str = ""
    """What stands in a script beside it so that it fails where something does not come back."""

    breaks: Breaks = {}
    """How its kinds break."""

    def leads(self, item: Object) -> bool:
        """Whether it takes what is written: it is no copy of another."""
        return True

    def is_copy(self, item: Object) -> bool:
        """Whether a cloud keeps it as a copy of another."""
        return False

    def is_read(self, item: Object) -> bool:
        """Whether it is a copy that is read beside the store, and not the store."""
        return False

    def has_budget(self, item: Object) -> bool:
        """Whether its operator keeps one instance through every drain."""
        return False

    def logged(self, asked: Asked, item: Object) -> bool:
        """Whether backups and everything since are kept, and come back by a page."""
        return asked.no(f"nobody keeps backups of {item} and what was written since")

    def copies(self, asked: Asked, follower: Ground, leader: Ground, own: Object, led: Object) -> bool:
        """Whether `own` follows `led`."""
        return asked.no(f"{own} is no copy of {led}")

    def login(self, item: Object) -> Login | None:
        """Whom it lets in as owner; None where its pods make no such user."""
        return None

    def counted(self, asked: Asked, trigger: str, told: str) -> bool | None:
        """Whether an autoscaler's trigger counts what waits in one of its queues; None for triggers of others."""
        return None


@cache
def clouds() -> tuple[CloudEvidence, ...]:
    """Of every folder that has some."""
    return tuple(module.CLOUD for module in effects("evidence") if hasattr(module, "CLOUD"))


@cache
def stores() -> tuple[StoreEvidence, ...]:
    """Of every engine that has some."""
    return tuple(module.STORE for module in effects("evidence") if hasattr(module, "STORE"))


@cache
def store_kinds() -> Mapping[Kind, StoreEvidence]:
    """Kinds of stores, with who knows them."""
    return {kind: store for store in stores() for kind in sorted(store.kinds)}


@cache
def rented() -> Mapping[Kind, Outlives]:
    """What clouds run, stores among it, and how it is read whether it outlives a node or a zone."""
    return {kind: rule for one in _all() for kind, rule in one.outlives.items()}


def all_ways(part: str, common: Breaks) -> Iterator[tuple[str, Break]]:
    """Ways of breaking an object that plays a part: those of Kubernetes' kinds, and each folder's."""
    for breaks in (common, *(one.breaks for one in _all())):
        yield from breaks.get(part, {}).items()


def _all() -> tuple[CloudEvidence | StoreEvidence, ...]:
    return (*clouds(), *stores())


def called(ground: Ground, assigned: str) -> str:
    """The name of the object that a cloud's id stands for; the id itself where it is none of ours."""
    ids, known = ground.environment.ids, platform_of(ground.environment).assigned_ids()
    return next((item.name for key, item in known.items() if ids.get(key) == assigned), assigned)


def instances(ground: Ground, namespace: str, labels: Mapping[str, str]) -> list[Pods]:
    """Pods that an operator makes with these labels."""
    return ground.cluster.select([namespace], labels)

"""What relations are asked of: one environment in its cluster, as the gates see it, and the same with one object broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from groundplan.checks.capacity.cases import Outcome, outcomes
from groundplan.checks.capacity.world import Charted, Setting, charted, setting_of
from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.credentials.world import made_by
from groundplan.checks.gate import Context
from groundplan.checks.identity.chains import Rights, rights_of
from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.identity.rights import Account
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, Identity, Inventory, Object
from groundplan.checks.own_charts import all_provided
from groundplan.checks.reachability.addresses import Names
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.network import Policies
from groundplan.checks.reachability.rented import Rentals
from groundplan.checks.reachability.view import Place, places, rentals_of
from groundplan.layout import DIST
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of

BEARING = frozenset(
    {
        ("", "ServiceAccount"),
        ("external-secrets.io", "ExternalSecret"),
        ("external-secrets.io", "PushSecret"),
        ("external-secrets.io", "SecretStore"),
        ("keda.sh", "ScaledObject"),
    }
)
"""Kinds by which something in a cluster is lent a right, or needs one, even where none is known of it yet."""

COUNTING = frozenset(
    {
        ("", "LimitRange"),
        ("", "ResourceQuota"),
        ("autoscaling", "HorizontalPodAutoscaler"),
        ("keda.sh", "ScaledObject"),
    }
)
"""Kinds that say how much others ask for, or may."""

FILTERING = frozenset({("", "Namespace"), ("networking.k8s.io", "NetworkPolicy")})
"""Kinds that decide what policies let through, beside pods."""

WITHOUT_RIGHTS = frozenset(
    {
        "constraints.gatekeeper.sh",
        "monitoring.coreos.com",
        "networking.istio.io",
        "networking.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "scheduling.k8s.io",
        "templates.gatekeeper.sh",
    }
)
"""API groups in which nothing holds, lends or needs a right at a cloud."""


class World:
    """Every rendered object by kind and by environment, and what gates know beside them."""

    def __init__(self, inventory: Inventory, context: Context, accounts: Mapping[str, frozenset[Account]]) -> None:
        self.root: Path = inventory.root
        self.context = context
        self.accounts = accounts
        """ServiceAccounts that charts and operators are known to bring, by cluster."""
        makers = {maker.of for maker in all_provided(context).kinds if maker.hosts}
        self.lent = frozenset(makers)
        """Kinds by which the cloud lends something that is reached by a name."""
        self._kinds = dict(inventory.by_kind)
        self._pages: dict[PurePosixPath, str | None] = {}
        self._scopes: dict[str, tuple[Object, ...]] = {}
        scopes: dict[str, list[Object]] = {}
        for item in inventory:
            scopes.setdefault(item.scope, []).append(item)
        self._scopes = {scope: tuple(items) for scope, items in scopes.items()}
        self.gone: frozenset[tuple[str, Identity]] = frozenset()
        """Objects that are not there any more, and what they would have made, each with its cluster."""

    def of(self, group: str, kind: str, scope: str = "") -> Iterator[Object]:
        """Every object of a kind, of one environment where it is named."""
        found = self._kinds.get((group, kind), ())
        return (item for item in found if item.scope == scope) if scope else iter(found)

    def within(self, *scopes: str) -> tuple[Object, ...]:
        """What some environments rendered."""
        return tuple(item for scope in dict.fromkeys(scopes) for item in self._scopes.get(scope, ()))

    def find(self, cluster: str, group: str, kind: str, namespace: str, name: str) -> Object | None:
        """The object of that identity in that cluster."""
        wanted = Identity(group, kind, namespace, name)
        return next(
            (item for item in self.of(group, kind) if item.identity == wanted and item.cluster == cluster), None
        )

    def page(self, path: PurePosixPath) -> str | None:
        """The text of a page of the repository; None where there is none."""
        if path not in self._pages:
            file = self.root / path
            self._pages[path] = file.read_text("utf-8") if file.is_file() else None
        return self._pages[path]

    def replacing(self, old: Object, new: Object | None) -> World:
        """The same with one object changed or gone."""
        other = copy(self)
        other._kinds = {**self._kinds, (old.group, old.kind): _replaced(self._kinds[old.group, old.kind], old, new)}
        other._scopes = {**self._scopes, old.scope: _replaced(self._scopes[old.scope], old, new)}
        made = (Identity("", "Secret", one.namespace, one.name) for one in made_by(old))
        other.gone = frozenset((old.cluster, item) for item in (old.identity, *made)) if new is None else frozenset()
        return other


@dataclass(frozen=True, eq=False)
class Ground:
    """One environment and its cluster."""

    environment: Environment
    """What is meant."""

    place: Place
    """What its cluster is known to hold, before anything was broken."""

    cluster: Cluster
    """What is rendered for it."""

    world: World
    """What is rendered at all."""

    charts: Charted
    """What charts bring to its cluster."""

    others: Mapping[str, Ground] = field(default_factory=dict)
    """Every environment of the tree by `system/environment`, itself among them. Default none."""

    rented: Rentals | None = None
    """What its cloud lends, where nothing of that was broken. Default it is read again."""

    whole: Ground | None = None
    """The same with nothing broken, whose answers hold here too where the broken object has no part in them. Default none:
    nothing is broken."""

    broken: tuple[Object, Object | None] | None = None
    """The object that is another, or gone, for this ground alone. Default none."""

    answers: dict[str, object] = field(default_factory=dict)
    """What was answered here before, by the question."""

    @property
    def scope(self) -> str:
        """`system/environment`."""
        return f"{self.environment.system}/{self.environment.environment}"

    @property
    def owner(self) -> Environment:
        """The environment whose cluster it lives on."""
        host = self.environment.host
        return self.world.context.environments[f"{self.environment.system}/{host}"] if host else self.environment

    @property
    def scopes(self) -> tuple[str, ...]:
        """Its own `system/environment`, and that of the cluster's owner."""
        return self.scope, f"{self.owner.system}/{self.owner.environment}"

    @cached_property
    def rentals(self) -> Rentals:
        """What its cloud lends."""
        if self.rented is not None:
            return self.rented
        everything = Inventory(self.world.root, tuple(self.world.within(*self.world.context.environments)))
        return rentals_of(everything, self.world.context)

    @cached_property
    def assigned(self) -> Mapping[str, str]:
        """Ids that a cloud gave out, to the names of their objects."""
        return {
            environment.ids[key]: item.name
            for environment in (self.environment, self.owner)
            for key, item in platform_of(environment).assigned_ids().items()
            if key in environment.ids
        }

    @cached_property
    def names(self) -> Names:
        """What host names mean inside the cluster."""
        return Names(self.cluster, self.rentals)

    @cached_property
    def policies(self) -> Policies:
        """Network policies of the cluster."""
        if self.whole is not None and self._kind not in POD_TEMPLATES and self._kind not in FILTERING:
            return self.whole.policies
        return Policies(self.cluster)

    @property
    def _kind(self) -> tuple[str, str]:
        """Group and kind of what is broken."""
        return (self.broken[0].group, self.broken[0].kind) if self.broken is not None else ("", "")

    @cached_property
    def inventory(self) -> Inventory:
        """What the environment, the owner of its cluster and its peer rendered, so far as rights may lie in it."""
        if self.whole is not None and self.broken is not None:
            old, new = self.broken
            known = self.whole.inventory
            concerned = any(item is old for item in known.by_kind.get((old.group, old.kind), ()))
            return known.replacing(old, new) if concerned else known
        objects = (item for item in self.world.within(*self.holding) if item.group not in WITHOUT_RIGHTS)
        return Inventory(self.world.root, tuple(objects))

    @property
    def holding(self) -> tuple[str, ...]:
        """Environments that values and rights of this one may lie in: keys are handed over between peers."""
        peer = self.environment.peer_environment
        if peer is None:
            return self.scopes
        return tuple(
            dict.fromkeys(
                (*self.scopes, *(f"{peer.system}/{name}" for name in (peer.environment, peer.host or peer.environment)))
            )
        )

    @cached_property
    def bearing(self) -> frozenset[int]:
        """Objects in the cluster that hold, lend or need a right at a cloud, by their identity in memory."""
        book = self.rights.book
        needing = {id(need.item) for needs in book.needs.values() for need in needs}
        return frozenset(needing | {id(grant.item) for grants in book.grants.values() for grant in grants})

    @cached_property
    def rights(self) -> Rights:
        """Who may do what in the cloud, who has to, and what is broken between them."""
        if self.whole is not None and self.broken is not None:
            old, inside = self.broken[0], self._kind not in BEARING
            if inside and old.cluster != MANAGEMENT_CLUSTER and id(old) not in self.whole.bearing:
                return self.whole.rights
        own = {scope: self.world.context.environments[scope] for scope in self.holding}
        return rights_of(Landscape(self.inventory, replace(self.world.context, environments=own), self.world.accounts))

    @cached_property
    def standing(self) -> frozenset[int]:
        """Objects that want room on the nodes, by their identity in memory."""
        return frozenset(id(demand.item) for demand in self.setting.demands)

    @property
    def _asks_the_same(self) -> bool:
        """Whether the broken object neither makes nodes nor asks for them, nor bounds what others ask for."""
        if self.whole is None or self.broken is None:
            return False
        old = self.broken[0]
        inside = old.cluster != MANAGEMENT_CLUSTER and self._kind not in COUNTING
        return inside and id(old) not in self.whole.standing

    @cached_property
    def setting(self) -> Setting:
        """The cluster's nodes and everything that wants to stand on them."""
        if self._asks_the_same and self.whole is not None:
            return self.whole.setting
        objects = [item for item in self.cluster.objects if item.tree == DIST.name]
        owner = self.owner
        peer = f"{owner.system}/{owner.recovery.peer}" if owner.recovery is not None else ""
        own = self.world.within(self.scopes[1])
        return setting_of(owner, objects, own, self.world.within(peer) if peer else (), self.charts)

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What comes of every case that the nodes are meant to survive; none where nobody says what nodes there are."""
        if self._asks_the_same and self.whole is not None:
            return self.whole.outcomes
        nodes = self.setting.nodes
        return () if nodes is None else tuple(outcomes(nodes, self.setting.demands))

    def holds(self, target: Identity, part: str = "") -> bool:
        """Whether the cluster holds an object, with that key or port where one is named, rendered or known to be made."""
        if (self.place.name, target) in self.world.gone:
            return False
        found = self.place.catalogue.has(target)
        parts = self.place.catalogue.parts[found] if found is not None else frozenset[str]()
        return found is not None and (not part or parts is None or part in parts)

    def replacing(self, old: Object, new: Object | None) -> Ground:
        """The same with one object changed or gone."""
        here = any(item is old for item in self.cluster.of_kind(old.group, old.kind))
        cluster = self.cluster.replacing(old, new) if here else self.cluster
        lent = f"{old.group}/{old.kind}" in self.world.lent or old.kind.endswith(("Endpoint", "Subnet"))
        rented = None if lent else self.rented
        world = self.world.replacing(old, new)
        return replace(
            self, cluster=cluster, world=world, rented=rented, whole=self.whole or self, broken=(old, new), answers={}
        )

    def beside(self, environment: str) -> Ground | None:
        """Another environment of the same system, with the same object broken; None where nothing is rendered of it."""
        other = self.others.get(f"{self.environment.system}/{environment}")
        if other is None or self.broken is None:
            return other
        old = self.broken[0]
        concerned = old.cluster == other.place.name or old.scope in other.holding
        return other.replacing(*self.broken) if concerned else other

    def peer(self) -> Ground | None:
        """The environment on the other side of its recovery; None where it has none."""
        recovery = self.environment.recovery
        return self.beside(recovery.peer) if recovery is not None else None


class Grounds:
    """Every environment of a tree; read when the first relation is asked."""

    def __init__(self, inventory: Callable[[], Inventory | None], context: Callable[[], Context]) -> None:
        self._inventory, self._context = inventory, context

    def of(self, system: str, environment: str) -> Ground | None:
        """The ground of one environment; None where it has no cluster."""
        return self._all.get(f"{system}/{environment}")

    @cached_property
    def _all(self) -> dict[str, Ground]:
        inventory, context = self._inventory(), self._context()
        assert inventory is not None  # whoever asks holds the tree
        found = list(places(inventory, context))
        accounts = {place.name: frozenset(_accounts(place)) for place in found}
        grounds: dict[str, Ground] = {}
        world = World(inventory, context, accounts)
        grounds |= _grounds(found, rentals_of(inventory, context), world, inventory, grounds)
        return grounds


def _grounds(
    found: Iterable[Place], rentals: Rentals, world: World, inventory: Inventory, others: Mapping[str, Ground]
) -> Iterator[tuple[str, Ground]]:
    for place in found:
        charts = charted((item for item in inventory.releases if item.cluster == place.name), world.context)
        for environment in place.environments:
            ground = Ground(environment, place, place.cluster, world, charts, others, rentals)
            yield ground.scope, ground


def _accounts(place: Place) -> Iterator[Account]:
    """ServiceAccounts that a cluster is known to hold."""
    for item in place.catalogue.parts:
        if (item.group, item.kind) == ("", "ServiceAccount"):
            yield item.namespace, item.name
    for pods in place.cluster.charts.pods:
        if pods.account:
            yield pods.namespace, pods.account


def _replaced(objects: Iterable[Object], old: Object, new: Object | None) -> tuple[Object, ...]:
    return tuple(new if item is old else item for item in objects if item is not old or new is not None)  # type: ignore[misc]

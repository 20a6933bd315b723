"""One cluster with its policies and everything that has to get through them: what the gate judges and the page draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import or_

from groundplan.checks.catalogue import Catalogue, catalogues
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.checks.own_charts import all_provided, platform_makers
from groundplan.checks.reachability.addresses import Names, told_flows
from groundplan.checks.reachability.chart_world import chart_world
from groundplan.checks.reachability.cloud import Surroundings, clouds
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.flows import FROM_OBJECTS, Flow, known_flows
from groundplan.checks.reachability.intents import declared, entrances
from groundplan.checks.reachability.network import Policies
from groundplan.checks.reachability.rented import Rentals
from groundplan.model.environment import Environment

DECLARED, TOLD, KNOWN, FOLLOWED, BALANCED = "declared", "told", "known", "followed", "balanced"
"""Kinds of what asks, beside the names of the sources in `FROM_OBJECTS`."""


@dataclass(frozen=True, slots=True)
class View:
    """What the network of one cluster is asked for, and what it permits."""

    name: str
    """The cluster, as the inventory calls it."""

    environments: tuple[Environment, ...]
    """Whoever lives in it."""

    cluster: Cluster
    """Pods, Services and everything else of it."""

    names: Names
    """What host names mean inside it."""

    policies: Policies
    """Its network policies."""

    asked: Mapping[str, tuple[Flow, ...]]
    """Everything that somebody opens, declared or known, by the kind of thing that asks for it."""

    @property
    def flows(self) -> Iterator[Flow]:
        """All of it."""
        return chain.from_iterable(self.asked.values())

    def has_way(self, flow: Flow) -> bool:
        """Whether no policy stands in the way of a flow."""
        return flow.port is None or not self.policies.refusing(flow.source, flow.target, flow.port, flow.protocol)


@dataclass(frozen=True, slots=True)
class Place:
    """One cluster and who lives in it, before anybody asks what gets through."""

    name: str
    """The cluster, as the inventory calls it."""

    environments: tuple[Environment, ...]
    """Whoever lives in it."""

    cluster: Cluster
    """Pods, Services and everything else of it."""

    catalogue: Catalogue
    """What it is known to hold."""


def places(inventory: Inventory, context: Context) -> Iterator[Place]:
    """Every cluster of the inventory.

    Raises:
        EnvironmentFileError: where what a chart provides is written wrongly.
    """
    provided = all_provided(context)
    known = catalogues(inventory, provided, platform_makers(context))
    for name, objects in inventory.clusters.items():
        applications = [item for item in objects if item.kind == "Application" and item.group == "argoproj.io"]
        scopes = _scopes(name, context)
        charts = chart_world(applications, context.facts_of)
        own = [item for item in inventory.manifests if item.scope in scopes]
        around = reduce(or_, (cloud.surroundings(own) for cloud in clouds()), Surroundings())
        cluster = Cluster(objects, known[name], around, charts)
        yield Place(name, tuple(context.environments[scope] for scope in scopes), cluster, known[name])


def views(inventory: Inventory, context: Context, rentals: Rentals | None = None) -> Iterator[View]:
    """Every cluster of the inventory, with everything that has to get through its policies.

    Raises:
        EnvironmentFileError: where what a chart provides is written wrongly.
    """
    found = list(places(inventory, context))
    rentals = rentals or rentals_of(inventory, context)
    internal = {place.name: place.cluster.around.internal for place in found}
    hosts = {
        host: blocks for cloud in clouds() for host, blocks in cloud.public_names(inventory.clusters, internal).items()
    }
    for place in found:
        names = Names(place.cluster, rentals)
        asked = _asked(place.environments, place.cluster, place.catalogue, names)
        asked[FOLLOWED] = tuple(chain.from_iterable(cloud.followed(place.cluster, hosts) for cloud in clouds()))
        yield View(place.name, place.environments, place.cluster, names, Policies(place.cluster), asked)


def rentals_of(inventory: Inventory, context: Context) -> Rentals:
    """What a cloud lends, by the names it is asked by."""
    return Rentals(inventory.manifests, all_provided(context).kinds)


def _asked(
    environments: tuple[Environment, ...], cluster: Cluster, catalogue: Catalogue, names: Names
) -> dict[str, tuple[Flow, ...]]:
    """What environments declare, what rendered objects ask for, and what operators are known to need."""
    asked = {DECLARED: tuple(chain.from_iterable(declared(environment, names) for environment in environments))}
    asked |= {source.__name__: tuple(source(cluster)) for source in (*FROM_OBJECTS, entrances)}
    asked[BALANCED] = tuple(chain.from_iterable(cloud.balanced(cluster) for cloud in clouds()))
    asked[TOLD] = tuple(told_flows(cluster, names))
    asked[KNOWN] = tuple(known_flows(cluster, catalogue))
    return asked


def _scopes(cluster: str, context: Context) -> list[str]:
    """Environments that live in a cluster."""
    return [
        scope
        for scope, environment in context.environments.items()
        if f"{environment.system}/{environment.host or environment.environment}" == cluster
    ]

"""The releases of charts that the rendered Applications ask for, each with what its cluster serves beside Kubernetes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from groundplan.addons.catalogue import catalogue
from groundplan.chart_facts.recorder import Wanted
from groundplan.chart_facts.release import ReleaseInput, inputs_of
from groundplan.checks.core_schemas import core_schemas
from groundplan.checks.inventory import Inventory, Object, read_inventory
from groundplan.checks.provided import provided_by_platform
from groundplan.loading.load import load_environments
from groundplan.loading.selection import environment_names
from groundplan.model.environment import Environment


class Release(NamedTuple):
    """A chart of an Application."""

    application: Object
    """The Application."""

    environment: Environment
    """The environment that renders it."""

    input: ReleaseInput
    """What decides what it brings."""


def releases(inventory: Inventory, environments: Mapping[str, Environment]) -> Iterator[Release]:
    """Every chart of every Application whose environment is known."""
    for application in inventory.by_kind.get(("argoproj.io", "Application"), ()):
        environment = environments.get(application.scope)
        if environment is not None:
            for release in inputs_of(application.document, environment.cluster.kubernetes):
                yield Release(application, environment, release)


def cluster_apis(inventory: Inventory, environments: Mapping[str, Environment]) -> dict[str, frozenset[str]]:
    """What the API server of each cluster serves: Kubernetes' own kinds, and those of charts and provider.

    `group/version` and `group/version/Kind`; the versions of what charts and providers define are `*`.
    """
    found: dict[str, set[str]] = {}
    by_chart = {add_on.chart: add_on for add_on in catalogue().values()}
    for release in releases(inventory, environments):
        apis = found.setdefault(release.application.cluster, set(_core(release.input.kubernetes)))
        apis.update(_custom(provided_by_platform(release.environment).apis))
        add_on = by_chart.get(release.input.chart)
        apis.update(_custom(f"{group}/{kind}" for group, kind in (add_on.defined_kinds if add_on is not None else ())))
    return {cluster: frozenset(apis) for cluster, apis in found.items()}


def _core(kubernetes: str) -> Iterator[str]:
    core = core_schemas(kubernetes)
    for group, version, kind in core.names if core is not None else ():
        yield from (f"{group}/{version}", f"{group}/{version}/{kind}")


def _custom(apis: Iterable[str]) -> Iterator[str]:
    for api in apis:
        group, _, kind = api.partition("/")
        yield from (f"{group}/*", f"{group}/*/{kind or '*'}")


def wanted_releases(root: Path) -> list[Wanted]:
    """Every release of the committed Applications below `root`.

    Raises:
        EnvironmentFileError: where an environment cannot be loaded.
    """
    pairs = [(system, name) for system, names in environment_names(root).items() for name in names]
    environments = {
        f"{item.environment.system}/{item.environment.environment}": item.environment
        for item in load_environments(root, pairs)
    }
    hosts = {scope: item.host for scope, item in environments.items() if item.host}
    management = [scope for scope, item in environments.items() if item.is_management_cluster]
    inventory = read_inventory(root, hosts=hosts, management=management)
    apis = cluster_apis(inventory, environments)
    return [
        Wanted(item.application.system, item.application.name, item.input, apis[item.application.cluster])
        for item in releases(inventory, environments)
    ]

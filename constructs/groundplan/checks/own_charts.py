"""What charts bring that a system names in its `charts:` chapter: as the chapter says, for that release alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundplan.checks.gate import Context
from groundplan.checks.inventory import MANAGEMENT_CLUSTER
from groundplan.checks.objects import Object
from groundplan.checks.provided import Maker, Provided, Provision, provided_by_platform, read_provided
from groundplan.kubernetes.labels import COMPONENT
from groundplan.model.charts import Chart
from groundplan.model.environment import Environment


def all_provided(context: Context) -> Provided:
    """What is taken on trust: the shared file, and the charts chapters of the environments.

    Raises:
        EnvironmentFileError: where the shared file is wrong.
    """
    return with_own_charts(read_provided(context.root), context.environments)


def platform_makers(context: Context) -> dict[str, Maker]:
    """What the platform of each cluster brings, the management cluster under its own name too."""
    makers = {scope: provided_by_platform(environment) for scope, environment in context.environments.items()}
    if context.management:
        makers[MANAGEMENT_CLUSTER] = makers[context.management[0]]
    return makers


def with_own_charts(provided: Provided, environments: Mapping[str, Environment]) -> Provided:
    """`provided`, with an entry for each chart that some environment names."""
    own = {
        _key(scope, name): _maker(chart)
        for scope, environment in environments.items()
        for name, chart in environment.charts.items()
    }
    return provided.model_copy(update={"charts": {**provided.charts, **own}}) if own else provided


def maker_of(provided: Provided, application: Object, chart: str) -> Maker:
    """What the chart of `application` brings: what is known of every release of it, and what the chapter says of this one."""
    known = provided.charts.get(chart.rpartition("/")[2], Maker())
    own = provided.charts.get(_key(application.scope, application.labels.get(COMPONENT, "")))
    if own is None:
        return known
    return known.model_copy(update={"apis": [*known.apis, *own.apis], "objects": [*known.objects, *own.objects]})


def defined(maker: Maker) -> Iterator[tuple[str, str]]:
    """(API group, kind) of what a maker is known to define kind by kind, or with `*` whole."""
    for api in maker.apis:
        group, slash, kind = api.partition("/")
        if slash:
            yield group, kind


def _key(scope: str, release: str) -> str:
    return f"{scope}:{release}"


def _maker(chart: Chart) -> Maker:
    provides = chart.provides
    services = [Provision(kind="Service", names=[name], keys=keys) for name, keys in provides.services.items()]
    classes = [
        Provision(kind=kind.rpartition("/")[2], group=kind.rpartition("/")[0], names=list(names), namespace="")
        for kind, names in provides.classes.items()
    ]
    pods = [Provision(kind="Pod", labels=provides.pods)] if provides.pods else []
    apis = [f"{group}/{kind}" for group, kinds in provides.definitions.items() for kind in kinds]
    return Maker(apis=apis, objects=[*services, *classes, *pods])

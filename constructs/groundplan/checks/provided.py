"""What exists in a cluster although no rendered object says so, read from `environments/provided.yaml` and from tables of
that name beside platforms and stores.

Kubernetes, the provider, upstream charts and operators all make objects that ours refer to. They are declared as
data, so that a reviewer sees what the references gate takes on trust.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from groundplan.checks.effects import tables
from groundplan.errors import EnvironmentFileError, Finding
from groundplan.layout import ENVIRONMENTS
from groundplan.model.environment import Environment
from groundplan.model.values import Model
from groundplan.platforms.registry import platform_of
from groundplan.yaml.marked import dotted, locate, read_marked_yaml

PROVIDED = "provided.yaml"


class Provision(Model):
    """Objects that something makes. Texts may hold `{path}` of the maker, e.g. `{metadata.name}-rw`; `{a|b}` is the first of two.

    A key that holds dots stands in brackets, `{metadata.labels[example.com/of]}`. A provision whose path does not exist in
    the maker is not made.
    """

    kind: str
    """Kind; `Pod` stands for pods, found by `labels`."""

    group: str = ""
    """API group. Default the core group."""

    names: list[str] = []
    """Names. Default none: the objects are found by labels alone."""

    namespace: str = "{metadata.namespace}"
    """Namespace. Default the maker's; empty for kinds that live in none."""

    labels: dict[str, str] = {}
    """Labels. Default none."""

    keys: list[str] | None = None
    """Keys of a Secret or ConfigMap, or ports of a Service or pod, by number or name. Default any.

    `*path` stands for all keys of the mapping at `path`.
    """

    ports: dict[str, int] = {}
    """Ports of pods, or of a Service and the pods behind it, by name, instead of `keys`. Default none."""

    selects: dict[str, str] = {}
    """Labels of the pods behind a Service. Default not known."""

    account: str = ""
    """ServiceAccount of pods. Default not known."""

    where: str = ""
    """Path of a field without which they are not made. Default they are always made."""

    unless_false: str = ""
    """Path of a switch that, where it is false, leaves them out. Default they are always made."""

    each: str | None = None
    """Path of a list: one provision for each item, whose fields are `{item...}`; or of a mapping, with `{key}` too. Default once."""


class FlowEnd(Model):
    """Pods by their labels, or addresses that are no pods of the cluster. Texts may hold `{path}` of the maker."""

    labels: dict[str, str] = {}
    """Labels of the pods. Default every pod."""

    namespace: str = "{metadata.namespace}"
    """Namespace of the pods; `*` is every namespace. Default the maker's."""

    address: Literal["anywhere", "api-server", "internet", "private"] | None = None
    """Addresses instead of pods. Default none."""


class KnownFlow(Model):
    """Packets that a chart's or an operator's pods exchange, of which no rendered object speaks."""

    from_: FlowEnd = Field(alias="from")
    """Who opens the connection."""

    to: FlowEnd
    """Who is asked."""

    ports: list[int] = []
    """Ports of the target. Default any."""

    protocol: Literal["TCP", "UDP"] = "TCP"
    """Transport. Default TCP."""

    required: bool = True
    """Whether something breaks without it. Default true; false where it depends on what else there is."""

    why: str
    """What it is for, for messages."""


class RentedHost(Model):
    """The name under which a resource of a cloud is asked. Texts may hold `{path}` of the maker."""

    host: str
    """Its host name."""

    zone: str
    """Private zone in which its private endpoint is registered."""

    subnet: str = ""
    """Subnet it stands in itself. Default none: it has a private endpoint or a public address."""


class Maker(Model):
    """What one chart, provider or platform brings."""

    apis: list[str] = []
    """API groups, or `group/Kind` where it brings only some kinds of a group; `*.suffix` is any group that ends so. Default none."""

    objects: list[Provision] = []
    """Objects it makes. Default none."""

    flows: list[KnownFlow] = []
    """What its pods exchange. Default nothing."""


class KindMaker(Model):
    """What an operator makes of each object of one kind."""

    of: str = Field(pattern=r"^([a-z0-9.*-]+/)?([A-Za-z]+|[*])$")
    """`group/Kind`, or `Kind` of the core group; the group may be `*.suffix`."""

    objects: list[Provision] = []
    """Objects it makes. Default none."""

    flows: list[KnownFlow] = []
    """What the pods behind each object exchange. Default nothing."""

    hosts: list[RentedHost] = []
    """Names under which each object's resource is asked. Default none."""


class Provided(Model):
    """Everything that is taken on trust."""

    always: Maker = Maker()
    """What every cluster has. Default nothing."""

    management: Maker = Maker()
    """What the management cluster has beside that. Default nothing."""

    charts: dict[str, Maker] = {}
    """What an upstream chart brings, by chart name; `{metadata.name}` is the release, `{metadata.namespace}` where it goes. Default nothing."""

    kinds: list[KindMaker] = []
    """What operators make of custom resources. Default nothing."""


def provided_by_platform(environment: Environment) -> Maker:
    """What the cluster of `environment` has because of the platform it runs on."""
    return Maker.model_validate(platform_of(environment).provided)


@cache
def _provided_by_folders() -> Provided:
    """What operators of stores and platforms make, as their folders say it: `charts` and `kinds` of each."""
    found = [Provided.model_validate(table) for table in tables(PROVIDED)]
    charts = {name: maker for one in found for name, maker in one.charts.items()}
    return Provided(charts=charts, kinds=[kind for one in found for kind in one.kinds])


def read_provided(root: Path) -> Provided:
    """Read the file below `root`, and what folders say; where there is no file, that alone.

    Raises:
        EnvironmentFileError: where it is no such file.
    """
    path = root / ENVIRONMENTS / PROVIDED
    shown = f"{ENVIRONMENTS}/{PROVIDED}"
    own = _provided_by_folders()
    if not path.exists():
        return own
    marked = read_marked_yaml(path, shown)
    try:
        said = Provided.model_validate(marked.data)
        return said.model_copy(update={"charts": {**own.charts, **said.charts}, "kinds": [*said.kinds, *own.kinds]})
    except ValidationError as error:
        raise EnvironmentFileError(
            Finding(
                locate(marked.marks, tuple(item["loc"]), shown),
                "provided.shape",
                dotted(tuple(item["loc"])),
                item["msg"],
            )
            for item in error.errors()
        ) from None

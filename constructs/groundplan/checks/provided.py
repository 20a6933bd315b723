"""What exists in a cluster although no rendered object says so, read from `environments/provided.yaml`.

Kubernetes, the provider, upstream charts and operators all make objects that ours refer to. They are declared as
data, so that a reviewer sees what the references gate takes on trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from groundplan.errors import EnvironmentFileError, Finding
from groundplan.layout import ENVIRONMENTS
from groundplan.model.environment import Environment
from groundplan.model.values import Model
from groundplan.platforms.registry import platform_of
from groundplan.yaml.marked import dotted, locate, read_marked_yaml

PROVIDED = "provided.yaml"
_PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_.|]+)\}")


class Provision(Model):
    """Objects that something makes. Texts may hold `{path}` of the maker, e.g. `{metadata.name}-rw`; `{a|b}` is the first of two.

    A provision whose path does not exist in the maker is not made.
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


@dataclass(frozen=True, slots=True)
class Made:
    """One object, or one set of pods, that something makes."""

    group: str
    """API group."""

    kind: str
    """Kind."""

    namespace: str
    """Namespace; empty for kinds that live in none."""

    name: str
    """Name; empty for pods."""

    labels: Mapping[str, str]
    """Labels."""

    parts: frozenset[str] | None
    """Keys or ports; None where any is taken on trust."""

    numbers: Mapping[str, int] = field(default_factory=dict)
    """Ports by name. Default none."""

    selects: Mapping[str, str] = field(default_factory=dict)
    """Labels of the pods behind a Service. Default not known."""

    account: str = ""
    """ServiceAccount of pods. Default not known."""


def provided_by_platform(environment: Environment) -> Maker:
    """What the cluster of `environment` has because of the platform it runs on."""
    return Maker.model_validate(platform_of(environment).provided)


def read_provided(root: Path) -> Provided:
    """Read the file below `root`; nothing is provided where there is none.

    Raises:
        EnvironmentFileError: where it is no such file.
    """
    path = root / ENVIRONMENTS / PROVIDED
    shown = f"{ENVIRONMENTS}/{PROVIDED}"
    if not path.exists():
        return Provided()
    marked = read_marked_yaml(path, shown)
    try:
        return Provided.model_validate(marked.data)
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


def filled_end(end: FlowEnd, document: Mapping[str, Any]) -> FlowEnd | None:
    """`end` with its placeholders filled from the maker `document`; None where one of them does not exist."""
    namespace = _filled(end.namespace, document)
    labels = {key: _filled(text, document) for key, text in end.labels.items()}
    if namespace is None or None in labels.values():
        return None
    return end.model_copy(update={"namespace": namespace, "labels": labels})


def filled_host(host: RentedHost, document: Mapping[str, Any]) -> RentedHost | None:
    """`host` of the maker `document`; its subnet is empty where the maker names none. None where it has no name yet."""
    name, zone = _filled(host.host, document), _filled(host.zone, document)
    if name is None or zone is None:
        return None
    return RentedHost(host=name, zone=zone, subnet=_filled(host.subnet, document) or "")


def made_by(provisions: list[Provision], document: Mapping[str, Any]) -> Iterator[Made]:
    """Everything `provisions` yield for the maker `document`."""
    for provision in provisions:
        if provision.unless_false and _at(document, provision.unless_false) is False:
            continue
        for values in _rounds(provision, document):
            yield from _made(provision, values)


def _rounds(provision: Provision, document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if provision.each is None:
        yield document
        return
    listed = _at(document, provision.each)
    if isinstance(listed, Mapping):
        yield from ({**document, "key": key, "item": item} for key, item in listed.items())
    elif isinstance(listed, list):
        yield from ({**document, "item": item} for item in listed)


def _made(provision: Provision, values: Mapping[str, Any]) -> Iterator[Made]:
    namespace = _filled(provision.namespace, values)
    labels = {key: _filled(text, values) for key, text in provision.labels.items()}
    if namespace is None or None in labels.values():
        return
    parts = _known_parts(provision, values)
    known = {key: text for key, text in labels.items() if text is not None}
    for template in provision.names or [""]:
        name = _filled(template, values)
        if name is not None:
            selects = {key: _filled(text, values) or "" for key, text in provision.selects.items()}
            account = _filled(provision.account, values) or ""
            yield Made(
                provision.group, provision.kind, namespace, name, known, parts, provision.ports, selects, account
            )


def _known_parts(provision: Provision, values: Mapping[str, Any]) -> frozenset[str] | None:
    if provision.ports:
        return frozenset({*provision.ports, *map(str, provision.ports.values())})
    return None if provision.keys is None else frozenset(_parts(provision.keys, values))


def _parts(templates: list[str], values: Mapping[str, Any]) -> Iterator[str]:
    for template in templates:
        if template.startswith("*"):
            mapping = _at(values, template[1:])
            yield from mapping if isinstance(mapping, Mapping) else ()
            continue
        listed, _, field = template.partition("[].")
        items = _at(values, listed.strip("{")) if field else None
        if isinstance(items, list):
            yield from (str(_at(item, field.strip("}"))) for item in items)
            continue
        text = _filled(template, values)
        if text is not None:
            yield text


def _filled(template: str, values: Mapping[str, Any]) -> str | None:
    """`template` with its placeholders filled; None where one of them does not exist."""
    found = {paths: _first(values, paths) for paths in _PLACEHOLDER.findall(template)}
    if any(value is None for value in found.values()):
        return None
    return _PLACEHOLDER.sub(lambda match: str(found[match[1]]), template)


def _first(values: Any, paths: str) -> Any:
    """The value at the first of the paths, which `|` parts, that exists."""
    return next((value for path in paths.split("|") if (value := _at(values, path)) is not None), None)


def _at(values: Any, path: str) -> Any:
    for step in path.split("."):
        if not isinstance(values, Mapping):
            return None
        values = values.get(step)
    return values

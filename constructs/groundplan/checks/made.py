"""What one maker makes: the templates of `environments/provided.yaml`, filled from the object, chart or platform they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from groundplan.checks.provided import FlowEnd, Provision, RentedHost

_PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_.|/\[\]-]+)\}")
_STEP = re.compile(r"\[([^\]]+)\]|([^.\[\]]+)")


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
        if provision.where and _at(document, provision.where) is None:
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
    labels = {_filled(key, values) or key: _filled(text, values) for key, text in provision.labels.items()}
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
    for bracketed, plain in _STEP.findall(path):
        step = bracketed or plain
        if not isinstance(values, Mapping):
            return None
        values = values.get(step)
    return values

"""reachability.md: who may talk to whom in each environment, as the rendered policies have it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from groundplan.checks.reachability.flows import Flow
from groundplan.checks.reachability.network import End
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.reachability.view import BALANCED, DECLARED, FOLLOWED, TOLD, View
from groundplan.markdown import document, mermaid, section, table
from groundplan.model.environment import Environment

DRAWN = frozenset({BALANCED, DECLARED, TOLD, FOLLOWED, "entrances", "routes", "receivers"})
"""What the pictures show: requests and data. Scrapes, webhooks and name resolution are in the tables."""

EVERYBODY = frozenset({"name_resolution"})
"""What every pod does, said once."""

INTRODUCTION = (
    "Measured from the rendered manifests by the gate `reachability`: an arrow is a connection that somebody opens and "
    "that network policies of both ends admit. What is not here is refused, for the gate also finds what is admitted "
    "and used by nobody. Every pod resolves names besides."
)

HEAD = "<!-- Measured by groundplan from dist/ and argocd/. Run: make -->"


@dataclass(frozen=True, order=True, slots=True)
class Way:
    """One arrow."""

    source: str
    """Who opens it."""

    target: str
    """Who answers."""

    port: int
    """Port of the target."""

    drawn: bool
    """Whether the picture shows it."""


def pages(views: Iterable[View]) -> dict[str, str]:
    """A page for each system with workloads, by its name."""
    systems: dict[str, list[View]] = {}
    for view in views:
        for system in {environment.system for environment in view.environments if environment.has_workloads}:
            systems.setdefault(system, []).append(view)
    return {system: page(_title(of), of) for system, of in sorted(systems.items())}


def _title(views: Iterable[View]) -> str:
    return next(environment.title for view in views for environment in view.environments)


def page(title: str, views: Iterable[View]) -> str:
    """The whole page of one system; the same tree gives the same bytes."""
    shown = [(environment, view) for view in views for environment in view.environments if environment.has_workloads]
    shown.sort(key=lambda pair: pair[0].environment)
    chapters = [_chapter(environment, view) for environment, view in shown]
    return f"{HEAD}\n{document(f'{title}: who reaches what', INTRODUCTION, *chapters)}"


def ways(view: View, namespace: str) -> list[Way]:
    """Every connection with an end in a namespace for which there is a way."""
    found = {
        Way(name_of(flow.source), name_of(flow.target), flow.port, topic in DRAWN)
        for topic, flows in view.asked.items()
        for flow in flows
        if topic not in EVERYBODY and flow.port is not None and _is_in(flow, namespace) and view.has_way(flow)
    }
    return sorted(way for way in found if way.drawn or replace(way, drawn=True) not in found)


def name_of(end: End) -> str:
    """How a reader would call it: namespace and name, or what stands at an address."""
    if not isinstance(end, Pods):
        return str(end)
    return f"{end.namespace}/{end.name or ' '.join(dict.fromkeys(end.labels.values())) or 'every pod'}"


def _is_in(flow: Flow, namespace: str) -> bool:
    return any(isinstance(end, Pods) and end.namespace == namespace for end in (flow.source, flow.target))


def _chapter(environment: Environment, view: View) -> str:
    found = ways(view, environment.namespace)
    drawn = [way for way in found if way.drawn]
    return section(
        f"{environment.environment}: namespace {environment.namespace}",
        mermaid(*_picture(drawn, environment.namespace)) if drawn else "",
        table(["Who", "Is asked by", "Asks"], _rows(found, environment.namespace)),
    )


def _picture(found: Sequence[Way], namespace: str) -> Iterator[str]:
    """The namespace as a box, everybody else around it; keys come from names, so that a new arrow moves no other."""
    names = sorted({name for way in found for name in _ends(way)})
    inside = [name for name in names if name.startswith(f"{namespace}/")]
    yield "flowchart LR"
    yield f'  subgraph {_key(namespace)}["{namespace}"]'
    yield from (f'    {_key(name)}["{_short(name, namespace)}"]' for name in inside)
    yield "  end"
    yield from (f'  {_key(name)}(["{name}"])' for name in names if name not in inside)
    for (source, target), ports in _grouped(found):
        yield f'  {_key(source)} -->|"{_ports(ports)}"| {_key(target)}'


def _rows(found: Sequence[Way], namespace: str) -> Iterator[tuple[str, str, str]]:
    for name in sorted({name for way in found for name in _ends(way) if name.startswith(f"{namespace}/")}):
        asked_by = _grouped(way for way in found if way.target == name)
        asks = _grouped(way for way in found if way.source == name)
        yield (
            _short(name, namespace),
            ", ".join(f"{_short(source, namespace)} ({_ports(ports)})" for (source, _), ports in asked_by) or "nobody",
            ", ".join(f"{_short(target, namespace)} ({_ports(ports)})" for (_, target), ports in asks) or "nobody",
        )


def _short(name: str, namespace: str) -> str:
    return name.removeprefix(f"{namespace}/")


def _key(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _ends(way: Way) -> tuple[str, str]:
    return way.source, way.target


def _grouped(found: Iterable[Way]) -> list[tuple[tuple[str, str], list[int]]]:
    """The ports of each pair, pairs in order."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for way in found:
        pairs.setdefault(_ends(way), []).append(way.port)
    return sorted((pair, sorted(set(ports))) for pair, ports in pairs.items())


def _ports(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))

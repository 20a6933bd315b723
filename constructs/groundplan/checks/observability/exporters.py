"""Series that exporters are known to expose, from the tables beside this module and beside each platform and store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from groundplan.checks.effects import tables
from groundplan.platforms.resources import data_of

FILE = "exporters.yaml"


@dataclass(frozen=True, slots=True)
class Series:
    """One series as its exporter says it."""

    name: str
    """Name, without the endings of a histogram."""

    type: str
    """`counter`, `gauge`, `histogram` or `summary`."""

    labels: frozenset[str] | None
    """Its own labels; None where nobody has written them down, so that any may be asked for."""

    maker: str
    """Who exposes it, for messages."""

    unit: str = ""
    """Unit, where its maker states one. Default what its name says."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """A program that exposes series."""

    name: str
    """Name in the table."""

    series: Mapping[str, Series]
    """What it exposes, by name."""

    monitor: str = ""
    """`<chart>/<last part of the name>` of the monitor that has it scraped. Default none."""

    path: str = ""
    """Path, where that monitor has several. Default any."""

    pods: str = ""
    """Label of the pods that expose it, perhaps with `=` and a pattern of its value. Default none."""

    image: str = ""
    """Image of the containers that expose it. Default none."""

    plugin: str = ""
    """Plugin that a database must have. Default none."""

    probe: bool = False
    """Whether a Probe asks it. Default false."""

    honor_labels: bool = False
    """Whether its labels win over the target's. Default false: they become `exported_<label>`."""


@cache
def exporters() -> tuple[Exporter, ...]:
    """Every exporter of the tables."""
    found = (data_of(__package__, FILE), *tables(FILE))
    return tuple(_exporter(name, entry) for table in found for name, entry in table.items())


def _exporter(name: str, entry: Mapping[str, Any]) -> Exporter:
    series = {
        title: Series(title, kind, frozenset(labels.split()), name)
        for kind, titles in entry["series"].items()
        for title, labels in titles.items()
    }
    told = {key: value for key, value in entry.items() if key not in ("source", "series")}
    return Exporter(name, series, **told)

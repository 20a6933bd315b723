"""Pods that an operator makes of an object by itself, as others know them: by a label that names the object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from groundplan.checks.effects import table


@dataclass(frozen=True, slots=True)
class Instances:
    """Pods of one kind of object."""

    group: str
    """API group of the object."""

    kind: str
    """Its kind."""

    label: str
    """Label of the pods that names it."""

    container: str
    """Container that does the work."""

    stand: str
    """Field of its `spec` with node selector and tolerations."""


@cache
def instances() -> tuple[Instances, ...]:
    """Those of every store that an operator runs."""
    rows = ((of.rpartition("/"), row) for of, row in table("instances.yaml").items())
    return tuple(Instances(group, kind, **row) for (group, _, kind), row in rows)


def owner_of(labels: Mapping[str, str]) -> tuple[Instances, str] | None:
    """The kind and the name of the object that pods with these labels are made of; None where nobody says."""
    return next(((known, labels[known.label]) for known in instances() if known.label in labels), None)

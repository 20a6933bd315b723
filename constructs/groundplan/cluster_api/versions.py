"""Which patch of Kubernetes machines run, and which releases of Cluster API make and manage them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from groundplan.errors import ConstructError

SOURCE = "constructs/groundplan/cluster_api/versions.yaml"
"""Where a person changes a version."""


def patch_of(minor: str) -> str:
    """The newest patch of a Kubernetes minor as Cluster API writes it, e.g. `v1.28.15`.

    Raises:
        ConstructError: where none is written down.
    """
    known: Mapping[str, str] = _table()["kubernetes"]
    if minor not in known:
        raise ConstructError(
            f"Kubernetes {minor}", f"no patch is known, only of {', '.join(known)}", f"add it to {SOURCE}"
        )
    return f"v{known[minor]}"


def release_for(management: str, oldest: str) -> str:
    """The newest release that runs on Kubernetes `management` and makes clusters from `oldest` on, e.g. `v1.11.11`.

    Raises:
        ConstructError: where there is none.
    """
    for name, row in _table()["releases"].items():
        if _within(management, row["management"]) and _within(oldest, row["workload"]):
            return f"v{name}"
    raise ConstructError(
        "Cluster API",
        f"no release runs on Kubernetes {management} and makes clusters of {oldest}",
        f"move one of the two, or add a release to {SOURCE}",
    )


def _within(minor: str, bounds: str) -> bool:
    first, _, last = bounds.partition("-")
    return _number(first) <= _number(minor) <= _number(last)


def _number(minor: str) -> tuple[int, ...]:
    return tuple(int(part) for part in minor.split("."))


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.load(
        files("groundplan.cluster_api").joinpath("versions.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader
    )
    return table

"""What the folders of platforms and stores bring for a gate: how the kinds that they rent or run are read back.

A gate knows Kubernetes, and what it asks. What a rule of one cloud's firewall admits, or what is lost with one kind of
resource, stands in `effect/` of the folder whose kind it is: a module or a table called as the gate that asks. Nothing
there knows what the folder's constructs meant, only what stands in the tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from types import ModuleType
from typing import Any

from groundplan.platforms.registry import PLATFORMS
from groundplan.platforms.resources import data_of
from groundplan.stores.registry import ENGINES

ROOMS = ("groundplan.backups", "groundplan.cluster_api", "groundplan.telemetry")
"""Rooms whose kinds are no platform's and no store's: clusters of machines, their copies, and what keeps logs."""


@cache
def folders() -> tuple[str, ...]:
    """Packages with an `effect/`: of every platform, of every engine of a store, and of rooms whose kinds are nobody's."""
    owners = [module.rpartition(".")[0] for module in (*sorted(PLATFORMS.values()), *sorted(ENGINES.values()))]
    owners.extend(ROOMS)
    known = {owner: files(owner).joinpath("effect") for owner in dict.fromkeys(owners)}
    return tuple(f"{owner}.effect" for owner, folder in known.items() if folder.is_dir())


@cache
def effects(gate: str) -> tuple[ModuleType, ...]:
    """The modules of that name, wherever there is one."""
    there = (folder for folder in folders() if files(folder).joinpath(f"{gate}.py").is_file())
    return tuple(import_module(f"{folder}.{gate}") for folder in there)


def tables(name: str) -> Iterator[Mapping[str, Any]]:
    """The content of the files of that name, wherever there is one."""
    yield from (data_of(folder, name) for folder in folders() if files(folder).joinpath(name).is_file())


def table(name: str) -> dict[str, Any]:
    """All of them as one; each folder speaks of kinds of its own, so that no key stands twice."""
    return {key: value for one in tables(name) for key, value in one.items()}

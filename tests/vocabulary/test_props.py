"""A construct is given what it needs and nothing more: no environment reaches it, by whatever way."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from inspect import isfunction
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from tests.support.parts import a_component

import groundplan
from groundplan.model.environment import Environment
from groundplan.parts import Component, Part
from groundplan.platforms.platform import Platform
from groundplan.stores.registry import ENGINES
from groundplan.stores.store import Store

WHOLE = (Environment, Platform, Store)
"""Who holds a whole environment: itself, and those that are asked on its behalf."""

ROOMS = (
    "workloads",
    "stores",
    "platforms",
    "observability",
    "delivery",
    "cluster",
    "autoscaling",
    "networking",
    "policies",
    "security",
)
"""Rooms with constructs."""


def below(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def constructs() -> list[type]:
    """Every construct of the package, whose modules are all imported for it."""
    for room in ROOMS:
        for module in pkgutil.walk_packages([f"{groundplan.__path__[0]}/{room}"], f"groundplan.{room}."):
            if ".scripts" not in module.name:
                importlib.import_module(module.name)
    found = [*below(Component), Component, *below(Part)]
    return [kind for kind in found if kind.__module__.startswith("groundplan.")]


def held(hint: Any, path: str) -> Iterator[str]:
    """Where in a type an environment is held: in it, in what it is a collection of, or in a field of it."""
    kind = get_origin(hint) or hint
    if isinstance(kind, type) and issubclass(kind, WHOLE):
        yield f"{path}: {kind.__name__}"
    for argument in get_args(hint):
        yield from held(argument, path)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        for field in fields(hint):
            yield from held(hints[field.name], f"{path}.{field.name}")


def given(function: Callable[..., Any]) -> list[str]:
    """Environments among what a function is given."""
    return [found for name, hint in get_type_hints(function).items() for found in held(hint, name)]


def test_there_are_constructs_in_every_room() -> None:
    assert {kind.__module__.split(".")[1] for kind in constructs()} >= set(ROOMS)


def test_constructs_of_every_engine_are_among_them() -> None:
    modules = {kind.__module__ for kind in constructs()}

    folders = {path.partition(":")[0].rpartition(".")[0] for path in ENGINES.values() if path.count(".") > 3}
    assert [folder for folder in folders if not any(module.startswith(folder) for module in modules)] == []


def test_no_construct_is_given_an_environment() -> None:
    methods = [(kind, method) for kind in constructs() for method in vars(kind).values() if isfunction(method)]

    assert [f"{kind.__name__}.{method.__name__}: {found}" for kind, method in methods for found in given(method)] == []


def test_no_construct_has_one_from_its_component() -> None:
    component = a_component()
    part = Part(component, "part")

    held_by = {**vars(component), **vars(part)}
    assert [name for name, value in held_by.items() if isinstance(value, WHOLE)] == []
    assert not hasattr(part, "environment")


@dataclass(frozen=True)
class Neighbourhood:
    sides: Sequence[Environment]


def directly(environment: Environment) -> None: ...


def by_a_collection(around: dict[str, Environment | None]) -> None: ...


def by_props(props: Neighbourhood) -> None: ...


def by_a_store(store: Store[Any, Any]) -> None: ...


@pytest.mark.parametrize("function", [directly, by_a_collection, by_props, by_a_store])
def test_an_environment_is_found_wherever_it_is_given(function: Callable[..., None]) -> None:
    assert [found.rpartition(" ")[2] for found in given(function)] in (["Environment"], ["Store"])

"""Every value an environment is made of: what people wrote, at its line, and what is so unless somebody writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.causes.other_values import REMOVED
from groundplan.errors import Location
from groundplan.loading.load import Loaded
from groundplan.model.environment import Environment
from groundplan.model.values import Model
from groundplan.yaml.marked import YamlPath, dotted


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that is not made of others, of one environment."""

    environment: str
    """Name of the environment."""

    path: YamlPath
    """Its keys, as they are written."""

    value: Any
    """What it is: a scalar, or a list or mapping of scalars."""

    annotation: Any
    """Type of its field."""

    at: Location | None
    """Where it is written; None for a default that nobody wrote."""

    read: tuple[object, str]
    """What a read of it is known by: who holds it, and the name of the field in Python."""

    def __str__(self) -> str:
        return dotted(self.path)


def holder_of(model: Model) -> object:
    """What a reader of `model` is known by: environments are copied as they are told of each other, chapters are not."""
    return model.__dict__["environment"] if isinstance(model, Environment) else id(model)


def leaves_of(loaded: Loaded) -> Iterator[Leaf]:
    """Every value of an environment, in the order of the model."""
    environment = loaded.environment

    def of_model(model: Model, path: YamlPath) -> Iterator[Leaf]:
        for name, field in type(model).model_fields.items():
            yield from of_value(
                model.__dict__[name], (*path, field.alias or name), (holder_of(model), name), field.annotation
            )

    def of_value(value: Any, path: YamlPath, read: tuple[object, str], annotation: Any) -> Iterator[Leaf]:
        if isinstance(value, Model):
            yield from of_model(value, path)
        elif isinstance(value, Mapping) and value:
            for key, item in value.items():
                yield from of_value(item, (*path, key), read, None)
        elif isinstance(value, list | tuple) and value:
            for index, item in enumerate(value):
                yield from of_value(item, (*path, index), read, None)
        else:
            yield Leaf(environment.environment, path, value, annotation, _written_at(loaded, path), read)

    yield from of_model(environment, ())


def _written_at(loaded: Loaded, path: YamlPath) -> Location | None:
    """Where the value stands, for each service or for all of them."""
    marks = loaded.marked.marks
    return marks.get(path) or (marks.get(("every_service", *path[2:])) if path[0] == "services" else None)


def changed(model: Any, path: YamlPath, value: Any) -> Any:
    """`model` with another value at `path`; nothing of it is checked again."""
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(model, Model):
        name = next(name for name, field in type(model).model_fields.items() if (field.alias or name) == key)
        if value is REMOVED and not rest:
            return model.model_copy(
                update={name: type(model).model_fields[name].get_default(call_default_factory=True)}
            )
        return model.model_copy(update={name: changed(model.__dict__[name], rest, value)})
    if isinstance(model, Mapping):
        if value is REMOVED and not rest:
            return {other: item for other, item in model.items() if other != key}
        return {**model, key: changed(model.get(key), rest, value)}
    index = int(key)
    kept = [] if value is REMOVED and not rest else [changed(model[index], rest, value)]
    return [*model[:index], *kept, *model[index + 1 :]]


def with_leaf(environment: Environment, path: YamlPath, value: Any, *, near: str | None = None) -> Environment:
    """`environment` with another value in itself, or in the neighbour called `near`."""
    if near is None:
        return changed(environment, path, value)  # type: ignore[no-any-return]
    others = environment.neighbours
    return environment.with_neighbours({**others, near: changed(others[near], path, value)})

"""Why two environments differ: each field in which they do, with the values of environment files that make it so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import cdk8s

from groundplan.blueprint import Blueprint, Release
from groundplan.causes.other_values import REMOVED
from groundplan.causes.reads import watching
from groundplan.causes.written import holder_of, with_leaf
from groundplan.components import plan
from groundplan.errors import Location
from groundplan.kubernetes.kinds import api_group
from groundplan.layout import ARGOCD
from groundplan.loading.load import Loaded, load_environments
from groundplan.model.environment import Environment
from groundplan.model.values import Model
from groundplan.review.fields import ABSENT, differences
from groundplan.synth.render import forget_constructs, render_environment
from groundplan.yaml.manifests import parse_documents
from groundplan.yaml.marked import YamlPath, dotted

Key = tuple[str, str, str, str, str]
"""Component, group, kind, namespace and name of an object; a chart's values are the object of its Application."""

Field = tuple[Key, str]


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that differs between two environments."""

    path: YamlPath
    """Its keys, as they are written."""

    before: Any
    """What it is in the first; ABSENT where it is not there."""

    after: Any
    """What it is in the second."""

    at: tuple[Location | None, Location | None]
    """Where it is written in each; None for a default."""

    reads: frozenset[tuple[object, str]]
    """What a read of it is known by."""

    def __str__(self) -> str:
        return dotted(self.path)


@dataclass(frozen=True, slots=True)
class Contrast:
    """How two environments differ."""

    settings: tuple[tuple[Setting, tuple[Field, ...]], ...]
    """Every value that differs, with the fields that become those of the second when it alone is taken over."""

    unexplained: tuple[Field, ...]
    """Fields that differ for no single value: several together make them, or what other environments say."""


def contrast(root: Path, first: tuple[str, str], second: tuple[str, str]) -> Contrast:
    """Compare what two environments render, and find out why; the first is rendered by the name of the second."""
    one, other = load_environments(root, [first, second])
    one = replace(one, environment=_renamed(one.environment, other.environment))
    settings = list(_settings(one, other))
    before, reads = _made(one.environment)
    after, _ = _made(other.environment)
    differing = {(key, str(item)) for key, item in _between(before, after)}
    delivery = _Delivery(one.environment, other.environment)
    explained: list[tuple[Setting, tuple[Field, ...]]] = []
    for setting in settings:
        touched = {component for component, read in reads.items() if read & setting.reads}
        fields = _taken_over(one.environment, setting, touched, before, differing)
        explained.append((setting, tuple(sorted(fields or delivery.taken_over(setting)))))
    known = {field for _, fields in explained for field in fields}
    return Contrast(tuple(explained), tuple(sorted(differing - known)))


def _renamed(environment: Environment, other: Environment) -> Environment:
    """`environment` by the names of `other`, so that what is called after them is one object in both."""
    return with_leaf(with_leaf(environment, ("system",), other.system), ("environment",), other.environment)


class _Delivery:
    """Argo CD's own objects, made of everything at once: they are asked only for what no component explains."""

    def __init__(self, one: Environment, other: Environment) -> None:
        self._one, self._other = one, other

    @cached_property
    def _before(self) -> dict[Key, Any]:
        return _delivered(self._one)

    @cached_property
    def _differing(self) -> set[Field]:
        return {(key, str(item)) for key, item in _between(self._before, _delivered(self._other))}

    def taken_over(self, setting: Setting) -> set[Field]:
        """Fields that become those of the other with one value."""
        try:
            now = _delivered(_with(self._one, setting))
        except Exception:  # as below
            return set()
        return {(key, str(item)) for key, item in _between(self._before, now)} & self._differing


def _delivered(environment: Environment) -> dict[Key, Any]:
    files = render_environment(environment).files
    forget_constructs()
    found = {}
    for path, content in files.items():
        if path.parts[0] == str(ARGOCD):
            for item in parse_documents(content):
                found[("argocd", "argoproj.io", item["kind"], "", item["metadata"]["name"])] = item
    return found


def _with(environment: Environment, setting: Setting) -> Environment:
    value = REMOVED if setting.after is ABSENT else setting.after
    return with_leaf(environment, setting.path, value)


def _taken_over(
    environment: Environment, setting: Setting, components: set[str], before: Mapping[Key, Any], differing: set[Field]
) -> set[Field]:
    try:
        now, _ = _made(_with(environment, setting), components)
    except Exception:  # values nobody has checked together may break anything
        return set()
    old = {key: item for key, item in before.items() if key[0] in components}
    return {(key, str(item)) for key, item in _between(old, now)} & differing


def _made(
    environment: Environment, only: set[str] | None = None
) -> tuple[dict[Key, Any], dict[str, set[tuple[object, str]]]]:
    """Objects and values of charts, and what each component read of the model; the plan's own reads count for all."""
    objects: dict[Key, Any] = {}
    reads: dict[str, set[tuple[object, str]]] = {}
    with watching() as trace:
        parts = plan(environment)
        planned = set(trace.read)
        for part in parts:
            if only is not None and part.name not in only:
                continue
            trace.read.clear()
            objects.update(_objects(part, environment))
            reads[part.name] = trace.read | planned
    forget_constructs()
    return objects, reads


def _objects(part: Blueprint | Release, environment: Environment) -> Iterator[tuple[Key, Any]]:
    if isinstance(part, Release):
        yield (part.name, "argoproj.io", "Application", "", part.name), {"version": part.version, "values": part.values}
        return
    for item in part.component(cdk8s.App(), environment).documents():
        metadata = item["metadata"]
        key = (part.name, api_group(item["apiVersion"]), item["kind"], metadata.get("namespace", ""), metadata["name"])
        yield key, item


def _between(before: Mapping[Key, Any], after: Mapping[Key, Any]) -> Iterator[tuple[Key, Any]]:
    for key in {**before, **after}:
        one, other = before.get(key, ABSENT), after.get(key, ABSENT)
        yield from ((key, item) for item in differences(one, other))


def _settings(one: Loaded, other: Loaded) -> Iterator[Setting]:
    """Values that differ, as deep as both sides have them."""

    def of_models(first: Model, second: Model, path: YamlPath) -> Iterator[Setting]:
        for name, field in type(first).model_fields.items():
            read = frozenset({(holder_of(first), name)})
            yield from of_values(first.__dict__[name], second.__dict__[name], (*path, field.alias or name), read)

    def of_values(first: Any, second: Any, path: YamlPath, read: frozenset[tuple[object, str]]) -> Iterator[Setting]:
        if isinstance(first, Model) and type(first) is type(second):
            yield from of_models(first, second, path)
        elif isinstance(first, Mapping) and isinstance(second, Mapping):
            for key in {**first, **second}:
                yield from of_values(first.get(key, ABSENT), second.get(key, ABSENT), (*path, key), read)
        elif first != second:
            at = (one.marked.marks.get(path), other.marked.marks.get(path))
            yield Setting(path, first, second, at, read)

    yield from of_models(one.environment, other.environment, ())

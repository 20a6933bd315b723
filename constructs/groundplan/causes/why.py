"""What is behind a rendered object, or one field of it: values of environment files, defaults, and the construct."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import cdk8s

from groundplan.blueprint import Blueprint
from groundplan.causes.experiment import MOST_TRIED, BrokenError, Search
from groundplan.causes.other_values import REMOVED, other_values
from groundplan.causes.reads import PACKAGE, watching
from groundplan.causes.written import Leaf, leaves_of, with_leaf
from groundplan.components import plan
from groundplan.delivery.applications import APPLICATIONS, MANAGEMENT
from groundplan.errors import UsageError
from groundplan.kubernetes.labels import COMPONENT
from groundplan.layout import ARGOCD, DIST, component_dir, object_path
from groundplan.loading.load import Loaded, load_environments
from groundplan.loading.selection import environment_names
from groundplan.model.environment import Environment
from groundplan.review.fields import counterpart, differences, joined, names_along
from groundplan.synth.render import forget_constructs, render_application, render_environment
from groundplan.yaml.manifests import parse_documents
from groundplan.yaml.marked import YamlPath, read_marked_yaml, value_at

Json = Mapping[str, Any]
Maker = Callable[[Environment], Json | None]
"""Makes the object anew for an environment; None where that has none."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A value that the object depends on."""

    leaf: Leaf
    """Which."""

    fields: tuple[str, ...]
    """Fields that change with it, as far as was asked; none where the whole object comes and goes with it."""


@dataclass(frozen=True, slots=True)
class Why:
    """What is behind an object or one of its fields."""

    file: str
    """File of the object."""

    field: str
    """The field that was asked about; empty for all of them."""

    value: Any
    """What it is."""

    construct: str
    """File and line that emit the object, relative to the repository; empty where nothing here does."""

    causes: tuple[Cause, ...]
    """Values it depends on, those that people wrote first."""


def why(root: Path, file: str, line: int | None = None) -> Why:
    """Find out what is behind the object in `file`, or behind the field that stands in `line` of it.

    Raises:
        UsageError: where the file holds no rendered object, or nothing stands there.
    """
    path = PurePosixPath(file)
    system, name = _place(root, path)
    loaded = {item.environment.environment: item for item in _all_of(root, system)}
    environment = loaded[name].environment
    asked = _field(root, file, line)
    make = _maker(root, path)
    with watching() as trace:
        before = make(environment)
        construct = trace.emitted.get(id(before))
    if before is None:
        raise UsageError(f"{file} is not what {system}/{name} renders", "render it first: make")
    near = [loaded[other] for other in dict.fromkeys((name, *environment.neighbours))]
    candidates = [leaf for item in near for leaf in leaves_of(item) if leaf.read in trace.read]
    asked_value = value_at(before, asked)

    def after(leaves: Sequence[Leaf], turn: int) -> Json | None:
        return _made_with(make, environment, leaves, turn)

    def matters(leaves: Sequence[Leaf], turn: int) -> bool:
        made = after(leaves, turn)
        return made is None or counterpart(before, made, asked) != asked_value

    def taken_out(leaves: Sequence[Leaf], turn: int) -> bool:
        return matters(leaves, LAST)

    found = Search(matters).among(candidates)
    causes = [_cause(after, before, leaf, asked) for leaf in found]
    if asked and not any(cause.fields for cause in causes):  # it may be there because something is written at all
        rest = [leaf for leaf in candidates if leaf not in found and leaf.value is not None]
        causes += [Cause(leaf, ("",)) for leaf in Search(taken_out).among(rest)]
    return Why(
        file=file,
        field=joined(names_along(before, asked)),
        value=asked_value,
        construct=_shown(root, construct),
        causes=tuple(sorted(causes, key=lambda cause: (cause.leaf.at is None, not cause.fields))),
    )


def _place(root: Path, path: PurePosixPath) -> tuple[str, str]:
    """System and environment of a rendered file."""
    parts = path.parts
    known = environment_names(root)
    if len(parts) < 4 or parts[0] not in (str(DIST), str(ARGOCD)) or parts[2] not in known.get(parts[1], []):
        raise UsageError(f"{path} is no object of an environment", "name a file below dist/ or argocd/")
    if not (root / path).is_file():
        raise UsageError(f"there is no file {path}", "render it first: make")
    return parts[1], parts[2]


def _all_of(root: Path, system: str) -> list[Loaded]:
    return load_environments(root, [(system, name) for name in environment_names(root)[system]])


def _field(root: Path, file: str, line: int | None) -> YamlPath:
    """Keys that lead to what stands in `line`; none for the whole object."""
    if line is None:
        return ()
    last_line = len((root / file).read_text("utf-8").splitlines())
    marks = read_marked_yaml(root / file, file).marks
    above = [path for path, at in marks.items() if at.line <= line]
    if not 1 <= line <= last_line or not above:
        raise UsageError(f"no field stands in line {line} of {file}", "name the line of a field")
    last = max(marks[path].line for path in above)
    return min((path for path in above if marks[path].line == last), key=len)


def _maker(root: Path, path: PurePosixPath) -> Maker:
    """Makes as little as shows the object: its component, its Application, or everything."""
    if path.parts[0] == str(DIST):
        return lambda changed: _object_of(changed, path)
    now = _parsed((root / path).read_bytes())
    if now is None or now["kind"] != "Application" or path.parts[3] not in (APPLICATIONS, MANAGEMENT):
        return lambda changed: _parsed(render_environment(changed).files.get(path))
    component, management = now["metadata"]["labels"][COMPONENT], path.parts[3] == MANAGEMENT
    return lambda changed: render_application(changed, component, management=management)


def _object_of(environment: Environment, path: PurePosixPath) -> Json | None:
    """The object at `path`, of all that the component it belongs to emits."""
    folder = component_dir(environment.system, environment.environment, path.parts[3])
    for part in plan(environment):
        if isinstance(part, Blueprint) and part.name == path.parts[3]:
            documents = part.component(cdk8s.App(), environment).documents()
            return next((item for item in documents if object_path(folder, item) == path), None)
    return None


def _parsed(content: bytes | None) -> Json | None:
    return next(iter(parse_documents(content)), None) if content is not None else None


def _made_with(make: Maker, environment: Environment, leaves: Iterable[Leaf], turn: int) -> Json | None:
    """The object with other values in `leaves`, each in its way number `turn`; None where it is gone."""
    changed = environment
    for leaf in leaves:
        value = REMOVED
        if turn != LAST:
            value = next(islice(other_values(leaf.value, leaf.annotation), turn, turn + 1), _NOTHING)
        if value is _NOTHING:
            raise IndexError
        near = None if leaf.environment == environment.environment else leaf.environment
        changed = with_leaf(changed, leaf.path, value, near=near)
    try:
        return make(changed)
    except Exception as error:  # values nobody has checked may break anything
        raise BrokenError from error
    finally:
        forget_constructs()


LAST = -1
"""The way of changing a value that takes its key out."""

_NOTHING = object()


def _cause(after: Callable[[Sequence[Leaf], int], Json | None], before: Json, leaf: Leaf, asked: YamlPath) -> Cause:
    """What of the object changes with `leaf`, by the first of its other values that shows it."""
    for turn in range(MOST_TRIED):
        try:
            made = after([leaf], turn)
        except BrokenError:
            continue
        except IndexError:
            break
        if made is None:
            return Cause(leaf, ())
        if counterpart(before, made, asked) != value_at(before, asked):
            fields = differences(value_at(before, asked), counterpart(before, made, asked))
            return Cause(leaf, tuple(dict.fromkeys(map(str, fields))))
    return Cause(leaf, ())


def _shown(root: Path, construct: tuple[str, int] | None) -> str:
    if construct is None:
        return ""
    file, line = Path(construct[0]), construct[1]
    for top, prefix in ((root, ""), (PACKAGE, "constructs/groundplan/")):
        if file.is_relative_to(top):
            return f"{prefix}{file.relative_to(top)}:{line}"
    return f"{file.name}:{line}"

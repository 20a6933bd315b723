"""From files to environments: read, overlay, type-check, cross-check; every problem in one run."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from groundplan.environment.consistency import inconsistencies
from groundplan.environment.marked_yaml import MarkedYaml, YamlPath, dotted, locate, merge, read_marked_yaml
from groundplan.environment.model import Environment
from groundplan.errors import EnvironmentFileError, Finding, GroundplanError, Location, UsageError

ENVIRONMENTS = "environments"
DEFAULTS = "defaults.yaml"
SYSTEM = "system.yaml"
RESERVED = frozenset({"system", "requirements", "exemptions"})
"""Files beside the overlays that are not environments."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An environment and where each of its values was written."""

    environment: Environment
    marked: MarkedYaml
    file: str
    """The overlay, relative to the repository."""


def environment_names(root: Path) -> dict[str, list[str]]:
    """Systems and their environments as the folder below `root` holds them, sorted."""
    folder = root / ENVIRONMENTS
    return {
        system.parent.name: sorted(file.stem for file in system.parent.glob("*.yaml") if file.stem not in RESERVED)
        for system in sorted(folder.glob(f"*/{SYSTEM}"))
    }


def select(root: Path, wanted: Iterable[str]) -> list[tuple[str, str]]:
    """The (system, environment) pairs that `system` and `system/environment` arguments name; all where there are none.

    Raises:
        UsageError: for a name that does not exist, with the nearest one that does.
    """
    known = environment_names(root)
    everything = [(system, environment) for system, environments in known.items() for environment in environments]
    names = set(known) | {f"{system}/{environment}" for system, environment in everything}
    chosen: set[tuple[str, str]] = set()
    for name in wanted:
        wish = name.strip("/").removeprefix(f"{ENVIRONMENTS}/").removesuffix(".yaml")
        if wish not in names:
            near = difflib.get_close_matches(wish, sorted(names), 1)
            hint = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(sorted(known)) or 'none yet'}"
            raise UsageError(f"there is no system or environment `{name}`", hint)
        system, _, environment = wish.partition("/")
        chosen |= {pair for pair in everything if pair[0] == system and environment in ("", pair[1])}
    return [pair for pair in everything if pair in chosen] if chosen else everything


def load_environments(root: Path, pairs: Iterable[tuple[str, str]]) -> list[Loaded]:
    """Load every pair; each knows its host and its recovery peer, which are not returned unless asked for.

    Raises:
        EnvironmentFileError: with the problems of all of them.
    """
    loaded: list[Loaded] = []
    findings: list[Finding] = []
    cache: dict[Path, MarkedYaml] = {}
    known = environment_names(root)
    for system, environment in pairs:
        try:
            loaded.append(load_environment(root, system, environment, cache))
        except GroundplanError as error:
            findings.extend(error.findings)
            continue
        findings.extend(_unknown_neighbours(loaded[-1], known[system]))
    if findings:
        raise EnvironmentFileError(findings)
    return _introduced(root, loaded, cache)


def _introduced(root: Path, loaded: Iterable[Loaded], cache: dict[Path, MarkedYaml]) -> list[Loaded]:
    """Tell each environment about the ones it refers to; those that were not asked for are read on the way."""
    models = {(item.environment.system, item.environment.environment): item.environment for item in loaded}

    def find(system: str, name: str) -> Environment:
        if (system, name) not in models:
            models[system, name] = load_environment(root, system, name, cache).environment
        return models[system, name]

    introduced = []
    for item in loaded:
        environment = item.environment
        near = {name: find(environment.system, name) for name in _named_neighbours(environment)}
        near |= {
            name: find(environment.system, name) for other in [*near.values()] for name in _named_neighbours(other)
        }
        introduced.append(replace(item, environment=environment.with_neighbours(near)))
    return introduced


def _named_neighbours(environment: Environment) -> list[str]:
    peer = environment.recovery.peer if environment.recovery is not None else None
    return [name for name in (environment.host, peer) if name is not None]


def load_environment(root: Path, system: str, environment: str, cache: dict[Path, MarkedYaml] | None = None) -> Loaded:
    """Load one environment: defaults, then the system, then the overlay.

    Raises:
        EnvironmentFileError: with every problem of its files.
    """
    folder = root / ENVIRONMENTS
    overlay = folder / system / f"{environment}.yaml"
    marked = MarkedYaml()
    files = [folder / DEFAULTS, folder / system / SYSTEM, overlay]
    findings: list[Finding] = []
    for file in files:
        if file.name == DEFAULTS and not file.exists():
            continue
        try:
            marked = merge(marked, _read(root, file, cache))
        except EnvironmentFileError as error:
            findings.extend(error.findings)
    if findings:
        raise EnvironmentFileError(findings)
    shown = overlay.relative_to(root).as_posix()
    marked.data.setdefault("environment", environment)
    _refuse_misnamed(marked, shown, system, environment)
    model = build(marked, shown)
    return Loaded(model, marked, shown)


def build(marked: MarkedYaml, shown: str) -> Environment:
    """Type-check and cross-check merged data.

    Raises:
        EnvironmentFileError: with every problem, at the line it was written.
    """
    try:
        model = Environment.model_validate(marked.data)
    except ValidationError as error:
        raise EnvironmentFileError([_finding(problem, marked, shown) for problem in error.errors()]) from None
    findings = [
        Finding(locate(marked.marks, path, shown), rule, dotted(path), message, advice)
        for path, rule, message, advice in inconsistencies(model)
    ]
    if findings:
        raise EnvironmentFileError(findings)
    return model


def _read(root: Path, file: Path, cache: dict[Path, MarkedYaml] | None) -> MarkedYaml:
    if cache is not None and file in cache:
        return cache[file]
    marked = read_marked_yaml(file, file.relative_to(root).as_posix())
    if cache is not None:
        cache[file] = marked
    return marked


def _refuse_misnamed(marked: MarkedYaml, shown: str, system: str, environment: str) -> None:
    for key, expected in (("system", system), ("environment", environment)):
        value = marked.data.get(key)
        if value != expected:
            raise EnvironmentFileError(
                [
                    Finding(
                        locate(marked.marks, (key,), shown),
                        "misnamed",
                        key,
                        f"is `{value}` in a file called {expected}",
                        f"write {expected}",
                    )
                ]
            )


def _unknown_neighbours(loaded: Loaded, known: list[str]) -> list[Finding]:
    environment, findings = loaded.environment, []
    named: list[tuple[YamlPath, str]] = []
    if environment.host is not None:
        named.append((("host",), environment.host))
    if environment.recovery is not None:
        named.append((("recovery", "peer"), environment.recovery.peer))
    for path, name in named:
        if name not in known:
            findings.append(
                Finding(
                    locate(loaded.marked.marks, path, loaded.file), "missing-environment", dotted(path),
                    f"there is no environment `{name}`", f"write one of {', '.join(known)}, or add {name}.yaml",
                )
            )  # fmt: skip
    return findings


def _finding(problem: Mapping[str, Any], marked: MarkedYaml, shown: str) -> Finding:
    path = _yaml_path(problem["loc"], marked.data)
    message, advice = _explain(problem, path, marked.data)
    return Finding(locate(marked.marks, path, shown), problem["type"].replace("_", "-"), dotted(path), message, advice)


def _yaml_path(loc: tuple[str | int, ...], data: Any) -> YamlPath:
    """pydantic's location without the steps that are in the model but not in the file (union members, key markers)."""
    path: list[str | int] = []
    here = data
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(here, Mapping) and (step in here or (last and step != "[key]")):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            continue
        path.append(step)
    return tuple(path)


def _explain(problem: Mapping[str, Any], path: YamlPath, data: Any) -> tuple[str, str]:
    kind, value, context = problem["type"], problem.get("input"), problem.get("ctx", {})
    shown = f"`{value}`" if isinstance(value, str | int | float) else "this"
    if kind == "extra_forbidden":
        names = _field_names(Environment, path[:-1], data)
        near = difflib.get_close_matches(str(path[-1]), names, 1)
        return "is not a key here", f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(sorted(names))}"
    if kind == "missing":
        return "is missing", f"write `{path[-1]}:` here"
    if kind == "value_error":
        message, _, advice = str(context["error"]).partition("; ")
        return message, advice
    if kind in ("greater_than_equal", "greater_than"):
        bound = context.get("ge", context.get("gt"))
        word = "or more" if "ge" in context else "and up"
        return f"{value} is less than {bound}", f"write {bound} {word}"
    if kind in ("less_than_equal", "less_than"):
        bound = context.get("le", context.get("lt"))
        return f"{value} is more than {bound}", f"write {bound} or less"
    if kind == "literal_error":
        expected = context["expected"]
        near = difflib.get_close_matches(
            str(value), [word.strip("' ") for word in expected.replace(" or ", ",").split(",")], 1
        )
        return f"{shown} is not known here", f"did you mean `{near[0]}`?" if near else f"write {expected}"
    if kind.endswith("_type"):
        wanted = {"dict_type": "a mapping", "list_type": "a list", "string_type": "text", "int_type": "a whole number",
                  "bool_type": "true or false", "float_type": "a number", "model_type": "a mapping"}  # fmt: skip
        what = "a mapping" if isinstance(value, Mapping) else "a list" if isinstance(value, list) else shown
        right = wanted.get(kind, "the right type")
        return f"{what} is not {right}", f"write {right}"
    if kind == "string_pattern_mismatch":
        return f"{shown} does not match {context['pattern']}", "write it in that form"
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        tags = context.get("expected_tags", "")
        return (
            f"`type: {context['tag']}` is not known" if "tag" in context else "has no `type`"
        ), f"write {tags or 'its type'}"
    return f"{shown}: {problem['msg'][0].lower()}{problem['msg'][1:]}", ""


def _field_names(model: Any, path: YamlPath, data: Any) -> list[str]:
    """The keys that are allowed at `path`."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        if not path:
            return [field.alias or name for name, field in model.model_fields.items()]
        by_key = {field.alias or name: field for name, field in model.model_fields.items()}
        step = str(path[0])
        if step not in by_key:
            return []
        return _field_names(by_key[step].annotation, path[1:], data.get(step) if isinstance(data, Mapping) else None)
    arguments = [argument for argument in get_args(model) if argument is not type(None)]
    origin = getattr(model, "__origin__", None)
    if origin is dict:
        return (
            _field_names(arguments[1], path[1:], data.get(path[0]) if path and isinstance(data, Mapping) else None)
            if path
            else []
        )
    if origin is list:
        return (
            _field_names(arguments[0], path[1:], data[int(path[0])] if path and isinstance(data, list) else None)
            if path
            else []
        )
    names: list[str] = []
    for argument in arguments:
        if _is_other_union_member(argument, data):
            continue
        names += _field_names(argument, path, data)
    return names


def _is_other_union_member(candidate: Any, data: Any) -> bool:
    field = getattr(candidate, "model_fields", {}).get("type")
    tags = get_args(field.annotation) if field is not None else ()
    return bool(tags) and isinstance(data, Mapping) and data.get("type") not in tags


def location_of(loaded: Loaded, path: YamlPath) -> Location:
    """Where the value at `path` was written."""
    return locate(loaded.marked.marks, path, loaded.file)

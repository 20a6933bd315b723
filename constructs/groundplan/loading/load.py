"""From files to environments: read, overlay, type-check, cross-check; every problem in one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from groundplan.errors import EnvironmentFileError, Finding, GroundplanError, Location
from groundplan.layout import ENVIRONMENTS
from groundplan.loading.complaints import validation_finding
from groundplan.loading.ids import as_chapter, ids_file, misplaced_ids, stray_ids
from groundplan.loading.origin import misplaced_document, origin_file, read_origin
from groundplan.loading.overlays import repetitions
from groundplan.loading.own_files import manifest_components, own_files
from groundplan.loading.own_files import strays as stray_own_files
from groundplan.loading.selection import CHAPTERS, DEFAULTS, RESERVED, SYSTEM, environment_names, no_system_file
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.rules.consistency import inconsistencies
from groundplan.rules.neighbours import disagreements_between
from groundplan.rules.problem import unknown
from groundplan.yaml.marked import MarkedYaml, YamlPath, dotted, locate, merge, read_marked_yaml


@dataclass(frozen=True, slots=True)
class Loaded:
    """An environment and where each of its values was written."""

    environment: Environment
    marked: MarkedYaml
    file: str
    """The overlay, relative to the repository."""


def strays(root: Path) -> list[Finding]:
    """Files that look like part of an environment and would be passed over in silence."""
    findings = []
    for folder in sorted(path for path in (root / ENVIRONMENTS).iterdir() if path.is_dir()):
        overlays = [file for file in folder.glob("*.yaml") if file.stem not in RESERVED]
        if not (folder / SYSTEM).exists():
            if overlays:
                findings.append(no_system_file(folder))
        elif not overlays:
            at = Location(f"{ENVIRONMENTS}/{folder.name}/{SYSTEM}", 1, 1)
            findings.append(
                Finding(at, "file.missing", "", "has no environment beside it", "add one, for example production.yaml")
            )
        findings.extend(stray_own_files(root, folder))
        findings.extend(stray_ids(folder, {file.stem for file in overlays}))
        for file in folder.glob("*.yml"):
            at = Location(f"{ENVIRONMENTS}/{folder.name}/{file.name}")
            findings.append(Finding(at, "file.ending", "", "is not read", f"rename it to {file.stem}.yaml"))
    return findings


def load_environments(
    root: Path, pairs: Iterable[tuple[str, str]], cache: dict[Path, MarkedYaml] | None = None
) -> list[Loaded]:
    """Load every pair; each knows its host and its recovery peer, which are not returned unless asked for.

    Args:
        root: the repository.
        pairs: system and environment of each.
        cache: what has been read already; it stands for the file. Default nothing.

    Raises:
        EnvironmentFileError: with the problems of all of them.
    """
    loaded: list[Loaded] = []
    findings: list[Finding] = strays(root)
    cache = {} if cache is None else cache
    known = environment_names(root)
    for system, environment in pairs:
        try:
            loaded.append(load_environment(root, system, environment, cache))
        except GroundplanError as error:
            findings.extend(error.findings)
            continue
        findings.extend(_unknown_neighbours(loaded[-1], known[system]))
        findings.extend(_unknown_management_cluster(loaded[-1], known))
    if findings:
        raise EnvironmentFileError(findings)
    introduced = _introduced(root, loaded, cache)
    disagreements = [
        Finding(location_of(item, path), rule, dotted(path), message, advice)
        for item in introduced
        for path, rule, message, advice in disagreements_between(item.environment)
    ]
    if disagreements:
        raise EnvironmentFileError(disagreements)
    return introduced


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
        if environment.role == "cluster":
            siblings = (find(environment.system, name) for name in environment_names(root)[environment.system])
            near |= {sibling.environment: sibling for sibling in siblings if sibling.host == environment.environment}
        near |= {
            name: find(environment.system, name) for other in [*near.values()] for name in _named_neighbours(other)
        }
        introduced.append(replace(item, environment=environment.with_neighbours(near)))
    return introduced


def _named_neighbours(environment: Environment) -> list[str]:
    return [name for _, name in _neighbour_paths(environment)]


def _neighbour_paths(environment: Environment) -> list[tuple[YamlPath, str]]:
    """Where the environment names others of its system."""
    named: list[tuple[YamlPath, str]] = []
    if environment.host is not None:
        named.append((("host",), environment.host))
    if environment.recovery is not None:
        named.append((("recovery", "peer"), environment.recovery.peer))
    return [*named, *platform_of(environment).neighbours()]


def load_environment(root: Path, system: str, environment: str, cache: dict[Path, MarkedYaml] | None = None) -> Loaded:
    """Load one environment: defaults, then the system, then its chapters, then the overlay, then its ids.

    Raises:
        EnvironmentFileError: with every problem of its files.
    """
    shown = f"{ENVIRONMENTS}/{system}/{environment}.yaml"
    layers = _laid_over(root, system, environment, cache)
    marked = layers.marked
    marked.data.setdefault("environment", environment)
    try:
        _refuse_misnamed(marked, shown, system, environment)
        model = _with_own_files(root, build(marked, shown), marked, shown)
    except EnvironmentFileError as error:
        raise EnvironmentFileError([*layers.idle, *error.findings]) from None
    if layers.idle:
        raise EnvironmentFileError(layers.idle)
    return Loaded(model.read_from(layers.files), marked, shown)


@dataclass(frozen=True, slots=True)
class _Layers:
    """The files of an environment, laid over each other."""

    marked: MarkedYaml
    files: list[str]
    """Those that exist, relative to the repository."""

    idle: list[Finding]
    """What changes nothing of what it is laid over."""


def _laid_over(root: Path, system: str, environment: str, cache: dict[Path, MarkedYaml] | None) -> _Layers:
    folder = root / ENVIRONMENTS
    chapters = [folder / system / f"{chapter}.yaml" for chapter in CHAPTERS]
    ids = ids_file(root, system, environment)
    marked, files = MarkedYaml(), list[str]()
    findings, idle = list[Finding](), list[Finding]()
    for file in (folder / DEFAULTS, folder / system / SYSTEM, *chapters, folder / system / f"{environment}.yaml", ids):
        needed = file.parent == folder / system and file not in chapters
        if not needed and not file.exists() and file not in (cache or {}):
            continue
        shown = file.relative_to(root).as_posix()
        try:
            part = _read(root, file, cache)
        except EnvironmentFileError as error:
            findings.extend(error.findings)
            continue
        if file in chapters:
            findings.extend(_strays(part, file))
        if file == ids:
            part = as_chapter(part)
        else:
            findings.extend(misplaced_ids(part, shown, f"{system}/{environment}"))
            findings.extend(misplaced_document(part, shown, system))
        idle.extend(repetitions(marked, part, shown))
        marked = merge(marked, part)
        files.append(shown)
    try:
        marked = merge(marked, _origin(root, system, cache))
    except EnvironmentFileError as error:
        findings.extend(error.findings)
    if findings:
        raise EnvironmentFileError(findings)
    return _Layers(marked, files, idle)


def _origin(root: Path, system: str, cache: dict[Path, MarkedYaml] | None) -> MarkedYaml:
    file = origin_file(root, system)
    if cache is not None and file in cache:
        return cache[file]
    origin = read_origin(file, file.relative_to(root).as_posix())
    if cache is not None:
        cache[file] = origin
    return origin


def _with_own_files(root: Path, model: Environment, marked: MarkedYaml, shown: str) -> Environment:
    """The model with what stands beside its files.

    Raises:
        EnvironmentFileError: for their problems, and for settings of manifests that do not exist.
    """
    folder = root / ENVIRONMENTS / model.system
    siblings = environment_names(root).get(model.system, [])
    own = own_files(root, folder, model.environment, siblings, workloads=model.has_workloads)
    known = manifest_components(folder, siblings) if model.manifests else set()
    problems = [
        unknown(("manifests", name), "missing-manifest", "manifest", name, known)
        for name in model.manifests
        if name not in known
    ]
    if problems:
        raise EnvironmentFileError(
            Finding(locate(marked.marks, path, shown), rule, dotted(path), message, advice)
            for path, rule, message, advice in problems
        )
    return model.with_own_files(own)


def _strays(part: MarkedYaml, file: Path) -> Iterator[Finding]:
    """A chapter's file holds that chapter, so that a reader of `system.yaml` knows what is not in it."""
    for key in part.data:
        if key != file.stem:
            message = f"stands in the file of the chapter {file.stem}"
            advice = f"move it to {SYSTEM}, or choose another file name for an environment"
            yield Finding(locate(part.marks, (key,), file.name), "stray-chapter", key, message, advice)


def build(marked: MarkedYaml, shown: str) -> Environment:
    """Type-check and cross-check merged data.

    Raises:
        EnvironmentFileError: with every problem, at the line it was written.
    """
    try:
        model = Environment.model_validate(marked.data)
    except ValidationError as error:
        raise EnvironmentFileError([validation_finding(problem, marked, shown) for problem in error.errors()]) from None
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
    findings = []
    for key, expected in (("system", system), ("environment", environment)):
        value = marked.data.get(key)
        if value != expected:
            what = (
                "is missing"
                if value is None
                else f"is `{value}`, but the {'folder' if key == 'system' else 'file'} is called {expected}"
            )
            at = locate(marked.marks, (key,), shown)
            findings.append(Finding(at, "misnamed", key, what, f"write `{key}: {expected}`"))
    if findings:
        raise EnvironmentFileError(findings)


def _unknown_neighbours(loaded: Loaded, known: list[str]) -> list[Finding]:
    findings = []
    for path, name in _neighbour_paths(loaded.environment):
        if name not in known:
            findings.append(
                Finding(
                    locate(loaded.marked.marks, path, loaded.file),
                    "missing-environment",
                    dotted(path),
                    f"there is no environment `{name}`",
                    f"write one of {', '.join(known)}, or add {name}.yaml",
                )
            )
    return findings


def _unknown_management_cluster(loaded: Loaded, known: Mapping[str, list[str]]) -> list[Finding]:
    named = loaded.environment.delivery.management_cluster
    scopes = [f"{system}/{name}" for system, names in known.items() for name in names]
    if named is None or named in scopes:
        return []
    path: YamlPath = ("delivery", "management_cluster")
    _, rule, message, advice = unknown(path, "missing-environment", "environment", named, scopes)
    return [Finding(locate(loaded.marked.marks, path, loaded.file), rule, dotted(path), message, advice)]


def location_of(loaded: Loaded, path: YamlPath) -> Location:
    """Where the value at `path` was written."""
    return locate(loaded.marked.marks, path, loaded.file)

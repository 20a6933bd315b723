"""From files to environments: read, overlay, type-check, cross-check; every problem in one run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from groundplan.errors import EnvironmentFileError, Finding, GroundplanError, Location
from groundplan.layout import ENVIRONMENTS
from groundplan.loading.build import at_their_lines, build
from groundplan.loading.ids import stray_ids
from groundplan.loading.layers import laid_over
from groundplan.loading.neighbours import named_neighbours, unknown_neighbours
from groundplan.loading.own_files import manifest_components, own_files
from groundplan.loading.own_files import strays as stray_own_files
from groundplan.loading.selection import RESERVED, SYSTEM, environment_names, no_system_file
from groundplan.model.environment import Environment
from groundplan.rules.neighbours import disagreements_between
from groundplan.rules.problem import unknown
from groundplan.yaml.marked import MarkedYaml, YamlPath, locate


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
        last = loaded[-1]
        findings.extend(at_their_lines(unknown_neighbours(last.environment, known), last.marked, last.file))
    if findings:
        raise EnvironmentFileError(findings)
    introduced = _introduced(root, loaded, cache)
    disagreements = [
        finding
        for item in introduced
        for finding in at_their_lines(disagreements_between(item.environment), item.marked, item.file)
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
        near = {name: find(environment.system, name) for name in named_neighbours(environment)}
        if environment.role == "cluster":
            siblings = (find(environment.system, name) for name in environment_names(root)[environment.system])
            near |= {sibling.environment: sibling for sibling in siblings if sibling.host == environment.environment}
        near |= {name: find(environment.system, name) for other in [*near.values()] for name in named_neighbours(other)}
        introduced.append(replace(item, environment=environment.with_neighbours(near)))
    return introduced


def load_environment(root: Path, system: str, environment: str, cache: dict[Path, MarkedYaml] | None = None) -> Loaded:
    """Load one environment: defaults, then the system, then its chapters, then the overlay, then its ids.

    Raises:
        EnvironmentFileError: with every problem of its files.
    """
    shown = f"{ENVIRONMENTS}/{system}/{environment}.yaml"
    layers = laid_over(root, system, environment, cache)
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
        raise EnvironmentFileError(at_their_lines(problems, marked, shown))
    return model.with_own_files(own)


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


def location_of(loaded: Loaded, path: YamlPath) -> Location:
    """Where the value at `path` was written."""
    return locate(loaded.marked.marks, path, loaded.file)

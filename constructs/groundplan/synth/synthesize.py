"""Every asked-for environment and the files of its system, with a worker per core."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from groundplan.environment import Loaded, environment_names, load_environments, select
from groundplan.environment.model import Environment
from groundplan.environment.system import System
from groundplan.errors import Finding, GroundplanError, ManifestError
from groundplan.layout import (
    ARGOCD,
    DIST,
    DOCS,
    argocd_dir,
    compliance_report,
    docs_dir,
    environment_dir,
    pipelines_dir,
)
from groundplan.synth.tree import Outcome, recover, write_trees


@dataclass(frozen=True, slots=True)
class Synthesized:
    """Everything a run generated, before it is written."""

    files: dict[PurePosixPath, bytes]
    """Content by path relative to the repository."""

    covered: tuple[PurePosixPath, ...]
    """Folders that are replaced whole."""

    kept: tuple[PurePosixPath, ...]
    """Files in them that another verb writes."""

    environments: tuple[str, ...]
    """`system/environment` of each that was rendered."""


def synthesize(root: Path, wanted: Iterable[str] = (), *, workers: int | None = None) -> Synthesized:
    """Render the environments that `wanted` names, all where it names none, without writing.

    Raises:
        GroundplanError: with every problem of every environment.
    """
    wanted = list(wanted)
    pairs = select(root, wanted)
    systems = _load_systems(root, {system for system, _ in pairs})
    asked = set(pairs)
    environments = [
        environment
        for system in systems
        for environment in system.environments
        if (environment.system, environment.environment) in asked
    ]
    files: dict[PurePosixPath, bytes] = {}
    findings: list[Finding] = []
    for result in _render_all([*environments, *systems], workers):
        if isinstance(result, list):
            findings.extend(result)
        else:
            files.update(result)
    if findings:
        raise ManifestError(findings)
    return Synthesized(
        files,
        tuple(_covered(pairs, whole=not wanted)),
        tuple(compliance_report(system.name) for system in systems),
        tuple(f"{system}/{environment}" for system, environment in pairs),
    )


def write(root: Path, synthesized: Synthesized) -> Outcome:
    """Put the files in place; see `groundplan.synth.tree` for what a killed run leaves behind."""
    recover(root)
    return write_trees(root, synthesized.files, synthesized.covered, synthesized.kept)


def _load_systems(root: Path, names: set[str]) -> list[System]:
    """Each system with all its environments: its pipelines and documents speak of all of them."""
    known = environment_names(root)
    loaded = load_environments(root, [(name, environment) for name in sorted(names) for environment in known[name]])
    return [
        System(tuple(item.environment for item in loaded if item.environment.system == name)) for name in sorted(names)
    ]


def _covered(pairs: Sequence[tuple[str, str]], *, whole: bool) -> Iterator[PurePosixPath]:
    """Where everything is rendered, folders of systems and environments that no longer exist go too."""
    if whole:
        yield from (DIST, ARGOCD, DOCS)
        return
    for system, environment in pairs:
        yield environment_dir(system, environment)
        yield argocd_dir(system, environment)
    for system in {system for system, _ in pairs}:
        yield pipelines_dir(system)
        yield docs_dir(system)


Result = dict[PurePosixPath, bytes] | list[Finding]


def _render_all(parts: Sequence[Environment | System], workers: int | None) -> list[Result]:
    count = min(workers or os.cpu_count() or 1, len(parts))
    if count <= 1:
        return [_render(part) for part in parts]
    # fork, so that workers start with the package imported; cdk8s (and its Node) only starts inside a worker
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork")) as pool:
        return list(pool.map(_render, parts))


def _render(part: Environment | System) -> Result:
    from groundplan.synth.render import render_environment
    from groundplan.synth.system_files import render_system

    try:
        return render_system(part) if isinstance(part, System) else render_environment(part).files
    except GroundplanError as error:
        return list(error.findings)


__all__ = ["Loaded", "Synthesized", "environment_names", "synthesize", "write"]

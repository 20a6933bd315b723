"""Every asked-for environment to files, with a worker per core."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from groundplan.environment import Loaded, environment_names, load_environments, select
from groundplan.environment.model import Environment
from groundplan.errors import Finding, GroundplanError, ManifestError
from groundplan.layout import argocd_dir, environment_dir
from groundplan.synth.tree import Outcome, recover, write_trees


@dataclass(frozen=True, slots=True)
class Synthesized:
    """Everything a run generated, before it is written."""

    files: dict[PurePosixPath, bytes]
    """Content by path relative to the repository."""

    covered: tuple[PurePosixPath, ...]
    """Folders that are replaced whole."""

    environments: tuple[str, ...]
    """`system/environment` of each that was rendered."""


def synthesize(root: Path, wanted: Iterable[str] = (), *, workers: int | None = None) -> Synthesized:
    """Render the environments that `wanted` names, all where it names none, without writing.

    Raises:
        GroundplanError: with every problem of every environment.
    """
    wanted = list(wanted)
    pairs = select(root, wanted)
    loaded = load_environments(root, pairs)
    files: dict[PurePosixPath, bytes] = {}
    findings: list[Finding] = []
    for result in _render_all([item.environment for item in loaded], workers):
        if isinstance(result, list):
            findings.extend(result)
        else:
            files.update(result)
    if findings:
        raise ManifestError(findings)
    return Synthesized(files, tuple(_covered(root, pairs, whole=not wanted)), tuple(f"{s}/{e}" for s, e in pairs))


def write(root: Path, synthesized: Synthesized) -> Outcome:
    """Put the files in place; see `groundplan.synth.tree` for what a killed run leaves behind."""
    recover(root)
    return write_trees(root, synthesized.files, synthesized.covered)


def _covered(root: Path, pairs: Sequence[tuple[str, str]], *, whole: bool) -> list[PurePosixPath]:
    """Where everything is rendered, folders of systems and environments that no longer exist go too."""
    if whole:
        return [PurePosixPath("dist"), PurePosixPath("argocd")]
    return [
        folder
        for system, environment in pairs
        for folder in (environment_dir(system, environment), argocd_dir(system, environment))
    ]


Result = dict[PurePosixPath, bytes] | list[Finding]


def _render_all(environments: Sequence[Environment], workers: int | None) -> list[Result]:
    count = min(workers or os.cpu_count() or 1, len(environments))
    if count <= 1:
        return [_render(environment) for environment in environments]
    # fork, so that workers start with the package imported; cdk8s (and its Node) only starts inside a worker
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork")) as pool:
        return list(pool.map(_render, environments))


def _render(environment: Environment) -> Result:
    from groundplan.synth.render import render_environment

    try:
        return render_environment(environment).files
    except GroundplanError as error:
        return list(error.findings)


__all__ = ["Loaded", "Synthesized", "environment_names", "synthesize", "write"]

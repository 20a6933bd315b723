"""Every asked-for environment and the files of its system, with a worker per core."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path, PurePosixPath

from groundplan.errors import Finding, GroundplanError, ManifestError
from groundplan.facts.system import System
from groundplan.layout import (
    ARGOCD,
    DIST,
    DOCS,
    ENVIRONMENTS,
    argocd_dir,
    docs_dir,
    environment_dir,
    measured_pages,
    pipelines_dir,
)
from groundplan.loading.load import Loaded, load_environments, location_of
from groundplan.loading.selection import environment_names, select
from groundplan.model.environment import Environment
from groundplan.synth.exchange import recover
from groundplan.synth.tree import Outcome, write_trees
from groundplan.synth.workers import map_in_processes, processes


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
    everything = _load_whole_systems(root, {system for system, _ in pairs})
    systems = _systems(everything)
    environments = [item for item in everything if (item.system, item.environment) in set(pairs)]
    files: dict[PurePosixPath, bytes] = {}
    findings: list[Finding] = []
    # Systems come first: they hold all their environments, each of which is let go as soon as it is rendered.
    parts: list[Environment | System] = [*systems, *environments]
    owners = [("", "") if isinstance(part, System) else (part.system, part.environment) for part in parts]
    reports = tuple(page for system in systems for page in measured_pages(system.name))
    count = processes(workers, len(environments))
    if count > 1:
        import_module("jsii")  # once for all workers; its Node starts with cdk8s, in each of them
    del everything, environments, systems
    for owner, result in zip(owners, map_in_processes(_render, _handed_over(parts), count), strict=True):
        if isinstance(result, list):
            findings.extend(_at_their_source(root, result, owner))
        else:
            files.update(result)
    if findings:
        raise ManifestError(findings)
    return Synthesized(
        files,
        tuple(_covered(pairs, whole=not wanted)),
        reports,
        tuple(f"{system}/{environment}" for system, environment in pairs),
    )


def _handed_over(parts: list[Environment | System]) -> Iterator[Environment | System]:
    """Each of `parts`, which is emptied: whoever takes one is the last to hold it."""
    while parts:
        yield parts.pop(0)


def _at_their_source(root: Path, findings: list[Finding], owner: tuple[str, str]) -> list[Finding]:
    """The same findings at the lines of people's files; where those are is read again, for a run that renders forgets it."""
    if not all(owner):
        return findings
    [loaded] = load_environments(root, [owner])
    return [_at_its_source(finding, loaded) for finding in findings]


def _at_its_source(finding: Finding, part: Loaded) -> Finding:
    """A construct knows its own path only; people want the line of their file that the component comes from."""
    if finding.location.file.startswith(f"{ENVIRONMENTS}/"):
        return finding
    where = finding.location.file.split("/")
    component = where[3] if where[0] in ("dist", "argocd") and len(where) > 3 else where[0]
    paths = [(chapter, component) for chapter in ("services", "data", "charts", "manifests")]
    place = next((path for path in paths if path in part.marked.marks), ())
    subject = ": ".join(part for part in (str(finding.location), finding.subject) if part)
    return replace(finding, location=location_of(part, place), subject=subject)


def write(root: Path, synthesized: Synthesized) -> Outcome:
    """Put the files in place; hold `groundplan.synth.exchange.only_run` around reading and writing."""
    recover(root)
    return write_trees(root, synthesized.files, synthesized.covered, synthesized.kept)


def _load_whole_systems(root: Path, names: set[str]) -> list[Environment]:
    """All environments of the systems: their pipelines and documents speak of all of them."""
    known = environment_names(root)
    pairs = [(name, environment) for name in sorted(names) for environment in known[name]]
    return [item.environment for item in load_environments(root, pairs)]


def _systems(environments: Iterable[Environment]) -> list[System]:
    environments = list(environments)
    return [
        System(tuple(environment for environment in environments if environment.system == name))
        for name in sorted({environment.system for environment in environments})
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


def _render(part: Environment | System) -> Result:
    from groundplan.synth.render import render_environment
    from groundplan.synth.system_files import render_system

    try:
        return render_system(part) if isinstance(part, System) else render_environment(part).files
    except GroundplanError as error:
        return list(error.findings)
    except Exception as error:
        error.add_note(
            f"(while rendering {part.name if isinstance(part, System) else f'{part.system}/{part.environment}'})"
        )
        raise


__all__ = ["Loaded", "Synthesized", "environment_names", "synthesize", "write"]

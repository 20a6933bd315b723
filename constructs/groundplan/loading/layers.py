"""The files of an environment, read and laid over each other: defaults, system, chapters, overlay, ids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from groundplan.errors import EnvironmentFileError, Finding
from groundplan.layout import ENVIRONMENTS
from groundplan.loading.ids import as_chapter, ids_file, misplaced_ids
from groundplan.loading.origin import misplaced_document, origin_file, read_origin
from groundplan.loading.overlays import repetitions
from groundplan.loading.selection import CHAPTERS, DEFAULTS, SYSTEM
from groundplan.yaml.marked import MarkedYaml, locate, read_marked_yaml
from groundplan.yaml.merge import merge


@dataclass(frozen=True, slots=True)
class Layers:
    """The files of an environment, laid over each other."""

    marked: MarkedYaml
    files: list[str]
    """Those that exist, relative to the repository."""

    idle: list[Finding]
    """What changes nothing of what it is laid over."""


def laid_over(root: Path, system: str, environment: str, cache: dict[Path, MarkedYaml] | None) -> Layers:
    """Every file of the environment that there is, the later over the earlier.

    Raises:
        EnvironmentFileError: where one cannot be read, or holds what does not belong into it.
    """
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
    return Layers(marked, files, idle)


def _origin(root: Path, system: str, cache: dict[Path, MarkedYaml] | None) -> MarkedYaml:
    file = origin_file(root, system)
    if cache is not None and file in cache:
        return cache[file]
    origin = read_origin(file, file.relative_to(root).as_posix())
    if cache is not None:
        cache[file] = origin
    return origin


def _strays(part: MarkedYaml, file: Path) -> Iterator[Finding]:
    """A chapter's file holds that chapter, so that a reader of `system.yaml` knows what is not in it."""
    for key in part.data:
        if key != file.stem:
            message = f"stands in the file of the chapter {file.stem}"
            advice = f"move it to {SYSTEM}, or choose another file name for an environment"
            yield Finding(locate(part.marks, (key,), file.name), "stray-chapter", key, message, advice)


def _read(root: Path, file: Path, cache: dict[Path, MarkedYaml] | None) -> MarkedYaml:
    if cache is not None and file in cache:
        return cache[file]
    marked = read_marked_yaml(file, file.relative_to(root).as_posix())
    if cache is not None:
        cache[file] = marked
    return marked

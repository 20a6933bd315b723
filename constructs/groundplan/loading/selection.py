"""Which environments a repository has, and which of them the words of a command line mean; reads no file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from groundplan.errors import EnvironmentFileError, Finding, Location, UsageError
from groundplan.layout import ENVIRONMENTS

DEFAULTS = "defaults.yaml"
SYSTEM = "system.yaml"
EXEMPTIONS = "exemptions.yaml"
CHAPTERS = ("exemptions", "observability", "operations", "pipelines")
"""Chapters that may stand in a file of their own beside `system.yaml`, so that no file is longer than a sitting."""

RESERVED = frozenset({"system", "requirements", *CHAPTERS})
"""Files beside the overlays that are not environments."""


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
    if not any(known.values()):
        raise UsageError(
            f"there is no environment below {root / ENVIRONMENTS}", "run inside the repository, or pass --root"
        )
    everything = [(system, environment) for system, environments in known.items() for environment in environments]
    names = set(known) | {f"{system}/{environment}" for system, environment in everything}
    wanted = list(wanted)
    chosen: set[tuple[str, str]] = set()
    for name in wanted:
        wish = name.strip("/").removeprefix(f"{ENVIRONMENTS}/").removesuffix(".yaml")
        if wish not in names:
            _refuse_without_system_file(root, wish)
            near = difflib.get_close_matches(wish, sorted(names), 1)
            hint = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(sorted(known)) or 'none yet'}"
            raise UsageError(f"there is no system or environment `{name}`", hint)
        system, _, environment = wish.partition("/")
        chosen |= {pair for pair in everything if pair[0] == system and environment in ("", pair[1])}
    return [pair for pair in everything if pair in chosen] if wanted else everything


def _refuse_without_system_file(root: Path, wish: str) -> None:
    folder = root / ENVIRONMENTS / wish.partition("/")[0]
    if folder.is_dir() and not (folder / SYSTEM).exists():
        raise EnvironmentFileError([no_system_file(folder)])


def no_system_file(folder: Path) -> Finding:
    """What is said where a folder has environments and nothing they share."""
    shown = f"{ENVIRONMENTS}/{folder.name}/{SYSTEM}"
    return Finding(
        Location(shown), "file.missing", "", "does not exist", f"create it and begin with `system: {folder.name}`"
    )

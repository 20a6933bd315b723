"""Entries of a system that are renamed or removed, with everything that names them.

The loader knows what names what: after the entry itself is changed, whatever it then refuses at a place where the old
name stands is changed too, until it refuses nothing. Nothing is written before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from groundplan.errors import EnvironmentFileError, GroundplanError, Location, UsageError
from groundplan.layout import ENVIRONMENTS
from groundplan.loading.load import load_environments
from groundplan.loading.selection import CHAPTERS, SYSTEM, environment_names
from groundplan.model.environment import Environment
from groundplan.yaml.edit import remove_at, rename_key, replace_at
from groundplan.yaml.marked import MarkedYaml, YamlPath, dotted, parse_marked_yaml, read_marked_yaml, value_at

KINDS = ("services", "jobs", "data", "charts", "expose")
"""Chapters whose entries have names that others refer to."""

MOST_ROUNDS = 20
"""How often the loader is asked; each round goes one reference deeper."""

REQUIREMENTS = "requirements.yaml"


@dataclass(slots=True)
class Edited:
    """Files of a system, changed but not written."""

    root: Path
    """The repository."""

    system: str
    """The system."""

    texts: dict[Path, str]
    """Every file that people write for it."""

    before: Mapping[str, Environment]
    """Its environments as the files stand."""

    after: dict[str, Environment] = field(default_factory=dict)
    """Its environments as they will be."""

    places: list[str] = field(default_factory=list)
    """What was changed, `file:line key`."""

    evidence: int = 0
    """Lines of evidence that were changed with it."""


def edited(root: Path, system: str, entry: str, new: str | None) -> Edited:
    """The files of `system` with an entry renamed, or without it.

    Args:
        root: the repository.
        system: name of the system.
        entry: chapter and name, `services.web`.
        new: the new name; None removes it.

    Raises:
        UsageError: where there is no such system or entry, or the new name is taken.
        EnvironmentFileError: where the loader refuses what nothing here can change.
    """
    names = environment_names(root)
    if system not in names:
        raise UsageError(f"there is no system `{system}`", f"write one of {', '.join(names)}")
    chapter, _, name = entry.partition(".")
    if chapter not in KINDS or not name:
        raise UsageError(f"`{entry}` is no entry", f"write it as CHAPTER.NAME, with one of {', '.join(KINDS)}")
    folder = root / ENVIRONMENTS / system
    files = [folder / SYSTEM, *(folder / f"{item}.yaml" for item in (*CHAPTERS, *names[system]))]
    texts = {file: file.read_text("utf-8") for file in files if file.exists()}
    before = {
        item.environment.environment: item.environment
        for item in load_environments(root, [(system, environment) for environment in names[system]])
    }
    found = Edited(root, system, texts, before)
    holders = [file for file in texts if name in _data(found, file).get(chapter, {})]
    if not holders:
        raise UsageError(f"{system} has no `{entry}`", f"look at {ENVIRONMENTS}/{system}/{SYSTEM}")
    if new is not None and any(new in _data(found, file).get(chapter, {}) for file in texts):
        raise UsageError(f"{system} has `{chapter}.{new}` already", "choose another name")
    for file in holders:
        _change(found, file, (chapter, name), name, new)
    _follow(found, name, new)
    return found


def _data(found: Edited, file: Path) -> dict[str, Any]:
    return parse_marked_yaml(found.texts[file], file.name).data


def _follow(found: Edited, name: str, new: str | None) -> None:
    """Change whatever the loader refuses because of the old name, round by round."""
    for _ in range(MOST_ROUNDS):
        try:
            found.after = _loaded(found)
            return
        except GroundplanError as error:
            findings = [item for item in error.findings if item.rule != "idle"]
            changed = [item for item in findings if _change_at(found, item.location, name, new)]
            if not changed:
                raise EnvironmentFileError(error.findings) from None
    raise UsageError(f"`{name}` is named in too many ways", "change the files by hand")


def _loaded(found: Edited) -> dict[str, Environment]:
    cache = {
        file: parse_marked_yaml(text, file.relative_to(found.root).as_posix()) for file, text in found.texts.items()
    }
    pairs = [(found.system, name) for name in environment_names(found.root)[found.system]]
    return {item.environment.environment: item.environment for item in load_environments(found.root, pairs, cache)}


def _change_at(found: Edited, at: Location, name: str, new: str | None) -> bool:
    """Change what stands where the loader points, if it names the entry; a value in a flow is the nearest that does."""
    file = found.root / at.file
    if file not in found.texts:
        return False
    marked = parse_marked_yaml(found.texts[file], at.file)
    here = [path for path, mark in marked.marks.items() if (mark.line, mark.column) == (at.line, at.column)]
    for path in sorted(here, key=len, reverse=True):
        for inner in (path, *_below(marked, path)):
            if inner[-1] == name or _names(value_at(marked.data, inner), name):
                _change(found, file, inner, name, new)
                return True
    return False


def _below(marked: MarkedYaml, path: YamlPath) -> list[YamlPath]:
    return [other for other in marked.marks if other[: len(path)] == path and other != path]


def _names(value: object, name: str) -> bool:
    """Whether a value is the name, alone or before a slash or a colon: `redis/1`."""
    return isinstance(value, str) and (value == name or value.startswith((f"{name}/", f"{name}:")))


def _change(found: Edited, file: Path, path: YamlPath, name: str, new: str | None) -> None:
    text, shown = found.texts[file], file.relative_to(found.root).as_posix()
    marked = parse_marked_yaml(text, shown)
    at = marked.marks[path]
    value = value_at(marked.data, path)
    if new is None:
        after = remove_at(text, path, shown)
    elif path[-1] == name:
        after = rename_key(text, path, new, shown)
    else:
        after = replace_at(text, path, f"{new}{str(value)[len(name) :]}", shown)
    found.texts[file] = after
    found.places.append(f"{at.file}:{at.line}  {dotted(path)}")


def follow_evidence(found: Edited, names: Mapping[str, str]) -> None:
    """Rename objects in what requirements look at; what was asked for stays in the words it was asked in.

    Args:
        found: the system.
        names: names of objects before, to their names afterwards.
    """
    file = found.root / ENVIRONMENTS / found.system / REQUIREMENTS
    if not file.exists() or not names:
        return
    shown = file.relative_to(found.root).as_posix()
    word = _word(*names)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    for line in sorted(set(_evidence_lines(read_marked_yaml(file, shown)))):
        text = word.sub(lambda match: names[match[0]], lines[line - 1])
        if text != lines[line - 1]:
            lines[line - 1] = text
            found.evidence += 1
    found.texts[file] = "".join(lines)


def _word(*names: str) -> re.Pattern[str]:
    """Any of the names where it is not a part of another one."""
    listed = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"(?<![A-Za-z0-9-])(?:{listed})(?![A-Za-z0-9-])")


def _evidence_lines(marked: MarkedYaml) -> Iterator[int]:
    for path, at in marked.marks.items():
        if len(path) > 2 and path[0] == "requirements" and path[2] in ("evidence", "relations"):
            yield at.line


def mentions(found: Edited, name: str) -> list[str]:
    """Lines of evidence that still look at something of that name, `file:line`."""
    file = found.root / ENVIRONMENTS / found.system / REQUIREMENTS
    if not file.exists():
        return []
    shown = file.relative_to(found.root).as_posix()
    word = _word(name)
    lines = found.texts.get(file, file.read_text("utf-8")).splitlines()
    marked = parse_marked_yaml("\n".join(lines), shown)
    return [f"{shown}:{line}" for line in sorted(set(_evidence_lines(marked))) if word.search(lines[line - 1])]

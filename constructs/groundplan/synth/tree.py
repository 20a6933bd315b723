"""Writing generated trees: the whole future of each beside its place first, then one exchange.

A run that fails or is killed leaves every tree as it was. What a run covers is replaced whole, so that removed
objects disappear; what it does not cover is carried over untouched. Unchanged files keep their inode and their
time stamp, and a tree in which nothing changed is not exchanged at all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from groundplan.layout import STAGING
from groundplan.synth.exchange import exchange_all


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an exchange changed, as paths relative to the repository."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether anything is different."""
        return bool(self.added or self.changed or self.removed)


def write_trees(
    root: Path,
    files: Mapping[PurePosixPath, bytes],
    covered: Iterable[PurePosixPath],
    keep: Iterable[PurePosixPath] = (),
) -> Outcome:
    """Make every folder in `covered` hold exactly those of `files` that lie below it, and what `keep` names.

    Args:
        root: the repository.
        files: content by path relative to `root`.
        covered: folders the run answers for, each below a generated root such as `dist`.
        keep: files inside covered folders that somebody else writes; they stay as they are.
    """
    folders, kept = {str(folder) for folder in covered}, {str(path) for path in keep}
    contents = {str(path): content for path, content in files.items()}
    _refuse_strangers(contents, folders, kept)
    outcome = _compare(root, contents, folders, kept)
    if not outcome.any:
        return outcome
    staging = root / STAGING / f"staging-{os.getpid()}"
    shutil.rmtree(staging, ignore_errors=True)
    try:
        tops = _tops_with_changes(outcome)
        for top in tops:
            _carry_over(root, top, staging, _carried(root, top, contents, folders, kept, outcome))
        _write_new(staging, contents, (*outcome.added, *outcome.changed))
        exchange_all(root, staging, tops)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return outcome


def compare_trees(
    root: Path,
    files: Mapping[PurePosixPath, bytes],
    covered: Iterable[PurePosixPath],
    keep: Iterable[PurePosixPath] = (),
) -> Outcome:
    """What `write_trees` would change, without writing."""
    contents = {str(path): content for path, content in files.items()}
    return _compare(root, contents, {str(folder) for folder in covered}, {str(path) for path in keep})


def _refuse_strangers(contents: Mapping[str, bytes], folders: set[str], kept: set[str]) -> None:
    stray = next((path for path in contents if not _is_below(path, folders)), None)
    if stray is not None:
        raise ValueError(f"{stray} is outside what this run covers")
    taken = sorted(kept & contents.keys())
    if taken:
        raise ValueError(f"{taken[0]} is written by somebody else")


def _is_below(path: str, folders: set[str]) -> bool:
    end = path.find("/")
    while end > 0:
        if path[:end] in folders:
            return True
        end = path.find("/", end + 1)
    return False


def _compare(root: Path, contents: Mapping[str, bytes], folders: set[str], kept: set[str]) -> Outcome:
    before = {path for folder in folders for path in _files_below(root, folder)} - kept
    added = [path for path in contents if path not in before]
    removed = [path for path in before if path not in contents]
    changed = [path for path in contents if path in before and _content(f"{root}/{path}") != contents[path]]
    return Outcome(tuple(sorted(added)), tuple(sorted(changed)), tuple(sorted(removed)))


def _content(path: str) -> bytes | None:
    """None for what is no file of ours: a link, even to the right content, is replaced by a file."""
    file = Path(path)
    return None if file.is_symlink() else file.read_bytes()


def _files_below(root: Path, folder: str) -> Iterator[str]:
    """Everything but directories below `folder`; links are listed and never followed."""
    try:
        entries = list(os.scandir(root / folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        path = f"{folder}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _files_below(root, path)
        else:
            yield path


def _tops_with_changes(outcome: Outcome) -> list[PurePosixPath]:
    """The generated roots that differ: `docs/systems` counts as one, the rest of `docs` belongs to people."""
    return sorted({_top(path) for path in (*outcome.added, *outcome.changed, *outcome.removed)})


def _top(path: str) -> PurePosixPath:
    parts = path.split("/", 2)
    return PurePosixPath(*parts[: 2 if parts[0] == "docs" else 1])


def _carried(
    root: Path, top: PurePosixPath, contents: Mapping[str, bytes], folders: set[str], kept: set[str], outcome: Outcome
) -> Iterator[str]:
    """Files of `top` that stay as they are: unchanged ones, kept ones, and what the run does not cover."""
    changed = set(outcome.changed)
    for path in _files_below(root, str(top)):
        if path in kept or not _is_below(path, folders) or (path in contents and path not in changed):
            yield path


def _carry_over(root: Path, top: PurePosixPath, staging: Path, paths: Iterable[str]) -> None:
    (staging / top).mkdir(parents=True)
    made: set[str] = set()
    for path in paths:
        _make_folder(staging, path, made)
        try:
            os.link(f"{root}/{path}", f"{staging}/{path}", follow_symlinks=False)
        except OSError:  # a file system without hard links
            shutil.copy2(root / path, staging / path, follow_symlinks=False)


def _write_new(staging: Path, contents: Mapping[str, bytes], paths: Iterable[str]) -> None:
    made: set[str] = set()
    for path in paths:
        _make_folder(staging, path, made)
        Path(f"{staging}/{path}").write_bytes(contents[path])


def _make_folder(staging: Path, path: str, made: set[str]) -> None:
    folder = path.rpartition("/")[0]
    if folder not in made:
        (staging / folder).mkdir(parents=True, exist_ok=True)
        made.add(folder)

"""Writing generated trees: everything beside its place first, then one atomic exchange for each root.

A run that fails or is killed leaves every root as it was. What a run covers is replaced whole, so that removed
objects disappear; what it does not cover is carried over untouched. Unchanged files keep their inode and their
time stamp, and a tree in which nothing changed is not exchanged at all.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

STAGING = ".groundplan"
"""Folder in the repository for what is not finished; git ignores it."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


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
    covered, keep = sorted(set(covered)), frozenset(keep)
    stray = [path for path in files if not any(folder in path.parents for folder in covered)]
    if stray:
        raise ValueError(f"{stray[0]} is outside what this run covers")
    taken = sorted(keep & files.keys())
    if taken:
        raise ValueError(f"{taken[0]} is written by somebody else")
    outcome = _compare(root, files, covered, keep)
    if not outcome.any:
        return outcome
    staging = root / STAGING / f"staging-{os.getpid()}"
    shutil.rmtree(staging, ignore_errors=True)
    try:
        tops = _tops_with_changes(outcome)
        for top in tops:
            _stage(root, top, staging, files, covered, keep)
        _flush(staging)
        for top in tops:
            _exchange(staging / top, root / top)
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
    return _compare(root, files, sorted(set(covered)), frozenset(keep))


def _compare(
    root: Path,
    files: Mapping[PurePosixPath, bytes],
    covered: Iterable[PurePosixPath],
    keep: frozenset[PurePosixPath],
) -> Outcome:
    before = {path for folder in covered for path in _files_below(root, folder)} - keep
    added = [path for path in files if path not in before]
    removed = [path for path in before if path not in files]
    changed = [path for path in files if path in before and (root / path).read_bytes() != files[path]]
    return Outcome(*(tuple(sorted(map(str, paths))) for paths in (added, changed, removed)))


def _files_below(root: Path, folder: PurePosixPath) -> Iterable[PurePosixPath]:
    for directory, _, names in os.walk(root / folder):
        relative = PurePosixPath(Path(directory).relative_to(root).as_posix())
        for name in names:
            yield relative / name


def _tops_with_changes(outcome: Outcome) -> list[PurePosixPath]:
    """The generated roots that differ: `docs/systems` counts as one, the rest of `docs` belongs to people."""
    tops = {_top(PurePosixPath(path)) for path in (*outcome.added, *outcome.changed, *outcome.removed)}
    return sorted(tops)


def _top(path: PurePosixPath) -> PurePosixPath:
    depth = 2 if path.parts[0] == "docs" else 1
    return PurePosixPath(*path.parts[:depth])


def _stage(
    root: Path,
    top: PurePosixPath,
    staging: Path,
    files: Mapping[PurePosixPath, bytes],
    covered: Iterable[PurePosixPath],
    keep: frozenset[PurePosixPath],
) -> None:
    """Build the whole future of `top`: links to what stays as it is, new files for what differs."""
    covered = set(covered)
    (staging / top).mkdir(parents=True)
    for path in _files_below(root, top):
        if path in keep or not any(parent in covered for parent in path.parents):
            _link(root / path, staging / path)
    for path, content in files.items():
        if _top(path) != top:
            continue
        old = root / path
        if old.is_file() and old.read_bytes() == content:
            _link(old, staging / path)
        else:
            (staging / path).parent.mkdir(parents=True, exist_ok=True)
            (staging / path).write_bytes(content)


def _link(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def _flush(staging: Path) -> None:
    """Ask for the staged data to reach the disk before any name points at it."""
    if hasattr(os, "sync"):
        descriptor = os.open(staging, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _exchange(new: Path, place: Path) -> None:
    """Put the folder `new` in the place of `place` in one step, the old one landing where the new one was."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        new.rename(place)
        return
    if not _swap(new, place):
        _swap_by_renaming(new, place)


def _swap(new: Path, place: Path) -> bool:
    """One system call where the kernel and file system have it: renameat2 on Linux, renamex_np on macOS."""
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform.startswith("linux") and hasattr(libc, "renameat2"):
        failed = libc.renameat2(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(place), _RENAME_EXCHANGE)
    elif sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(os.fsencode(new), os.fsencode(place), _RENAME_SWAP)
    else:
        return False
    if failed and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(place))
    return not failed


def _swap_by_renaming(new: Path, place: Path) -> None:
    """Two renames; `recover` undoes the first where a kill came between them."""
    aside = place.with_name(f".{place.name}.groundplan-old")
    place.rename(aside)
    new.rename(place)
    shutil.rmtree(aside)


def recover(root: Path) -> None:
    """Put back what a killed run on a file system without exchange left aside, and remove old staging folders."""
    for aside in [*root.glob(".*.groundplan-old"), *root.glob("docs/.*.groundplan-old")]:
        place = aside.with_name(aside.name.removeprefix(".").removesuffix(".groundplan-old"))
        if place.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(place)
    for staging in (root / STAGING).glob("staging-*"):
        pid = staging.name.rpartition("-")[2]
        if not pid.isdigit() or not _alive(int(pid)):
            shutil.rmtree(staging, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

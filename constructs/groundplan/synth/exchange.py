"""The last step of writing: new trees take the place of old ones, all of them or none, whenever the run is killed.

One tree is exchanged by one system call. Several are not, so a journal says what is under way: a run that is killed
in between is finished by the next one. Where the file system has no exchange, two renames do it and the journal
covers the moment between them as well.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from groundplan.layout import STAGING

_ASIDE = "old"
_HELD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


@contextlib.contextmanager
def only_run(root: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the repository's lock: two runs would each render from what they read and write over the other.

    The system releases it when the holder ends, however it ends.

    Args:
        root: the repository.
        waiting: called once where another run holds the lock, before waiting for it.
    """
    (root / STAGING).mkdir(exist_ok=True)
    with (root / STAGING / "lock").open("a") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            waiting()
            fcntl.lockf(file, fcntl.LOCK_EX)
        yield


def exchange_all(root: Path, staging: Path, tops: Iterable[PurePosixPath]) -> None:
    """Put `staging/<top>` in the place of `root/<top>` for every top; the old trees end up in `staging`.

    Raises:
        OSError: where a tree cannot be moved; those already moved are back then.
    """
    tops = list(tops)
    journal = root / STAGING / "journal"
    trees = {str(top): (staging / top).stat().st_ino for top in tops}
    draft = staging / "journal"
    draft.write_text(json.dumps({"staging": staging.name, "trees": trees}))
    with _signals_held():
        draft.replace(journal)
        done: list[PurePosixPath] = []
        try:
            for top in tops:
                _exchange(staging, top, root / top)
                done.append(top)
        except OSError:
            for top in reversed(done):
                _take_back(staging, top, root / top)
            raise
        finally:
            journal.unlink()


def recover(root: Path) -> None:
    """Finish what a killed run had begun to put in place, and remove what it left behind. Needs the lock."""
    journal = root / STAGING / "journal"
    if journal.exists():
        with _signals_held():
            _finish(root, journal)
            journal.unlink()
    for staging in (root / STAGING).glob("staging-*"):
        shutil.rmtree(staging, ignore_errors=True)


def _finish(root: Path, journal: Path) -> None:
    """The inode tells a tree that is already in its place from one that still waits in staging."""
    noted = json.loads(journal.read_text())
    staging = root / STAGING / noted["staging"]
    for name, inode in noted["trees"].items():
        new, place, aside = staging / name, root / name, staging / _ASIDE / name
        if new.is_dir() and new.stat().st_ino == inode:
            _exchange(staging, PurePosixPath(name), place)
        elif not place.exists() and aside.is_dir():
            aside.rename(place)


def _exchange(staging: Path, top: PurePosixPath, place: Path) -> None:
    new = staging / top
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        new.rename(place)
    elif not _swap(new, place):
        aside = staging / _ASIDE / top
        aside.parent.mkdir(parents=True, exist_ok=True)
        place.rename(aside)
        new.rename(place)


def _take_back(staging: Path, top: PurePosixPath, place: Path) -> None:
    new, aside = staging / top, staging / _ASIDE / top
    if aside.exists():
        place.rename(new)
        aside.rename(place)
    elif new.exists():
        _swap(new, place)
    else:
        place.rename(new)


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


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Ctrl-C and termination wait until the trees are in place; that takes a millisecond.

    Held by handlers, not by a mask: a mask holds for one thread, and the kernel gives the signal to another.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    before = {number: signal.signal(number, lambda number, _: arrived.append(number)) for number in _HELD}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for missed in arrived:
            signal.raise_signal(missed)

"""Running a command and reading what it and its children cost."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import groundplan

SOURCES = Path(groundplan.__file__).resolve().parent.parent

BYTECODE = Path(tempfile.gettempdir()) / "groundplan-bench-bytecode"
"""Compiled modules, as an installation has them; some machines switch that off and compile at every start."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took, with every process it started and waited for."""

    wall: float
    """Seconds on the clock."""

    cpu: float
    """Seconds of processor time, user and system."""

    peak: float
    """Most memory of any one process, in MB."""

    code: int
    """Exit code."""

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak), self.code or other.code)


def measure(
    command: Sequence[str | Path],
    folder: Path,
    *,
    output: Path | None = None,
    accepted: Sequence[int] = (0,),
    environment: Mapping[str, str] | None = None,
) -> Cost:
    """Run `command` in `folder`.

    Args:
        command: program and arguments.
        folder: where it runs.
        output: file its standard output goes to; nowhere where it is None.
        accepted: exit codes that are no failure.
        environment: variables beside the inherited ones.

    Raises:
        RuntimeError: for any other exit code, with the end of what the command said.
    """
    complaint = folder / ".bench-errors"
    inherited = {**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONPYCACHEPREFIX": str(BYTECODE), **(environment or {})}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    with (output or Path(os.devnull)).open("wb") as out, complaint.open("wb") as err:
        started = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], cwd=folder, stdout=out, stderr=err, env=inherited)
        with _largest_below(process.pid) as largest:
            _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    code = process.returncode = os.waitstatus_to_exitcode(status)
    if code not in accepted:
        said = complaint.read_text(errors="replace").strip().splitlines()[-5:]
        raise RuntimeError(f"`{' '.join(map(str, command))}` ended with {code}: {' / '.join(said)}")
    complaint.unlink()
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB everywhere else
    peak = max(usage.ru_maxrss * unit, largest()) / 1e6
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak, code)


@contextlib.contextmanager
def _largest_below(root: int) -> Iterator[Callable[[], int]]:
    """Watch every process below `root` until the block ends; the result says how many bytes the largest took.

    What nobody waits for, such as the Node of a worker, is missing from what the system counts. Elsewhere than on
    Linux nobody is watched, and the result is 0.
    """
    found, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            found.extend(filter(None, map(_high_water, _below(root))))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: max(found)
    finally:
        done.set()
        thread.join()


def _below(root: int) -> Iterator[int]:
    yield root
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                yield from _below(int(child))


def _high_water(process: int) -> int:
    """Most memory the process has had so far, in bytes; 0 once it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def groundplan_command(root: Path, *arguments: str) -> list[str | Path]:
    """Our own command, as a process of its own, over the repository `root`."""
    return [sys.executable, "-m", "groundplan.cli.main", "--root", root, *arguments]

"""Running a command and reading what it and its children cost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
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
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    code = process.returncode = os.waitstatus_to_exitcode(status)
    if code not in accepted:
        said = complaint.read_text(errors="replace").strip().splitlines()[-5:]
        raise RuntimeError(f"`{' '.join(map(str, command))}` ended with {code}: {' / '.join(said)}")
    complaint.unlink()
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB everywhere else
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6, code)


def groundplan_command(root: Path, *arguments: str) -> list[str | Path]:
    """Our own command, as a process of its own, over the repository `root`."""
    return [sys.executable, "-m", "groundplan.cli.main", "--root", root, *arguments]

"""The command as a process: it ends with its verdict, says everything first, and takes nothing apart that nobody needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from groundplan.bench.sample import write_sample

STAGED = """
import atexit, gc, sys
import groundplan.cli.main as command

class Large:
    def __del__(self):
        print("taken apart")

held = Large()

def main(argv):
    atexit.register(print, "asked for at the end")
    print("said")
    {body}

command.main = main
sys.exit(command.program())
"""
"""The process with a `main` of the test's own."""

COLLECTING = """
import gc, sys
import groundplan.cli.main as command
main, runs = command.main, []

def counted(argv):
    gc.callbacks.append(lambda phase, _: runs.append(phase))
    code = main(argv)
    print(runs.count("start"))
    return code

command.main = counted
sys.exit(command.program(sys.argv[1:]))
"""

MOST_COLLECTIONS = 3
"""How often rendering 500 objects may have the collector walk through everything; 1 when this was written, and 196 with
what Python does by itself."""


def run(program: str, *words: str, output: int | None = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *words]
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return subprocess.run(command, stdout=output, stderr=subprocess.PIPE, env=variables, text=True, check=False)


@pytest.mark.parametrize(
    ("body", "code"), [("return 0", 0), ("return 1", 1), ("sys.exit(2)", 2), ("raise ValueError", 1)]
)
def test_it_ends_with_its_verdict_and_without_taking_everything_apart(body: str, code: int) -> None:
    ran = run(STAGED.format(body=body))

    assert (ran.returncode, ran.stdout) == (code, "said\nasked for at the end\n")
    assert ("ValueError" in ran.stderr) is ("ValueError" in body)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a file that is always full")
def test_output_that_cannot_be_written_is_no_success() -> None:
    with Path("/dev/full").open("w") as full:
        ran = run(STAGED.format(body="return 0"), output=full.fileno())

    assert ran.returncode == 120
    assert "No space left on device" in ran.stderr


def test_rendering_does_not_walk_through_everything_again_and_again(tmp_path: Path) -> None:
    root = write_sample(tmp_path, 500)

    ran = run(COLLECTING, "--root", str(root), "synth", "--workers", "1")

    assert ran.returncode == 0, ran.stderr
    assert 0 <= int(ran.stdout.splitlines()[-1]) <= MOST_COLLECTIONS

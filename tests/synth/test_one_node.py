"""cdk8s lives in one Node; what that prints never stands between two messages of jsii."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import groundplan

RUNTIME = Path(groundplan.__file__).parent / "one_node.js"

CHILDREN = """
import groundplan, cdk8s, pathlib
def below(process):
    for task in pathlib.Path(f"/proc/{process}/task").glob("*/children"):
        for child in task.read_text().split():
            yield child
            yield from below(child)
print(len(list(below("self"))))
"""


def run_program(tmp_path: Path, program: str) -> subprocess.CompletedProcess[str]:
    """What `program` does where jsii's would run, with one line on standard input."""
    (tmp_path / "program.js").write_text(program)
    variables = {**os.environ, "GROUNDPLAN_JSII_PROGRAM": str(tmp_path / "program.js"), "NODE_PRESERVE_SYMLINKS": "1"}
    command = [os.environ["JSII_NODE"], str(RUNTIME)]
    return subprocess.run(command, env=variables, input="hello\n", capture_output=True, text=True, check=True)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are counted where Linux lists them")
def test_cdk8s_starts_one_process() -> None:
    counted = subprocess.run([sys.executable, "-c", CHILDREN], capture_output=True, text=True, check=True)

    assert counted.stdout == "1\n"


def test_messages_come_in_and_go_out_on_standard_input_and_output(tmp_path: Path) -> None:
    echo = "const fs = require('fs'), b = Buffer.alloc(9); fs.writeSync(3, b, 0, fs.readSync(3, b, 0, 9, null));"

    assert run_program(tmp_path, echo).stdout == "hello\n"


@pytest.mark.parametrize(("call", "stream"), [("log", "stdout"), ("error", "stderr")])
def test_what_a_library_prints_is_wrapped_as_the_client_expects_it(tmp_path: Path, call: str, stream: str) -> None:
    ran = run_program(tmp_path, f"console.{call}('beside the point')")

    assert ran.stdout == ""
    assert json.loads(ran.stderr) == {stream: base64.b64encode(b"beside the point\n").decode()}


def test_packages_are_linked_to_their_cache_and_not_copied(tmp_path: Path) -> None:
    ran = run_program(tmp_path, "require('fs').writeSync(3, String(process.execArgv.includes('--preserve-symlinks')))")

    assert ran.stdout == "true"


def test_the_worker_that_indexes_a_package_is_found_under_its_longer_name(tmp_path: Path) -> None:
    (tmp_path / "lib__runtime-index-worker.js").write_text("require('fs').writeSync(1, 'indexed')")

    ran = run_program(tmp_path, "new (require('worker_threads').Worker)(`${__dirname}/runtime-index-worker.js`)")

    assert ran.stdout == "indexed"


def test_a_runtime_of_ones_own_stays() -> None:
    variables = {**os.environ, "JSII_RUNTIME": "/elsewhere.js"}
    printed = "import groundplan, os; print(os.environ['JSII_RUNTIME'])"

    ran = subprocess.run([sys.executable, "-c", printed], env=variables, capture_output=True, text=True, check=True)

    assert ran.stdout == "/elsewhere.js\n"

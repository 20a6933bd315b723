"""A copy of the sources that knows one thing more, and an environment beside it that has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import groundplan

SOURCES = Path(groundplan.__file__).parent
ENVIRONMENTS = SOURCES.parents[1] / "environments"

Changes = Mapping[str, Sequence[tuple[str, str]]]
"""An existing file of the package to pairs of texts: what stands there once, and what stands there instead."""


def grown(root: Path, folder: str, files: Mapping[str, str], changes: Changes, system: str) -> Path:
    """A repository whose sources have `folder` with `files` more and `changes`, with `system` as its only one."""
    copy = root / "constructs" / "groundplan"
    shutil.copytree(SOURCES, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / folder).mkdir()
    for name, text in files.items():
        file = copy / folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    for path, replacements in changes.items():
        text = (copy / path).read_text()
        for before, after in replacements:
            assert text.count(before) == 1
            text = text.replace(before, after)
        (copy / path).write_text(text)
    hello = root / "environments" / "hello"
    hello.mkdir(parents=True)
    for name in ("defaults.yaml", "provided.yaml"):
        shutil.copy(ENVIRONMENTS / name, root / "environments")
    (root / "docs").mkdir()
    shutil.copy(ENVIRONMENTS.parent / "docs" / "alerts.md", root / "docs")
    (hello / "system.yaml").write_text(system)
    (hello / "live.yaml").write_text("{}\n")
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A verb of the grown package."""
    command = [sys.executable, "-m", "groundplan.cli.main", "--root", str(root), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(root / "constructs")}
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=root, check=False)


GATES = (
    "names", "references", "reachability", "policy", "identity", "intent", "exposure", "credentials", "observability",
    "placement", "order", "cold_start", "delivery", "documents",
)  # fmt: skip
"""What judges a tree by itself; the others want facts that nobody has recorded of this copy's charts and kinds."""


def judged(root: Path) -> subprocess.CompletedProcess[str]:
    """All of those gates over what is rendered."""
    return run(root, "check", *(word for gate in GATES for word in ("--gate", gate)))


def touched(root: Path) -> set[str]:
    """Existing files that differ from ours."""
    copy = root / "constructs" / "groundplan"
    files = (path.relative_to(SOURCES) for path in SOURCES.rglob("*.py"))
    return {file.as_posix() for file in files if (SOURCES / file).read_bytes() != (copy / file).read_bytes()}

"""A small system with stores in a repository of its own, judged as the shipped ones are; tests plant violations in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from tests.support.grown import GATES
from tests.support.hello import REPOSITORY, hello

from groundplan.checks.runner import check
from groundplan.cli.main import main

Json = dict[str, Any]


def a_system(root: Path, more: str) -> Path:
    """The rendered repository of the smallest system with `more` at its end."""
    hello(root, more=more)
    (root / "docs").mkdir()
    shutil.copy(REPOSITORY / "docs" / "alerts.md", root / "docs")
    for verb in ("synth", "report"):
        assert main(["--root", str(root), verb]) == 0
    return root


def edited(root: Path, into: Path, path: str, change: Callable[[Json], object]) -> Path:
    """A copy of the repository in which one rendered object is another."""
    shutil.copytree(root, into)
    file = into / "dist" / "hello" / "live" / path
    document = yaml.safe_load(file.read_text("utf-8"))
    change(document)
    file.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    return into


def findings(root: Path, *gates: str) -> list[str]:
    """What gates say of the repository: by default all that judge a tree by itself."""
    return [str(finding) for finding in check(root, gates=gates or GATES, workers=1).findings]

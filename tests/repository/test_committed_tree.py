"""The committed trees hold every gate, and breaking them does not go unnoticed."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from groundplan.checks.runner import Report, check
from groundplan.cli.check import FURTHER

PARTS = ("schemas", "dist", "argocd", "docs/systems", "environments")
CASES = 20
"""Files that are broken at once; each must be named."""


@pytest.fixture(scope="module")
def report(repository: Path) -> Report:
    return check(repository, further=FURTHER)


def test_every_gate_passes(report: Report) -> None:
    assert report.objects > 1000
    assert [
        str(finding) for result in report.results if result.failed(strict=False) for finding in result.findings
    ] == []


def test_every_object_is_judged(report: Report) -> None:
    assert [
        str(finding) for result in report.results if result.failed(strict=True) for finding in result.findings
    ] == []
    assert sum(result.undeclared for result in report.results) == 0


@pytest.fixture
def copy(repository: Path, tmp_path: Path) -> Path:
    for part in PARTS:
        shutil.copytree(repository / part, tmp_path / part)
    for file in repository.glob("*"):
        if file.is_file():
            shutil.copy2(file, tmp_path / file.name)
    return tmp_path


def unnoticed(root: Path, files: list[Path]) -> list[str]:
    """Which of `files` no finding of the drift gate is about."""
    found = {finding.location.file for result in check(root, gates=["drift"]).results for finding in result.findings}
    return [name for file in files if (name := file.relative_to(root).as_posix()) not in found]


def test_every_deleted_object_is_named(copy: Path) -> None:
    files = random.Random(1).sample(sorted((copy / "dist").rglob("*.yaml")), CASES)
    for file in files:
        file.unlink()

    assert unnoticed(copy, files) == []


def test_every_changed_object_is_named(copy: Path) -> None:
    files = random.Random(2).sample(sorted((copy / "dist").rglob("*.yaml")), CASES)
    for file in files:
        file.write_text(file.read_text("utf-8").replace("groundplan", "somebody", 1), "utf-8")

    assert unnoticed(copy, files) == []


def test_an_empty_tree_does_not_pass(repository: Path, tmp_path: Path) -> None:
    shutil.copytree(repository / "environments", tmp_path / "environments")
    (tmp_path / "dist").mkdir()
    (tmp_path / "argocd").mkdir()

    failed = {result.name for result in check(tmp_path, further=FURTHER).results if result.failed(strict=False)}

    assert {"inventory", "drift", "requirements"} <= failed

"""A repository with one system more: a shop whose logs are kept, and the facts of the charts that only it has."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import pytest

from groundplan.cli import report
from groundplan.synth.synthesize import synthesize, write

HERE = Path(__file__).parent
SYSTEM = "logs"


@pytest.fixture(scope="package")
def rendered(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's environments and this one, rendered with the management cluster."""
    root = tmp_path_factory.mktemp("logs")
    for recorded in ("charts", "environments", "schemas"):
        shutil.copytree(repository / recorded, root / recorded)
    shutil.copytree(HERE / "repository", root, dirs_exist_ok=True)
    (root / "docs").mkdir()
    shutil.copy2(repository / "docs/alerts.md", root / "docs/alerts.md")  # where alerts lead
    write(root, synthesize(root, [SYSTEM, "management"], workers=1))
    report.run(argparse.Namespace(), root)
    return root


@pytest.fixture
def tree(rendered: Path, tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return shutil.copytree(rendered, tmp_path / "tree")

"""What the tests of reviews share."""

from __future__ import annotations

from pathlib import Path

import pytest
from trees_in_git import a_repository


@pytest.fixture
def git_root(tmp_path: Path) -> Path:
    """A repository with one Deployment, committed."""
    root = tmp_path / "repository"
    root.mkdir()
    return a_repository(root)

"""What tests share: the repository's root, and a chart to build constructs in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import groundplan as groundplan  # it chooses the Node that jsii starts, and so comes before whoever imports cdk8s

os.environ.setdefault("GROUNDPLAN_TODAY", "2026-11-21")  # a test means the same on every day


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parent.parent

"""Decisions have numbers of their own, and the index knows them all."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest


@pytest.fixture
def pages(repository: Path) -> list[Path]:
    return sorted((repository / "docs/decisions").glob("[0-9]*.md"))


def test_no_number_is_given_twice(pages: list[Path]) -> None:
    counts = Counter(page.name[:4] for page in pages)

    assert [number for number, count in counts.items() if count > 1] == []


def test_the_title_begins_with_the_number(pages: list[Path]) -> None:
    titles = {page.name[:4]: page.read_text("utf-8").splitlines()[0] for page in pages}

    assert {number: title for number, title in titles.items() if not title.startswith(f"# {number} ")} == {}


def test_the_index_lists_every_page_with_its_title(repository: Path, pages: list[Path]) -> None:
    index = (repository / "docs/decisions/README.md").read_text("utf-8").splitlines()

    expected = [
        re.sub(r"^# (\d+) (.*)$", rf"- [\1]({page.name}) \2", page.read_text("utf-8").splitlines()[0]) for page in pages
    ]
    assert [line for line in expected if line not in index] == []
    assert [line for line in index if line.startswith("- ") and line not in expected] == []

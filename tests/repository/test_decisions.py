"""Decisions have numbers of their own, and the index knows them all."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
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


def test_every_page_says_whether_it_holds_and_since_when(pages: list[Path]) -> None:
    numbers = {page.name[:4] for page in pages}

    assert {
        page.name: problem for page in pages if (problem := _status_problem(page.read_text("utf-8"), numbers))
    } == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# 0001 A\n\nStatus: accepted, 2026-01-31.\n\nBecause.", ""),
        ("# 0001 A\n\nStatus: superseded by 0002, 2026-01-31.\n\nBecause.", ""),
        ("# 0001 A\n\nBecause.", "has no status"),
        ("# 0001 A\n\nStatus: accepted.\n\nBecause.", "has no status"),
        ("# 0001 A\n\nStatus: accepted, 2026-02-31.\n\nBecause.", "is dated 2026-02-31"),
        ("# 0001 A\n\nStatus: superseded by 0009, 2026-01-31.\n\nBecause.", "gives way to 0009, which there is not"),
    ],
)
def test_a_page_without_a_true_status_is_seen(text: str, problem: str) -> None:
    assert _status_problem(text, {"0001", "0002"}) == problem


def _status_problem(text: str, numbers: set[str]) -> str:
    """What is wrong with the line below the title; empty where nothing is."""
    line = text.splitlines()[2]
    found = re.fullmatch(r"Status: (?:accepted|superseded by (\d{4})), (\d{4}-\d\d-\d\d)\.", line)
    if found is None:
        return "has no status"
    if found[1] is not None and found[1] not in numbers:
        return f"gives way to {found[1]}, which there is not"
    try:
        date.fromisoformat(found[2])
    except ValueError:
        return f"is dated {found[2]}"
    return ""


def test_the_index_lists_every_page_with_its_title(repository: Path, pages: list[Path]) -> None:
    index = (repository / "docs/decisions/README.md").read_text("utf-8").splitlines()

    expected = [
        re.sub(r"^# (\d+) (.*)$", rf"- [\1]({page.name}) \2", page.read_text("utf-8").splitlines()[0]) for page in pages
    ]
    assert [line for line in expected if line not in index] == []
    assert [line for line in index if line.startswith("- ") and line not in expected] == []

"""Rules notice what would cause an outage or a breach: single edits of the rendered trees, and who sees each.

`GROUNDPLAN_CORPUS=1` tries every edit; otherwise every eighth is tried, always the same ones.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from . import rented as rented  # registers its operators, as the next does
from . import settings as settings
from .edits import OPERATORS, Edit, edits
from .judged import WORLDS, World, worlds

ALL = "GROUNDPLAN_CORPUS"
"""Environment variable that has every edit tried; they take a minute of processor time."""

SHARE = 8
"""Otherwise one edit in so many is tried."""

EACH = 1
"""Objects that each operator breaks in each part of the tree."""

LEAST = 0.98
"""Share of the edits that some rule must notice, without comparison with a fresh synth and without requirements."""

UNNOTICED = frozenset(
    {
        "origin-is-switched-off",  # the other one answers; which of the two should is said by the failover
        "security-rule-denies",  # inbound, from a gateway to pods whose addresses it finds by itself
    }
)
"""Faults that no rule sees yet, or not at every object: the list to shorten."""


@pytest.fixture(scope="module")
def parts(repository: Path) -> dict[str, World]:
    return worlds(repository)


def corpus(parts: dict[str, World]) -> list[tuple[World, Edit]]:
    return [(part, edit) for part in parts.values() for edit in edits(part.inventory, EACH)]


def test_the_corpus_is_broad(parts: dict[str, World]) -> None:
    tried = corpus(parts)

    assert len(tried) >= 400
    assert len({edit.operator.name for _, edit in tried}) >= 180
    assert {operator.area for operator in OPERATORS} >= {
        "backup", "cloud", "delivery", "identity", "ingress", "networking", "observability", "policy", "rbac",
        "scheduling", "secrets", "storage", "workload",
    }  # fmt: skip


def test_every_operator_finds_something_to_break(parts: dict[str, World]) -> None:
    used = {edit.operator.name for _, edit in corpus(parts)}

    assert {operator.name for operator in OPERATORS} - used == set()


@pytest.mark.slow
def test_rules_notice_what_breaks_a_system(parts: dict[str, World]) -> None:
    whole = corpus(parts)
    tried = whole if os.environ.get(ALL) else whole[::SHARE]

    unnoticed = [edit for part, edit in tried if not part.noticed_by(edit)]

    assert [str(edit) for edit in unnoticed if edit.operator.name not in UNNOTICED] == []
    assert len(unnoticed) <= (1 - LEAST) * len(tried), "\n".join(map(str, unnoticed))
    assert not os.environ.get(ALL) or {edit.operator.name for edit in unnoticed} == UNNOTICED


def test_the_parts_that_are_broken_are_whole_before(parts: dict[str, World]) -> None:
    assert set(parts) == set(WORLDS)
    assert all(len(part.inventory) > 200 for part in parts.values())

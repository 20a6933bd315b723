"""A standby stands in from the day it is written, waits until the switch is set, and has then taken over."""

from __future__ import annotations

from pathlib import Path

import pytest
from systems import an_environment

import groundplan
from groundplan.facts.standby import has_taken_over, serves_follower, stands_in, waits

PEERS = {"peer": "production", "rto": "4h", "rpo": "30m"}
ANSWERS = {
    "neither side": (None, (False, False, False, False)),
    "primary": ({"role": "primary", **PEERS}, (False, False, False, True)),
    "waiting standby": ({"role": "standby", **PEERS}, (True, True, False, False)),
    "active standby": ({"role": "standby", "active": True, **PEERS}, (True, False, True, False)),
}


@pytest.mark.parametrize(("recovery", "answers"), ANSWERS.values(), ids=ANSWERS)
def test_each_side_is_known_by_four_answers(recovery: dict[str, object] | None, answers: tuple[bool, ...]) -> None:
    environment = an_environment("staging", recovery=recovery)

    questions = (stands_in, waits, has_taken_over, serves_follower)
    assert tuple(question(environment) for question in questions) == answers


def test_a_primary_without_workloads_has_no_database_to_follow() -> None:
    cluster = an_environment("production", role="cluster")

    assert not serves_follower(cluster)


def test_nobody_else_compares_the_role() -> None:
    source = Path(groundplan.__file__).parent

    comparing = [
        file.relative_to(source).as_posix() for file in source.rglob("*.py") if '= "standby"' in file.read_text()
    ]

    assert comparing == ["model/recovery.py"]

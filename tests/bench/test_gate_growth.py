"""Four times the services cost a gate four times the work, not sixteen.

Calls are counted, not seconds: the same tree takes the same number of them on every machine, however busy it is.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from groundplan.bench.sample import OBJECTS_PER_SERVICE, write_sample
from groundplan.checks import GATES
from groundplan.checks.gate import Context, Gate
from groundplan.checks.inventory import Inventory
from groundplan.checks.runner import read
from groundplan.synth.synthesize import synthesize, write

SERVICES = 24

MOST = 5.0
"""How many times the calls four times the services may take: linear is 4, quadratic 16."""

OTHERS_WORK = ("checkov", "drift")
"""Gates that spend their time in a scanner and in rendering, whose growth is measured there."""


def tree(folder: Path, services: int) -> tuple[Inventory, Context]:
    root = write_sample(folder / str(services), services * OBJECTS_PER_SERVICE)
    write(root, synthesize(root, workers=1))
    return read(root)


def calls(gate: Gate, of: tuple[Inventory, Context]) -> int:
    """Functions that `gate` calls, Python's own included."""
    count = 0

    def counted(_: FrameType, event: str, __: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        gate.run(*of)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_gates_are_linear_in_services(tmp_path: Path) -> None:
    warm_up, few, many = (tree(tmp_path, count) for count in (1, SERVICES, 4 * SERVICES))
    grown = {}
    for gate in GATES:
        if gate.name not in OTHERS_WORK:
            gate.run(*warm_up)  # what is imported or read once is no part of the question
            grown[gate.name] = calls(gate, many) / calls(gate, few)

    assert {name: round(times, 1) for name, times in grown.items() if times > MOST} == {}
    assert max(grown.values()) > 3  # something did grow

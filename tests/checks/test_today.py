"""A run can be held against another day."""

from __future__ import annotations

from datetime import date

import pytest

from groundplan.checks.today import VARIABLE, today
from groundplan.errors import UsageError


def test_the_variable_names_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "2027-03-01")

    assert today() == date(2027, 3, 1)


def test_what_is_no_day_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "tomorrow")

    with pytest.raises(UsageError, match="`tomorrow`, which is no day"):
        today()

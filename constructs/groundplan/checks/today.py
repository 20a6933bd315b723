"""The day a run is held against: today, or the one `GROUNDPLAN_TODAY` names, so that a run can be repeated."""

from __future__ import annotations

import os
from datetime import date

from groundplan.errors import UsageError

VARIABLE = "GROUNDPLAN_TODAY"


def today() -> date:
    """The day that ends of support and of exemptions are compared with.

    Raises:
        UsageError: where the variable holds no day.
    """
    said = os.environ.get(VARIABLE, "")
    try:
        return date.fromisoformat(said) if said else date.today()
    except ValueError:
        raise UsageError(f"{VARIABLE} is `{said}`, which is no day", "write it like 2027-01-31") from None

"""Durations as Azure writes them."""

from __future__ import annotations

from groundplan.model.values import whole_seconds


def iso_duration(text: str) -> str:
    """A duration as Azure writes it: `14d` is `P14D`, `10m` is `PT10M`."""
    seconds = whole_seconds(text)
    days, rest = divmod(seconds, 86_400)
    if rest == 0:
        return f"P{days}D"
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    clock = "".join(f"{value}{unit}" for value, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if value)
    return f"P{days}DT{clock}" if days else f"PT{clock}"

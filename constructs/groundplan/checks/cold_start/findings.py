"""What is said about a cold start that stops: what waits for what, and where both stand."""

from __future__ import annotations

from groundplan.checks.cold_start.plan import Event, Need, Place, Stop
from groundplan.checks.documents.pages import Page
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding, Location

MOST = 6
"""Links of a circle that are told."""


def finding_of(inventory: Inventory, stop: Stop) -> Finding:
    """One stop as a finding at the first of its needs."""
    first = stop.chain[0]
    if stop.is_circle:
        message = f"waits for {first.why}, and that for itself: {_circle(inventory, stop.chain)}"
        advice = first.advice or "bring one of them earlier, or let it do without the other"
    else:
        message = f"waits for {first.why}, which nobody brings before"
        advice = first.advice or "bring it in an earlier wave, or say on the bootstrap page who does"
    return Finding(_location(inventory, first.place), "cold-start", _subject(first.place, stop.event), message, advice)


def _circle(inventory: Inventory, chain: tuple[Need, ...]) -> str:
    told = [f"{need.why} ({_location(inventory, need.place)})" for need in chain[:MOST]]
    return ", then ".join([*told, *(["..."] if len(chain) > MOST else [])])


def _location(inventory: Inventory, place: Place) -> Location:
    if isinstance(place.item, Page):
        return Location(place.item.file, place.line)
    return inventory.locate(place.item, *place.field)


def _subject(place: Place, event: Event) -> str:
    return str(place.item) if isinstance(place.item, Object) else f"step of line {place.line}"

"""What a change to one object does, from the worst to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Outcome(StrEnum):
    """Exactly one for each changed object; the order of the members is the order of a report."""

    IMPOSSIBLE = "impossible"
    """The API server or the operator refuses it: storage shrinks, a version goes back, a claim template changes."""

    STATEFUL_DELETION = "stateful deletion"
    """What holds data or identity goes: volumes, databases, queues, definitions, namespaces, buckets, vaults."""

    EXPOSURE = "exposure widened"
    """More may reach it, or it may do more."""

    PROTECTION = "protection weakened"
    """Something that kept it safe or whole is less than before."""

    RECREATED = "recreated"
    """An immutable field changes: the sync fails until somebody deletes the object."""

    DELETED = "deleted"
    """It goes, and nothing is lost with it."""

    UNKNOWN = "unknown"
    """No table says what it does: read it."""

    RESTART = "rolling restart"
    """Pods or instances are replaced one by one."""

    CREATED = "created"
    """It is new and opens nothing."""

    IN_PLACE = "in place"
    """It is changed while everything runs on."""

    NOTHING = "no effect"
    """Nothing that runs notices."""

    @cached_property
    def rank(self) -> int:
        """Its place: 0 is the worst."""
        return list(Outcome).index(self)

    @property
    def is_dangerous(self) -> bool:
        """Whether somebody has to answer for it."""
        return self.rank <= Outcome.UNKNOWN.rank and self is not Outcome.DELETED


def worst(outcomes: list[Outcome]) -> Outcome:
    """The worst of them; nothing where there is none."""
    return min(outcomes, key=lambda item: item.rank, default=Outcome.NOTHING)


@dataclass(frozen=True, slots=True)
class Reason:
    """One field that changed, and what that does."""

    outcome: Outcome
    """What it does."""

    path: str
    """The field, `spec.template.spec.containers[web].image`; empty for the object itself."""

    before: str
    """Its value before, shortened; empty where it was not there."""

    after: str
    """Its value now."""

    why: str = ""
    """What the table says of it. Default nothing: the field speaks for itself."""

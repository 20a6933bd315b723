"""One evaluation of an expression of relations: where it is asked, what it went through, and why it does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.pods import Pods
from groundplan.requirements.ground import Ground


@dataclass(slots=True)
class Asked:
    """One evaluation."""

    ground: Ground
    """Environment."""

    trail: list[tuple[Object, str]] = field(default_factory=list)
    """Objects on the way, each with the part it plays."""

    reasons: list[str] = field(default_factory=list)
    """Why something does not hold."""

    def no(self, reason: str) -> bool:
        """Remember why not."""
        self.reasons.append(reason)
        return False

    def through(self, item: Object | None, part: str) -> None:
        """Remember an object on the way; without it, or with that part of it broken, the relation must end."""
        if item is not None and (item, part) not in self.trail:
            self.trail.append((item, part))

    def aside(self) -> Asked:
        """The same question without its trail: for what another relation is asked about, and broken for, by itself."""
        return Asked(self.ground, [], self.reasons)

    def workloads(self, name: str, part: str = "source") -> list[Pods]:
        """Pods of the rendered workload of that name in the environment's namespace, which the relation goes through."""
        found = self.ground.cluster.workload(self.ground.environment.namespace, name)
        for pods in found:
            self.through(pods.origin, part)
        return found


_ASKED: ContextVar[Asked] = ContextVar("asked")


def current() -> Asked:
    """The evaluation that is under way."""
    return _ASKED.get()


@contextmanager
def asking(ground: Ground) -> Iterator[Asked]:
    """Have relations answer for one environment."""
    asked = Asked(ground)
    token = _ASKED.set(asked)
    try:
        yield asked
    finally:
        _ASKED.reset(token)

"""What the exposure gate asks whoever knows a cloud's doors: `effect/exposure.py` of a platform's or a store's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from groundplan.checks.effects import effects
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

Judge = Callable[[Inventory, Context], Iterator[Finding]]


class Doors:
    """What objects of one cloud open beside their own settings; by default nothing."""

    kinds: ClassVar[tuple[str, ...]] = ()
    """`group/Kind` of what is judged by more than `closed.yaml`. Default none."""

    judges: ClassVar[tuple[Judge, ...]] = ()
    """Everything that is asked of them. Default nothing."""

    def shown(self, inventory: Inventory) -> frozenset[str]:
        """Paths of objects that everybody may read on purpose, and that show nothing but what is public. Default none."""
        return frozenset()

    def answers_itself(self, ingress: Object, service: str, port: Mapping[str, Any]) -> bool:
        """Whether the load balancer answers a path of an Ingress by itself, so that nobody behind it is reached. Default no."""
        return False


@cache
def doors() -> tuple[Doors, ...]:
    """Every cloud's."""
    return tuple(module.READER() for module in effects("exposure"))

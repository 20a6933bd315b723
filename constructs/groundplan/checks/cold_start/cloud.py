"""What the cold start asks whoever knows a cloud: `effect/cold_start.py` of a platform's folder."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, ClassVar

from groundplan.checks.effects import effects

if TYPE_CHECKING:
    from groundplan.checks.cold_start.page import Steps
    from groundplan.checks.cold_start.plan import Plan
    from groundplan.checks.cold_start.scene import Scene

Kind = tuple[str, str]
"""Group and kind."""


class Cloud:
    """Which of its objects are clusters and nodes, and what its controllers call ready too early; by default none."""

    control_planes: ClassVar[frozenset[Kind]] = frozenset()
    """Kinds that are a cluster. Default none."""

    node_groups: ClassVar[frozenset[Kind]] = frozenset()
    """Kinds that bring a cluster its first nodes. Default none."""

    identities: ClassVar[frozenset[Kind]] = frozenset()
    """Kinds that give a ServiceAccount, in `spec.namespace` and `spec.serviceAccount`, an identity that a pod gets when it
    is made and never later. Default none."""

    def add_proofs(self, scene: Scene, plan: Plan, steps: Steps) -> None:
        """Say what its objects wait for after their controller calls them ready. Default nothing."""


@cache
def clouds() -> tuple[Cloud, ...]:
    """Every cloud."""
    return tuple(module.READER() for module in effects("cold_start"))

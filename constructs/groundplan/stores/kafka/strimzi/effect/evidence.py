"""What evidence reads of a Kafka that Strimzi runs: that its nodes are more than one, and stand apart."""

from __future__ import annotations

from typing import Any

from groundplan.checks.inventory import Object
from groundplan.requirements.relations.evidence import Breaks, StoreEvidence

POOL = ("kafka.strimzi.io", "KafkaNodePool")


def _all_together(document: dict[str, Any], told: str) -> None:
    if document["kind"] == POOL[1]:
        document["spec"]["template"]["pod"] = {}


def _alone(document: dict[str, Any], told: str) -> None:
    if document["kind"] == POOL[1]:
        document["spec"]["replicas"] = 1


class StrimziEvidence(StoreEvidence):
    """Node pools of brokers and of controllers."""

    kinds = frozenset({POOL})
    breaks: Breaks = {"spread": {"keeps its nodes together": _all_together, "has one node": _alone}}

    def has_budget(self, item: Object) -> bool:
        """The operator makes one for all nodes of a Kafka, which lets one go at a time."""
        return True


STORE = StrimziEvidence()

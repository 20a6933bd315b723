"""What evidence reads of Service Bus: whether a namespace outlives a zone, and who may count what waits in a queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.requirements.broken import WRONG
from groundplan.requirements.relations.asked import Asked
from groundplan.requirements.relations.evidence import Breaks, Kind, Outlives, StoreEvidence
from groundplan.requirements.relations.rights import granted

NAMESPACE, QUEUE = ("servicebus.azure.com", "Namespace"), ("servicebus.azure.com", "NamespacesQueue")
TRIGGER = "azure-servicebus"


def _outlives(item: Object, loss: str) -> bool:
    return loss == "node" or item.spec.get("zoneRedundant") is True


def _in_one_zone(document: dict[str, Any], told: str) -> None:
    if told != "node" and "zoneRedundant" in document["spec"]:
        document["spec"]["zoneRedundant"] = False


def _another_name(document: dict[str, Any], told: str) -> None:
    if "azureName" in document["spec"]:
        document["spec"]["azureName"] = WRONG


class ServiceBusEvidence(StoreEvidence):
    """A namespace with its queues."""

    outlives: Mapping[Kind, Outlives] = {NAMESPACE: _outlives}
    breaks: Breaks = {
        "queue": {"has another name": _another_name},
        "spread": {"keeps them together": _in_one_zone},
    }

    def counted(self, asked: Asked, trigger: str, told: str) -> bool | None:
        """A queue that is rendered; the autoscaler may count it."""
        if trigger != TRIGGER:
            return None
        queues = [one for one in asked.ground.world.of(*QUEUE) if one.spec.get("azureName") == told]
        own = [one for one in queues if one.scope == asked.ground.scope]
        carried = [one for one in queues if one.scope in asked.ground.holding]  # a pair of brokers carries queues over
        for queue in own or carried:
            asked.through(queue, "queue")
            name = str((queue.spec.get("owner") or {}).get("name")) if own else ""
            return granted("keda-operator", "count-messages", name)
        return asked.no(f"there is no queue {told}")


STORE = ServiceBusEvidence()

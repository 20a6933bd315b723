"""Queues that autoscalers watch: whether somebody makes each."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.checks.observability.routes import Found


def queues(inventory: Inventory, _: Context) -> Iterator[Found]:
    """Queues of a broker that an autoscaler watches and nobody makes."""
    made = {
        str(item.spec.get("azureName", item.name))
        for item in inventory.by_kind.get(("servicebus.azure.com", "NamespacesQueue"), ())
    }
    for item in inventory.by_kind.get(("keda.sh", "ScaledObject"), ()):
        for t, trigger in enumerate(item.spec.get("triggers", [])):
            name = trigger.get("metadata", {}).get("queueName")
            if trigger.get("type") == "azure-servicebus" and name not in made:
                message = f"watches queue `{name}`, which nothing makes"
                advice = f"name one of {', '.join(sorted(made)) or 'none is made'}"
                yield item, ("spec", "triggers", t), "queue", message, advice


JUDGES = (queues,)

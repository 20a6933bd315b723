"""What a namespace may take, as the environment states it."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding
from groundplan.model.values import quantity


def quotas(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Namespaces with a quota that is not rendered, or that says something else."""
    for item in inventory.by_kind.get(("", "Namespace"), ()):
        environment = context.environment_of(item)
        stated = environment.namespaces.get(item.name) if environment is not None else None
        if stated is None or stated.quota is None:
            continue
        wanted = {
            f"{side}.{name}": text
            for side, amounts in (("requests", stated.quota.requests), ("limits", stated.quota.limits))
            for name, text in (("cpu", amounts.cpu), ("memory", amounts.memory))
        }
        found = [
            one.spec.get("hard", {})
            for one in inventory.by_kind.get(("", "ResourceQuota"), ())
            if (one.scope, one.namespace) == (item.scope, item.name)
        ]
        for name, text in wanted.items():
            if not any(name in hard and quantity(str(hard[name])) == quantity(str(text)) for hard in found):
                message = f"no quota holds {name} of namespace {item.name} to {text}, which the environment states"
                yield inventory.finding(item, (), "intent.quota", message, f"write a ResourceQuota with {name}: {text}")

"""Queues that autoscalers watch: whether somebody makes each."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.observability.routes import Found

BUS = "servicebus.azure.com"
SET_ASIDE = "DeadletteredMessages"


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


def endless(inventory: Inventory, _: Context) -> Iterator[Found]:
    """Queues and subscriptions that keep for ever what nobody takes, and what is set aside where nobody is told.

    A topic is full when its subscriptions hold as much as it may, set-aside messages included; then sending fails.
    See https://learn.microsoft.com/azure/service-bus-messaging/message-expiration .
    """
    watched = {
        (item.namespace, str((scope.get("reference") or scope).get("name")))
        for item in inventory.by_kind.get(("insights.azure.com", "MetricAlert"), ())
        if SET_ASIDE in _metrics(item) and item.spec.get("enabled") is not False
        for scope in item.spec.get("scopesReferences") or ()
    }
    for kind in ("NamespacesQueue", "NamespacesTopicsSubscription"):
        for item in inventory.by_kind.get((BUS, kind), ()):
            if not item.spec.get("defaultMessageTimeToLive"):
                message = "keeps messages that nobody takes for ever: it fills up, and then sending fails"
                yield item, ("spec",), "endless", message, "write defaultMessageTimeToLive"
            if kind == "NamespacesTopicsSubscription" and item.spec.get("deadLetteringOnMessageExpiration") is True:
                message = (
                    "sets expired messages aside, where they never expire and count for the size of the topic all share"
                )
                yield item, ("spec", "deadLetteringOnMessageExpiration"), "endless", message, "let them be gone"
    for item in inventory.by_kind.get((BUS, "Namespace"), ()):
        if (item.namespace, item.name) not in watched and _is_watched(inventory, item):
            message = f"has messages set aside after the last try, and no alert on {SET_ASIDE}"
            yield item, ("spec",), "set-aside", message, "alert on it: somebody decides what becomes of them"


def _metrics(item: Object) -> set[str]:
    criteria = item.spec.get("criteria") or {}
    return {str(one.get("metricName")) for part in criteria.values() for one in (part or {}).get("allOf") or ()}


def _is_watched(inventory: Inventory, item: Object) -> bool:
    """Whether its environment has somebody who is told of Azure's alerts at all."""
    groups = inventory.by_kind.get(("insights.azure.com", "ActionGroup"), ())
    return any(group.namespace == item.namespace for group in groups)


JUDGES = (queues, endless)

"""What the documents say of a Service Bus namespace."""

from __future__ import annotations

from collections.abc import Collection

from groundplan.markdown import section, shell
from groundplan.model.recovery import Recovery
from groundplan.stores.answers import Description
from groundplan.stores.broker.azure_service_bus.store import AzureServiceBusStore
from groundplan.stores.pages import StorePages


class ServiceBusPages(StorePages[AzureServiceBusStore]):
    """Names are copied to the pair, messages are not."""

    def description(self) -> Description:
        """What it holds, and its units."""
        chapter, settings = self.store.chapter, self.store.settings
        return Description(
            what=f"{_counted(chapter.queues, 'queue')}, {_counted(chapter.topics, 'topic')}",
            run_by=self.store.engine,
            how=f"Premium, {settings.partitions} partitions",
            size=f"{settings.units} messaging units",
        )

    def not_kept(self) -> str:
        """Nobody copies messages."""
        return "no backup, messages that nobody has taken are lost with it"

    def loss(self, recovery: Recovery) -> tuple[str, str]:
        """Only names are copied."""
        return "queues and topics by their names, not the messages in them", "every message not yet taken"

    def follow(self, context: str) -> list[str]:
        """The alias moves."""
        store = self.store
        return [
            section(
                "The queues",
                "The alias moves to the namespace of this region, with the names of queues and topics and without the "
                "messages in them; senders repeat what nobody confirmed. It breaks the pair.",
                shell(
                    f"az servicebus georecovery-alias fail-over --resource-group {store.resource_group} "
                    f"--namespace-name {store.azure_name} --alias {store.alias}"
                ),
                level=3,
            )
        ]

    def after_swap(self) -> list[str]:
        """A failover breaks the pair."""
        return [
            f"Pair the namespaces of {self.store.name} again by the `azure-access` workflow, the new primary first."
        ]

    def not_covered(self) -> str:
        """Messages stay."""
        return f"Messages waiting in `{self.store.name}` stay in the lost region: only names are copied."


def _counted(things: Collection[str], word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"

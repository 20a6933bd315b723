"""What the documents say of a Service Bus namespace."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from groundplan.markdown import section, shell
from groundplan.model.recovery import Recovery
from groundplan.platforms.azure.documents.again import approve
from groundplan.stores.answers import Description
from groundplan.stores.pages import StorePages

if TYPE_CHECKING:
    from groundplan.stores.broker.azure_service_bus.store import AzureServiceBusStore


class ServiceBusPages(StorePages["AzureServiceBusStore"]):
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

    def rebuild(self, context: str) -> list[str]:
        """The namespace must be empty to become the second half of a pair."""
        store, other = self.store, self._other
        if other is None:
            return []
        return [
            section(
                f"The queues of {store.name}",
                f"A pair copies into an empty namespace only, so the queues and topics of `{store.azure_name}` go, with what "
                f"is left in them. Argo CD asks first; when none is left, the job `pair-namespaces` of the workflow "
                f"`azure-access` pairs it with `{other.azure_name}`, which copies them back. By hand:",
                shell(
                    *approve(store.environment, store.name),
                    f"az servicebus queue list --resource-group {store.resource_group} --namespace-name "
                    f"{store.azure_name} --query [].name --output tsv",
                    f"az servicebus topic list --resource-group {store.resource_group} --namespace-name "
                    f"{store.azure_name} --query [].name --output tsv",
                    f"az servicebus georecovery-alias set --resource-group {other.resource_group} --namespace-name "
                    f"{other.azure_name} --alias {store.alias} --partner-namespace "
                    f'"$(az servicebus namespace show --resource-group {store.resource_group} --name {store.azure_name} '
                    '--query id --output tsv)"',
                ),
                level=3,
            )
        ]

    def caught_up(self, context: str) -> list[str]:
        """State of the pair."""
        store, other = self.store, self._other
        if other is None:
            return []
        return [
            f"az servicebus georecovery-alias show --resource-group {other.resource_group} --namespace-name "
            f"{other.azure_name} --alias {store.alias} --query '[role, provisioningState, partnerNamespace]' --output tsv"
        ]

    @property
    def _other(self) -> AzureServiceBusStore | None:
        peer = self.store.environment.peer_environment
        return self.store.in_peer(peer) if peer is not None else None

    def not_covered(self) -> str:
        """Messages stay."""
        return f"Messages waiting in `{self.store.name}` stay in the lost region: only names are copied."


def _counted(things: Collection[str], word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"

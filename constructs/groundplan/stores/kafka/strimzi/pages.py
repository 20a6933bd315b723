"""What the documents say of a Kafka run by Strimzi."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundplan.markdown import section, shell
from groundplan.model.recovery import Recovery
from groundplan.stores.answers import Description
from groundplan.stores.pages import StorePages

if TYPE_CHECKING:
    from groundplan.stores.kafka.strimzi.store import StrimziStore


class StrimziPages(StorePages[Any]):
    """Brokers whose topics have copies in other zones, and none elsewhere."""

    store: StrimziStore

    def description(self) -> Description:
        """Version, brokers, topics, and the volume of each broker."""
        chapter, settings = self.store.chapter, self.store.settings
        topics = len(chapter.topics)
        return Description(
            what=f"Kafka {chapter.version}, {topics} topic{'' if topics == 1 else 's'}",
            run_by=self.store.engine,
            how=f"{settings.brokers} brokers, {settings.controllers} controllers",
            size=settings.storage,
        )

    def not_kept(self) -> str:
        """Copies are in other zones, and a record that is deleted is deleted in all of them."""
        return (
            "no backup; each partition has copies on brokers of other zones, its volumes stay when its object goes, and "
            "topics, users and schemas come back from Git. Whoever writes must be able to write again what it cannot lose"
        )

    def restore(self, context: str) -> list[str]:
        """A broker's copy comes from the other brokers; topics and users from Git; a record from whoever wrote it."""
        name, namespace = self.store.name, self.store.environment.namespace
        pools = f"{name}-{name}-brokers"
        kubectl = f"kubectl --context {context} --namespace {namespace}"
        return [
            section(
                f"Restore {name}",
                "One broker, or its volume, is lost: the operator makes both again, and the broker copies what it had from "
                "the others. Say so on the pod of the one that is lost, here broker 0; while it copies, the alert "
                "`KafkaUnderReplicated` holds.",
                shell(f'{kubectl} annotate pod/{pools}-0 strimzi.io/delete-pod-and-pvc="true"'),
                "Everything is lost: the cluster comes up empty from Git, with the same topics, users and schemas. Records "
                "come back from whoever wrote them; a group that had read further than what is there begins where its "
                "client's `auto.offset.reset` says.",
                shell(f"{kubectl} wait kafka.kafka.strimzi.io/{name} --for=condition=Ready --timeout=900s"),
            )
        ]

    def loss(self, recovery: Recovery) -> tuple[str, str]:
        """Topics are there, records are not."""
        return "topics and users in the other region, without records", "every record that nobody has read yet"

    def check(self, context: str, sql: str) -> list[str]:
        """Whether the brokers are ready."""
        namespace = self.store.environment.namespace
        return [f"kubectl --context {context} --namespace {namespace} get kafka {self.store.name}"]

    def check_items(self) -> list[str]:
        """Whoever writes must write again."""
        return [f"services that write `{self.store.name}` have sent again what nobody had read"]

    def not_covered(self) -> str:
        """Records stay."""
        return f"Records of `{self.store.name}` stay in the lost region: the standby has the same topics, empty."

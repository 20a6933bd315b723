"""What the documents say of every replicated Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundplan.facts.standby import waits
from groundplan.markdown import numbered, section, shell
from groundplan.model.recovery import Recovery
from groundplan.stores.pages import Row, StorePages
from groundplan.stores.storage import storage_of

if TYPE_CHECKING:
    from groundplan.stores.redis.replicated.store import AnyReplicated

CLIENTS = 10_000
"""A Redis server's own default of maxclients."""


class ReplicatedPages(StorePages[Any]):
    """Servers that take over from each other, and copies of what they hold."""

    store: AnyReplicated

    def connections(self) -> int:
        """What each server admits."""
        return CLIENTS

    def kept(self) -> list[Row]:
        """Copies and their test."""
        return self.store.copy_rows("copy of the memory")

    def kept_note(self) -> str:
        """What a copy is."""
        return (
            "An archive with a file of each primary's keys. "
            "The append-only file on each volume loses a second at most, and is no backup."
        )

    def restore(self, context: str) -> list[str]:
        """Each file into the server that leads."""
        store, copies = self.store, self.store.copies
        if copies is None:
            return []
        storage, namespace = storage_of(store, copies.bucket), store.environment.namespace
        kubectl = f"kubectl --context {context} --namespace {namespace}"
        first = store.member_sets()[0].name
        steps = [
            "List the copies, fetch the one that is wanted, and unpack it: one file for each set of servers:\n\n"
            + shell(
                storage.listed(copies.prefix),
                storage.fetched(f"{copies.prefix}copy_<moment>.gz"),
                "mkdir copy && tar -C copy -xzf copy_<moment>.gz",
            ),
            f"Find out who leads; for `{first}` this is the pod that answers `master`:\n\n"
            + shell(f"{kubectl} exec {first}-0 --container redis -- sh -c '. /etc/redis/ask.sh; role'"),
            "Stop whoever writes, and put the file in its place. Everything that is there now is lost:\n\n"
            + shell(
                f"{kubectl} exec -i {first}-0 --container redis -- sh -c 'cat > /data/restore.rdb' < copy/{first}.rdb",
                f"{kubectl} exec {first}-0 --container redis -- sh /etc/redis/restore.sh",
            ),
            "Do the same for each other set, wait until every pod is ready, and compare the number of keys with "
            "the file `.keys` beside each:\n\n" + shell(f"{kubectl} get pods --selector app={store.name} --watch"),
        ]
        return [section(f"Restore {store.name}", numbered(steps))]

    def start(self, context: str) -> list[str]:
        """Every set of servers."""
        namespace = self.store.environment.namespace
        return [
            f"kubectl --context {context} --namespace {namespace} scale statefulset/{members.name} "
            f"--replicas={members.size}"
            for members in self.store.member_sets()
        ]

    def loss(self, recovery: Recovery) -> tuple[str, str]:
        """Copies, where the bucket is carried over."""
        copies = self.store.copies
        if copies is None:
            return "nothing in the other region", "everything: it is filled anew"
        return f"copies at `{copies.schedule}` {copies.time_zone}", "what changed since the newest copy"

    def not_covered(self) -> str | None:
        """Its servers follow each other in one region."""
        name = self.store.name
        if waits(self.store.environment) or self.store.copies is None:
            return f"`{name}` is not replicated to the other region: what it holds must be reconstructible."
        return f"`{name}` is not replicated to the other region: it comes back from the newest copy."

"""Who may do what with which topic: a user for each caller, with a certificate of its own.

The user operator makes the certificate, keeps it in a Secret that is called like the user, and renews it.
See https://kafka.apache.org/documentation/#security_authz .
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from groundplan.kubernetes.labels import selector_labels
from groundplan.parts import Component, Json, Part
from groundplan.stores.kafka.strimzi.cluster import API
from groundplan.stores.kafka.strimzi.words import CLUSTER


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """One program that signs in."""

    name: str
    """Its name at the brokers, of its KafkaUser, and of the Secret with its certificate."""

    writes: Sequence[str] = ()
    """Topics it writes, as the brokers call them. Default none."""

    reads: Sequence[str] = ()
    """Topics it reads. Default none."""

    groups: Sequence[str] = ()
    """What the names of its consumer groups begin with. Default it has none."""

    transactions: Sequence[str] = ()
    """What the names of its transactions begin with. Default it has none."""


class KafkaUsers(Part):
    """KafkaUser objects.

    Args:
        scope: what they belong to.
        id_: name of the part.
        kafka: name of the Kafka.
        users: who signs in.
    """

    def __init__(self, scope: Component | Part, id_: str, kafka: str, *, users: Iterable[User]) -> None:
        super().__init__(scope, id_)
        for user in users:
            labels = {**selector_labels(kafka), CLUSTER: kafka}
            self.emit(
                {
                    "apiVersion": API,
                    "kind": "KafkaUser",
                    "metadata": {"name": user.name, "labels": labels},
                    "spec": {
                        "authentication": {"type": "tls"},
                        "authorization": {"type": "simple", "acls": list(_rights(user))},
                    },
                }
            )


def _rights(user: User) -> Iterator[Json]:
    for topic in sorted({*user.writes, *user.reads}):
        operations = ["Describe", "DescribeConfigs"]
        operations += ["Read"] if topic in user.reads else []
        operations += ["Write"] if topic in user.writes else []
        yield _may(operations, "topic", topic, "literal")
    for group in user.groups:
        yield _may(["Delete", "Describe", "Read"], "group", group, "prefix")
    for transaction in user.transactions:
        yield _may(["Describe", "Write"], "transactionalId", transaction, "prefix")


def _may(operations: Sequence[str], kind: str, name: str, pattern: str) -> Json:
    resource = {"type": kind, "name": name, "patternType": pattern}
    return {"type": "allow", "resource": resource, "operations": list(operations), "host": "*"}

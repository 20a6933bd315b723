"""Who asks brokers: whoever holds the certificate of a user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.cloud import Cloud
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.flows import Flow

GROUP = "kafka.strimzi.io"
CLUSTER = "strimzi.io/cluster"


class Brokers(Cloud):
    """What clients of brokers ask of the network around them."""

    def clients(self, cluster: Cluster) -> Iterator[Flow]:
        """From pods that mount a user's certificate to every broker, on each listener that asks for one."""
        users = {(user.namespace, user.name): user for user in cluster.of_kind(GROUP, "KafkaUser")}
        listeners = {(item.namespace, item.name): tuple(_listeners(item)) for item in cluster.of_kind(GROUP, "Kafka")}
        for pods in cluster.pods if users else ():
            for name in sorted(set(_secrets(pods.template.get("spec", {})))):
                user = users.get((pods.namespace, name))
                if user is None:
                    continue
                kafka = user.labels.get(CLUSTER, "")
                brokers = cluster.select([user.namespace], {CLUSTER: kafka, "strimzi.io/broker-role": "true"})
                why = f"it signs in to {kafka} as {name}"
                for port in listeners.get((user.namespace, kafka), ()):
                    yield from (Flow(pods, broker, port, why, at=(user, ("metadata", "name"))) for broker in brokers)


def _listeners(kafka: Object) -> Iterator[int]:
    for listener in kafka.spec["kafka"].get("listeners", []):
        if (listener.get("authentication") or {}).get("type") == "tls":
            yield int(listener["port"])


def _secrets(spec: Mapping[str, Any]) -> Iterator[str]:
    """Names of the Secrets among the volumes of a pod."""
    for volume in spec.get("volumes", []):
        if "secret" in volume:
            yield str(volume["secret"].get("secretName", ""))
        for source in (volume.get("projected") or {}).get("sources", []):
            if "secret" in source:
                yield str(source["secret"].get("name", ""))


READER = Brokers

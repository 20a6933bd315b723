"""Who reaches a database: those that say they call it, its own kind, its operator, its watchers. Nobody else."""

from __future__ import annotations

from groundplan.facts.callers import calling_pods
from groundplan.facts.standby import serves_follower
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.namespaces import CLOUDNATIVE_PG
from groundplan.kubernetes.network_policy import blocks, internet, name_resolution, pods, ports
from groundplan.networking.endpoints import scraped
from groundplan.networking.service_peers import kubernetes_api
from groundplan.parts import Component, Json, Part
from groundplan.platforms.registry import platform_of
from groundplan.stores.postgres.cloudnative_pg.follower import Link
from groundplan.stores.postgres.cloudnative_pg.replication import STATUS_PORT
from groundplan.stores.postgres.cloudnative_pg.store import CloudNativePgStore, database_pods

OPERATOR_LABELS = {"app.kubernetes.io/name": "cloudnative-pg"}
METRICS_PORT = 9187


class PostgresPolicy(Part):
    """The network policy of one database's instances, and of the jobs the operator starts for them."""

    def __init__(self, scope: Component | Part, id_: str, store: CloudNativePgStore, link: Link | None) -> None:
        super().__init__(scope, id_)
        self.name = name = store.name
        self.store = store
        self.link = link
        self._instances = pods(database_pods(name))
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": name, "labels": selector_labels(name)},
                "spec": {
                    "podSelector": {"matchLabels": database_pods(name)},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": self._ingress(),
                    "egress": self._egress(),
                },
            }
        )

    def _ingress(self) -> list[Json]:
        port = self.store.port
        rules: list[Json] = []
        callers = [*calling_pods(self.environment, self.name), *self._dump()]
        users = [pods(selector_labels(caller)) for caller in callers]
        if users:
            rules.append({"from": users, "ports": ports(port)})
        rules += [
            {"from": [self._instances], "ports": ports(port, STATUS_PORT)},
            {"from": [pods(OPERATOR_LABELS, CLOUDNATIVE_PG)], "ports": ports(port, STATUS_PORT)},
            *scraped(self.environment, METRICS_PORT),
        ]
        if self.link is not None and serves_follower(self.environment):
            follower = platform_of(self.link.there.environment).subnet_blocks("db")
            balancer = platform_of(self.environment).subnet_blocks("app")
            rules += [{"from": blocks(follower), "ports": ports(port)}] if follower else []
            rules += [{"from": blocks(balancer), "ports": ports(STATUS_PORT)}] if balancer else []
        return rules

    def _dump(self) -> list[str]:
        dump = self.store.chapter.dump
        return [] if dump is None else [dump.name]

    def _egress(self) -> list[Json]:
        rules = [
            name_resolution(),
            {"to": [self._instances], "ports": ports(self.store.port, STATUS_PORT)},
            kubernetes_api(self.environment),
        ]
        if self.store.settings.archive is not None:
            rules.append(internet(443))
            rules += platform_of(self.environment).credentials_egress
        theirs = platform_of(self.link.there.environment).subnet_blocks("app") if self.link is not None else []
        if theirs and not serves_follower(self.environment):
            rules.append({"to": blocks(theirs), "ports": ports(self.store.port)})
        return rules

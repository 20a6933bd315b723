"""Who reaches a database: those that say they call it, its own kind, its operator, its watchers. Nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.namespaces import CLOUDNATIVE_PG
from groundplan.kubernetes.network_policy import blocks, name_resolution, pods, ports
from groundplan.networking.endpoints import scraped
from groundplan.parts import Component, Json, Part
from groundplan.stores.postgres.cloudnative_pg.follower import STATUS_PORT, Link
from groundplan.stores.postgres.cloudnative_pg.words import database_pods

OPERATOR_LABELS = {"app.kubernetes.io/name": "cloudnative-pg"}
METRICS_PORT = 9187


@dataclass(frozen=True, kw_only=True, slots=True)
class PostgresPolicyProps:
    """Who may ask a database, and what its instances reach."""

    port: int
    """Port of every instance."""

    callers: Sequence[str] = ()
    """Workloads that ask it. Default none."""

    watchers: Sequence[Json] = ()
    """Peers that read its metrics. Default none."""

    egress: Sequence[Json] = ()
    """Rules beside name resolution and its own kind: to the API server, and to the archive. Default none."""

    link: Link | None = None
    """Who follows whom. Default nobody."""


class PostgresPolicy(Part):
    """The network policy of one database's instances, and of the jobs the operator starts for them."""

    def __init__(self, scope: Component | Part, id_: str, name: str, props: PostgresPolicyProps) -> None:
        super().__init__(scope, id_)
        self.props, self.link = props, props.link
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
        port = self.props.port
        users = [pods(selector_labels(caller)) for caller in self.props.callers]
        rules: list[Json] = [{"from": users, "ports": ports(port)}] if users else []
        rules += [
            {"from": [self._instances], "ports": ports(port, STATUS_PORT)},
            {"from": [pods(OPERATOR_LABELS, CLOUDNATIVE_PG)], "ports": ports(port, STATUS_PORT)},
            *scraped(self.props.watchers, METRICS_PORT),
        ]
        if self.link is not None and self.link.leads:
            follower, balancer = self.link.followers, self.link.balancers
            rules += [{"from": blocks(follower), "ports": ports(port)}] if follower else []
            rules += [{"from": blocks(balancer), "ports": ports(STATUS_PORT)}] if balancer else []
        return rules

    def _egress(self) -> list[Json]:
        port = self.props.port
        own = {"to": [self._instances], "ports": ports(port, STATUS_PORT)}
        rules = [name_resolution(), own, *self.props.egress]
        if self.link is not None and self.link.leaders and not self.link.leads:
            rules.append({"to": blocks(self.link.leaders), "ports": ports(port)})
        return rules

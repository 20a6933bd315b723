"""Two databases, one of which follows the other from another region: names, addresses and certificates between them.

The follower streams from the primary through an internal network load balancer and falls back to the archived log.
It proves itself with the client certificate that the primary's operator issues and renews, which a PushSecret carries
to the vault of the follower's region every hour.
See https://cloudnative-pg.io/documentation/current/replica_cluster/#distributed-topology .
"""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.facts.cloud_names import REPLICATION_FOLDER
from groundplan.facts.standby import serves_follower
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.stores.postgres.cloudnative_pg.store import CloudNativePgStore

BARMAN = "barman-cloud.cloudnative-pg.io"
"""The backup plugin. See https://cloudnative-pg.io/plugin-barman-cloud/ ."""

FOLLOWER_USER = "streaming_replica"
"""The operator's role for replication; it logs in by certificate only."""

CERTIFICATE_KEYS = {"tls.crt": "replication", "tls.key": "replication", "ca.crt": "ca"}
"""What a follower needs to the suffix of the Secret, `<store>-<suffix>`, in which the primary's operator keeps it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One database's relation to its counterpart in the recovery peer."""

    here: CloudNativePgStore
    """The database that is rendered."""

    there: CloudNativePgStore
    """The one of the other side, called the same."""

    @property
    def store(self) -> str:
        """Name of the store on both sides."""
        return self.here.name

    @property
    def primary(self) -> Environment:
        """The side that is followed unless a failover is on."""
        here = self.here.environment
        return here if serves_follower(here) else self.there.environment

    @property
    def endpoint(self) -> str:
        """Host name of the primary's replication endpoint; a record below the system's zone leads to the load balancer."""
        sides = (self.primary, self.here.environment)
        zone = next((found for side in sides if (found := platform_of(side).dns_zone)), "")
        return f"{self.store}-replication.{self.primary.environment}.{zone}"

    @property
    def client_secret(self) -> str:
        """Secret on the follower's side with the certificate it shows and the authority it trusts."""
        return f"{self.store}-primary-client"

    def remote_key(self, key: str) -> str:
        """Where in the follower's vault one of the certificate's parts is kept."""
        return f"{platform_of(self.primary).vault_folder}{REPLICATION_FOLDER}/{self.store}/{key}"


def link(store: CloudNativePgStore) -> Link | None:
    """The relation of a database to the recovery peer's; None where nothing is replicated."""
    peer = store.environment.peer_environment
    there = store.in_peer(peer) if peer is not None else None
    return Link(store, there) if there is not None else None

"""Two databases, one of which follows the other from another region: names, addresses and certificates between them.

The follower streams from the primary through an internal network load balancer and falls back to the archived log.
It proves itself with the client certificate that the primary's operator issues and renews, which a PushSecret carries
to the vault of the follower's region every hour.
See https://cloudnative-pg.io/documentation/current/replica_cluster/#distributed-topology .
"""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.facts.replication import FOLDER, serves_follower
from groundplan.model.data import Postgres
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of

BARMAN = "barman-cloud.cloudnative-pg.io"
"""The backup plugin. See https://cloudnative-pg.io/plugin-barman-cloud/ ."""

FOLLOWER_USER = "streaming_replica"
"""The operator's role for replication; it logs in by certificate only."""

CERTIFICATE_KEYS = {"tls.crt": "replication", "tls.key": "replication", "ca.crt": "ca"}
"""What a follower needs to the suffix of the Secret, `<store>-<suffix>`, in which the primary's operator keeps it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One store's relation to its counterpart in the recovery peer."""

    store: str
    """Name of the store, the same on both sides."""

    here: Environment
    """The environment that is rendered."""

    there: Environment
    """The other side."""

    @property
    def primary(self) -> Environment:
        """The side that is followed unless a failover is on."""
        return self.here if serves_follower(self.here) else self.there

    @property
    def endpoint(self) -> str:
        """Host name of the primary's replication endpoint; a record below the system's zone leads to the load balancer."""
        zone = next((found for side in (self.primary, self.here) if (found := platform_of(side).dns_zone)), "")
        return f"{self.store}-replication.{self.primary.environment}.{zone}"

    @property
    def client_secret(self) -> str:
        """Secret on the follower's side with the certificate it shows and the authority it trusts."""
        return f"{self.store}-primary-client"

    def remote_key(self, key: str) -> str:
        """Where in the follower's vault one of the certificate's parts is kept."""
        return f"{platform_of(self.primary).vault_folder}{FOLDER}/{self.store}/{key}"


def link(environment: Environment, store: str) -> Link | None:
    """The relation of `store` to the recovery peer; None where nothing is replicated."""
    peer = environment.peer_environment
    if peer is None or not isinstance(peer.data.get(store), Postgres):
        return None
    return Link(store, environment, peer)


def server_name(environment: Environment, store: str) -> str:
    """Folder of one database's archive in its bucket, and its name in the topology.

    Barman refuses to archive into a folder with another history, so a rebuilt database gets a new `generation`.
    """
    chosen = environment.data[store]
    generation = chosen.backup.generation if isinstance(chosen, Postgres) and chosen.backup is not None else 1
    return f"{store}-{environment.environment}" + (f"-{generation}" if generation > 1 else "")

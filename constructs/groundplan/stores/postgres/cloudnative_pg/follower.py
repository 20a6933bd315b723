"""Two databases, one of which follows the other from another region: names, addresses and certificates between them.

The follower streams from the primary through an internal network load balancer and falls back to the archived log, or
reads the archived log alone where no network leads from one to the other.
It proves itself with the client certificate that the primary's operator issues and renews, which a PushSecret carries
to the vault of the follower's region every hour.
See https://cloudnative-pg.io/documentation/current/replica_cluster/#distributed-topology .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from groundplan.facts.cloud_names import REPLICATION_FOLDER
from groundplan.facts.standby import copies, is_promoted, serves_follower, waits
from groundplan.model.environment import Environment
from groundplan.platforms.platform import InnerBalancer
from groundplan.platforms.registry import platform_of

if TYPE_CHECKING:
    from groundplan.stores.postgres.cloudnative_pg.store import CloudNativePgStore

BARMAN = "barman-cloud.cloudnative-pg.io"
"""The backup plugin. See https://cloudnative-pg.io/plugin-barman-cloud/ ."""

FOLLOWER_USER = "streaming_replica"
"""The operator's role for replication; it logs in by certificate only."""

CERTIFICATE_KEYS = {"tls.crt": "replication", "tls.key": "replication", "ca.crt": "ca"}
"""What a follower needs to the suffix of the Secret, `<store>-<suffix>`, in which the primary's operator keeps it."""


STATUS_PORT = 8000
"""Where an instance says how it is; a load balancer asks there, because it may not ask the database itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One database's relation to its counterpart in the recovery peer."""

    store: str
    """Name of the store on both sides."""

    leads: bool
    """Whether this side is the one that is followed unless a failover is on."""

    streams: bool = True
    """Whether the follower reads the log over the network. Default true; otherwise from the copy of the archive alone."""

    promoted: bool = False
    """Whether this side is, or began as, a copy, and leads now. Default false."""

    turned: bool = False
    """Whether the side that is followed otherwise is, or began as, a copy of the other's archive. Default false."""

    here: str
    """Folder of this side's archive, and its name in the topology."""

    there: str
    """The other side's."""

    endpoint: str
    """Host name of the primary's replication endpoint; a record below the system's zone leads to the load balancer."""

    folder: str
    """Folder of the follower's vault in which the certificate is kept, with a slash at its end."""

    balancer: InnerBalancer = field(default_factory=InnerBalancer)
    """What the platform needs to know of the endpoint's load balancer. Default nothing."""

    followers: Sequence[str] = ()
    """Blocks from which the follower streams. Default none, where its network is not described."""

    balancers: Sequence[str] = ()
    """Blocks in which this side's load balancers stand. Default none, where the network is not described."""

    leaders: Sequence[str] = ()
    """Blocks in which the other side's load balancers stand. Default none, where its network is not described."""

    @property
    def peer_store(self) -> str:
        """ObjectStore of the other side's archive, while copies go the other way."""
        return f"{self.store}-peer"

    @property
    def client_secret(self) -> str:
        """Secret on the follower's side with the certificate it shows and the authority it trusts."""
        return f"{self.store}-primary-client"

    @property
    def follower_store(self) -> str:
        """SecretStore of the side that leads for the vault of the follower's region."""
        return f"{self.store}-follower"

    def remote_key(self, key: str) -> str:
        """Where in the follower's vault one of the certificate's parts is kept."""
        return f"{self.folder}{key}"


def link(store: CloudNativePgStore) -> Link | None:
    """The relation of a database to the recovery peer's; None where nothing is replicated."""
    peer = store.environment.peer_environment
    there = store.in_peer(peer) if peer is not None else None
    return _link(store, there) if there is not None else None


def _link(here: CloudNativePgStore, there: CloudNativePgStore) -> Link:
    leads = serves_follower(here.environment)
    primary = here.environment if leads else there.environment
    own, other = platform_of(here.environment), platform_of(there.environment)
    endpoint = f"{here.name}-replication.{primary.environment}.{_zone(primary, here.environment)}"
    streams = here.settings.follow == "stream"
    return Link(
        store=here.name,
        leads=leads,
        streams=streams,
        # what took over goes on leading, fenced or not, until it is made anew as a copy
        promoted=is_promoted(here.environment) if leads else not (copies(here.environment) and waits(here.environment)),
        turned=leads and copies(here.environment),
        here=here.server_folder,
        there=there.server_folder,
        endpoint=endpoint,
        folder=f"{platform_of(primary).vault_folder}{REPLICATION_FOLDER}/{here.name}/",
        balancer=own.inner_balancer(endpoint, health_port=STATUS_PORT) if streams else InnerBalancer(),
        followers=other.subnet_blocks("db") if streams else (),
        balancers=own.subnet_blocks("app") if streams else (),
        leaders=other.subnet_blocks("app") if streams else (),
    )


def _zone(*sides: Environment) -> str:
    return next((found for side in sides if (found := platform_of(side).dns_zone)), "")

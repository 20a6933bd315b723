"""What a Flexible Server takes from its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.errors import ConstructError
from groundplan.facts.standby import is_fenced, is_promoted, stands_in, waits
from groundplan.model.values import whole_seconds
from groundplan.platforms.azure.site import site_of
from groundplan.stores.postgres.azure_flexible_server.server import FlexibleServerProps

if TYPE_CHECKING:
    from groundplan.stores.postgres.azure_flexible_server.store import FlexibleServerStore


def server_props(store: FlexibleServerStore) -> FlexibleServerProps:
    """Its name, and the server that it copies where it stands in for another region's.

    Raises:
        ConstructError: where it stands in for a server that is not there.
    """
    environment, recovery = store.environment, store.environment.recovery
    return FlexibleServerProps(
        chapter=store.chapter,
        settings=store.settings,
        azure_name=store.azure_name,
        purpose=store.purpose,
        copies=_copied(store, recovery.peer) if store.follows and recovery is not None else None,
        promoted=is_promoted(environment),
        catches_up=not stands_in(environment),
        most_lag=whole_seconds(recovery.rpo) if recovery is not None and store.follows and waits(environment) else None,
        reads_only=is_fenced(environment),
    )


def _copied(store: FlexibleServerStore, name: str) -> str:
    """Azure's own id of the server of the same name in the recovery peer `name`."""
    peer = store.environment.neighbour(name)
    there = store.in_peer(peer) if peer is not None else None
    if peer is None or there is None:
        raise ConstructError(store.name, f"follows `{name}`, which is not there", "name an environment of this system")
    return site_of(peer).arm_id("Microsoft.DBforPostgreSQL/flexibleServers", there.azure_name)

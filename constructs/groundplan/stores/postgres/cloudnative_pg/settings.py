"""postgresql.conf: what follows from an instance's size and from how it is backed up.

CloudNativePG sets archiving, listening, TLS and replication itself and refuses them here.
See https://cloudnative-pg.io/documentation/current/postgresql_conf/ .
"""

from __future__ import annotations

from groundplan.model.values import quantity, whole_seconds
from groundplan.stores.postgres.model import CloudNativePg

MEGABYTE = 2**20

OPEN_CONNECTIONS_REFUSED = "hostnossl all all all reject"
"""pg_hba rule before the operator's own: whoever connects over the network does so by TLS."""


def parameters(settings: CloudNativePg) -> dict[str, str]:
    """Settings by name; the store's own come last and win."""
    memory = int(quantity(settings.resources.requests.memory)) // MEGABYTE
    derived = {
        "archive_timeout": str(whole_seconds(settings.archive.timeout)) if settings.archive is not None else "300",
        "effective_cache_size": f"{memory * 3 // 4}MB",
        "log_checkpoints": "on",
        "log_lock_waits": "on",
        "log_min_duration_statement": "1000",
        "maintenance_work_mem": f"{max(64, memory // 16)}MB",
        "max_connections": "200",
        "max_slot_wal_keep_size": f"{_log_space(settings) // 2}MB",
        "max_wal_size": f"{max(1024, _log_space(settings) // 4)}MB",
        "password_encryption": "scram-sha-256",
        "shared_buffers": f"{max(128, memory // 4)}MB",
        "wal_compression": "on",
        "wal_level": "replica",
    }
    return dict(sorted({**derived, **settings.parameters}.items()))


def _log_space(settings: CloudNativePg) -> int:
    """Megabytes the log may take; a follower that is away too long loses its place before it fills the volume."""
    if settings.wal_storage is not None:
        return int(quantity(settings.wal_storage)) // MEGABYTE
    return int(quantity(settings.storage)) // MEGABYTE // 5

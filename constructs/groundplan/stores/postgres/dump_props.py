"""What the dumps of a database take from its environment."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from groundplan.facts.standby import waits
from groundplan.model.values import quantity
from groundplan.platforms.registry import platform_of
from groundplan.stores.postgres.dump import PostgresDumpProps
from groundplan.stores.postgres.model import Dump
from groundplan.stores.storage import storage_of

if TYPE_CHECKING:
    from groundplan.stores.postgres.database import PostgresStore

DUMP = Decimal("0.5")
"""Part of a database's volume that its dump takes: it is packed to a quarter, and twice for a moment."""

RESTORE = Decimal("1.5")
"""Part that a restore test takes: the dump, packed twice, and the database made of it."""


def dump_props(store: PostgresStore[Any], dump: Dump) -> PostgresDumpProps:
    """Images, storage and identity of the jobs.

    Raises:
        ConstructError: where no storage has the bucket.
    """
    environment, platform = store.environment, platform_of(store.environment)
    storage = storage_of(store, dump.bucket)
    return PostgresDumpProps(
        dump=dump,
        chapter=store.chapter,
        host=store.host,
        port=store.port,
        system=environment.system,
        priorities=environment.priorities,
        image=environment.upstream_image(store.dump_image),
        client=environment.upstream_image(dump.upload_image or storage.client),
        storage=storage,
        server=store.dump_egress(),
        scratch=dump.scratch or _part_of(store.settings.storage, DUMP),
        restore_scratch=dump.scratch or _part_of(store.settings.storage, RESTORE),
        credentials=platform.credentials_egress,
        taints=platform_of(environment).taints,
        identity=platform.pod_identity(platform.backups_as, rights=True),
        standby=waits(environment),
    )


def _part_of(size: str, part: Decimal) -> str:
    return f"{math.ceil(quantity(size) * part / 2**30)}Gi"

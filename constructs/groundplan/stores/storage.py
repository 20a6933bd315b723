"""Where the copies of a store lie."""

from __future__ import annotations

from groundplan.errors import ConstructError
from groundplan.platforms.platform import ObjectStorage
from groundplan.platforms.registry import platform_of
from groundplan.stores.store import AnyStore


def storage_of(store: AnyStore, bucket: str) -> ObjectStorage:
    """How a bucket or container is reached.

    Raises:
        ConstructError: where it is not known to the platform.
    """
    storage = platform_of(store.environment).object_storage(bucket)
    if storage is None:
        what = f"keeps what would restore it in `{bucket}`, which is not known where the environment stands"
        raise ConstructError(store.name, what, "declare it below platform")
    return storage

"""The step that lets an identity into an Azure Cache for Redis, for which Azure's operator has no object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.github import STRICT
from groundplan.stores.answers import Json
from groundplan.stores.redis.azure_cache.words import VERSION
from groundplan.stores.redis.pipelines import RedisPipelines

if TYPE_CHECKING:
    from groundplan.stores.redis.azure_cache.store import AzureCacheStore


class AzureCachePipelines(RedisPipelines):
    """Access by identity, beside the tests."""

    lets_in = True

    def __init__(self, store: AzureCacheStore) -> None:
        super().__init__(VERSION)
        self.store = store

    def access(self, identity: str) -> Json:
        """The built-in policy of those who read and write."""
        return {
            "name": f"Let {identity} into {self.store.name}",
            "env": {"GROUP": self.store.resource_group, "CACHE": self.store.azure_name, "IDENTITY": identity},
            "run": STRICT + _SCRIPT,
        }


_SCRIPT = """\
principal=$(az identity show --resource-group "$GROUP" --name "$IDENTITY" --query principalId --output tsv)
az redis access-policy-assignment create --resource-group "$GROUP" --name "$CACHE" \\
  --policy-assignment-name "$IDENTITY" --access-policy-name "Data Contributor" \\
  --object-id "$principal" --object-id-alias "$IDENTITY" --output none
"""

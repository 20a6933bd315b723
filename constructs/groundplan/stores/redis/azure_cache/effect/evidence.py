"""What evidence reads of a cache of Azure: replicas, and the zones they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.requirements.relations.evidence import Breaks, Kind, Outlives, StoreEvidence

CACHE = ("cache.azure.com", "Redis")


def _outlives(item: Object, loss: str) -> bool:
    zones = item.spec.get("zones") or ()
    return int(item.spec.get("replicasPerPrimary", 0)) > 0 and (loss == "node" or len(zones) > 1)


def _alone(document: dict[str, Any], told: str) -> None:
    if "replicasPerPrimary" in document["spec"]:
        document["spec"]["replicasPerPrimary"] = 0


class AzureCacheEvidence(StoreEvidence):
    """A cache of Azure Cache for Redis."""

    outlives: Mapping[Kind, Outlives] = {CACHE: _outlives}
    breaks: Breaks = {"spread": {"has no replica": _alone}}


STORE = AzureCacheEvidence()

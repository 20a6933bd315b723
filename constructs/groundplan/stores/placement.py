"""Where stores run: their volumes' class, their zone, their priority."""

from __future__ import annotations

from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.pods import ZONE_KEY

KEEP = {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"}
"""Annotation of whatever holds data: removing it from Git, or the whole Application, deletes nothing."""


def block_storage(environment: Environment, chosen: str | None) -> str:
    """StorageClass of a volume for one pod."""
    return chosen or platform_of(environment).block_storage


def prefer_zone(zone: str | None) -> Json:
    """nodeAffinity that prefers a zone and accepts every other; empty for None."""
    if zone is None:
        return {}
    match = {"matchExpressions": [{"key": ZONE_KEY, "operator": "In", "values": [zone]}]}
    return {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "preference": match}]}}

"""An empty cluster takes its time; what is tried for too short stays failed until a person comes.

Argo CD does not try a revision again after its last retry.
See https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automatic-retry-with-a-limit .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.delivery.applications import applications
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding
from groundplan.kubernetes.validation import duration_seconds

LEAST_SECONDS = 3600
"""An hour: clusters, databases and certificates of a cloud take that long when nothing is wrong."""

DEFAULT_BACKOFF: Mapping[str, Any] = {"duration": "5s", "factor": 2, "maxDuration": "3m"}


def retries(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Applications that sync by themselves and give up too early."""
    for application in applications(inventory):
        policy = application.spec.get("syncPolicy") or {}
        if "automated" not in policy:
            continue
        retry = policy.get("retry") or {}
        limit = int(retry.get("limit", 0))
        seconds = patience(limit, retry.get("backoff") or DEFAULT_BACKOFF)
        if limit >= 0 and seconds < LEAST_SECONDS:
            message = f"gives up after {limit} tries in {seconds // 60} minutes, and is not tried again by itself"
            advice = f"raise retry.limit until the tries span {LEAST_SECONDS // 60} minutes"
            yield inventory.finding(application, ("spec", "syncPolicy"), "delivery.retries", message, advice)


def patience(limit: int, backoff: Mapping[str, Any]) -> int:
    """Seconds from the first try to the last."""
    wait, most = _seconds(backoff.get("duration", "5s")), _seconds(backoff.get("maxDuration", "3m"))
    factor, total = int(backoff.get("factor", 2)), 0
    for _ in range(limit):
        total += min(wait, most)
        wait *= factor
    return total


def _seconds(written: object) -> int:
    """A bare number counts seconds, as Argo CD reads it."""
    text = str(written)
    return int(text) if text.isdigit() else int(duration_seconds(text) or 0)

"""Whose pods are replaced, in which order, and whether Argo CD may do so now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatch
from typing import Any
from zoneinfo import ZoneInfo

from groundplan.kubernetes.labels import COMPONENT
from groundplan.layout import ARGOCD
from groundplan.model.values import whole_seconds
from groundplan.review.beyond.sides import Side
from groundplan.review.outcome import Outcome
from groundplan.review.report import Entry

WAVE = "argocd.argoproj.io/sync-wave"


@dataclass(frozen=True, order=True, slots=True)
class Restart:
    """One workload whose pods are replaced."""

    scope: str
    """`system/environment`."""

    wave: int
    """When its Application is synced, relative to the others of the environment."""

    name: str
    """The workload, `Kind namespace/name`."""

    application: str
    """The Application that brings it; empty where none was found."""

    waits: bool
    """Whether a sync window is closed, so that Argo CD does nothing by itself until it opens."""


def restarts(entries: Iterable[Entry], after: Side, now: datetime) -> tuple[Restart, ...]:
    """Every workload that restarts, by environment and wave."""
    hit = [item for item in entries if any(reason.outcome is Outcome.RESTART for reason in item.judgement.reasons)]
    scopes = sorted({item.change.identity.scope for item in hit})
    delivery = {scope: _Delivery(after, scope) for scope in scopes}
    return tuple(sorted(_restarts(hit, delivery, now)))


def _restarts(hit: Iterable[Entry], delivery: Mapping[str, _Delivery], now: datetime) -> Iterator[Restart]:
    for item in hit:
        scope = item.change.identity.scope
        application = delivery[scope].applications.get(item.change.component, {})
        wave = int(application.get("metadata", {}).get("annotations", {}).get(WAVE, 0))
        name = application.get("metadata", {}).get("name", "")
        yield Restart(scope, wave, str(item.change.identity), name, delivery[scope].is_closed(name, now))


class _Delivery:
    """Applications and windows of one environment."""

    def __init__(self, side: Side, scope: str) -> None:
        objects = side.objects(f"{ARGOCD}/{scope}").values()
        self.applications: dict[str, Mapping[str, Any]] = {
            item["metadata"].get("labels", {}).get(COMPONENT, ""): item
            for item in objects
            if item["kind"] == "Application"
        }
        self._windows = [
            window for item in objects if item["kind"] == "AppProject" for window in item["spec"].get("syncWindows", [])
        ]

    def is_closed(self, application: str, now: datetime) -> bool:
        """Whether windows keep Argo CD from syncing by itself: a deny is open, or there are allows and none is.

        See https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/ .
        """
        named = [
            window
            for window in self._windows
            if any(fnmatch(application, pattern) for pattern in window.get("applications", []))
        ]
        active = {
            kind: [window for window in named if window["kind"] == kind and _is_open(window, now)]
            for kind in ("allow", "deny")
        }
        return bool(active["deny"]) or (any(item["kind"] == "allow" for item in named) and not active["allow"])


def _is_open(window: Mapping[str, Any], now: datetime) -> bool:
    from cronsim import CronSim

    there = now.astimezone(ZoneInfo(window.get("timeZone", "UTC")))
    length = timedelta(seconds=whole_seconds(window["duration"]))
    return next(CronSim(window["schedule"], there - length)) <= there

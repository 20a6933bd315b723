"""Names of what can happen in a cold start."""

from __future__ import annotations

from groundplan.checks.cold_start.plan import Event
from groundplan.checks.cold_start.scene import Turn
from groundplan.checks.documents.pages import Page
from groundplan.checks.inventory import Object


def exists(item: Object) -> Event:
    """The object is in its cluster."""
    return "exists", item


def ready(item: Object) -> Event:
    """The object does its work: pods run, a controller has done what the object asks."""
    return "ready", item


def healthy(item: Object) -> Event:
    """Argo CD calls the object healthy: ready, for kinds whose health it knows."""
    return "healthy", item


def starts(application: Object) -> Event:
    """Argo CD begins to sync an Application."""
    return "starts", application


def passed(application: Object, turn: Turn) -> Event:
    """Everything of one phase and wave of an Application is there and healthy."""
    return "passed", application, turn


def begins(application: Object) -> Event:
    """Argo CD, or a person before it, begins to install a chart."""
    return "begins", application


def installed(application: Object, phase: int = 0) -> Event:
    """What the chart of an Application brings in a phase is in its cluster."""
    return "installed", application, phase


def pods_run(application: Object, index: int) -> Event:
    """Pods of a chart, by their number in its facts, run."""
    return "pods", application, index


def chart_runs(application: Object) -> Event:
    """All pods that a chart brings for good run."""
    return "chart runs", application


def step_done(page: Page, index: int) -> Event:
    """A person has done a step of a page."""
    return "step", page.file, index


def cluster_is_up(cluster: str) -> Event:
    """The API server of a cluster answers."""
    return "cluster", cluster


def nodes_are_up(cluster: str) -> Event:
    """A cluster has nodes."""
    return "nodes", cluster


def namespace_is_there(cluster: str, name: str) -> Event:
    """A namespace that somebody makes exists."""
    return "namespace", cluster, name

"""The delivery chapter: how Argo CD brings an environment from Git into its cluster."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.environment.values import Duration, Model, Name


class Window(Model):
    """A time in which automatic sync is allowed or denied. See https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/ ."""

    kind: Literal["allow", "deny"] = "allow"
    """What the window does. Default allow."""

    schedule: str
    """Five cron fields: when it opens."""

    duration: Duration
    """How long it stays open."""

    time_zone: str = "UTC"
    """IANA time zone of the schedule. Default UTC."""

    manual_sync: bool = True
    """Whether a person may sync by hand outside it. Default true."""


class Repository(Model):
    """The Git repository Argo CD reads this tree from."""

    url: str = Field(pattern=r"^(https://|ssh://|git@)")
    """Clone URL."""

    revision: str = "main"
    """Branch or tag. Default main."""


class Delivery(Model):
    """Argo CD for one environment."""

    repository: Repository
    """Where `dist/` is read from."""

    project: Name | None = None
    """AppProject. Default the system's name."""

    suffix: Name | None = None
    """Applications are called `<component>-<suffix>`. Default the environment's name."""

    namespace: Name = "argocd"
    """Namespace of Argo CD. Default argocd."""

    automated: bool = True
    """Whether Argo CD syncs, prunes and heals by itself. Default true."""

    windows: list[Window] = []
    """Sync windows. Default none: sync whenever Git changes."""

    managers: list[str] = []
    """SSO groups that may sync and roll back. Default none beside the owners."""

    viewers: list[str] = []
    """SSO groups that may look. Default none."""

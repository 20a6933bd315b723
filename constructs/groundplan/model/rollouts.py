"""How a new version replaces the old one where that is more than a rolling update.

See https://argo-rollouts.readthedocs.io/en/stable/features/canary/ and .../bluegreen/ .
"""

from __future__ import annotations

from pydantic import Field

from groundplan.model.values import Duration, Model, Percent

NOTIFICATION_SECRET = "argo-rollouts-notification-secret"
"""Secret the controller reads addresses and keys from: one key per receiver, of the receiver's name."""


class Canary(Model):
    """A share of requests first, watched, then all."""

    weight: Percent = 10
    """Share of requests the new version gets at first. Default 10."""

    observe: Duration = "15m"
    """How long that share is watched. Default 15m."""

    then: list[Percent] = [90, 100]
    """Shares that follow. Default 90, 100."""

    max_error_rate: float = Field(default=1.0, gt=0, lt=100)
    """Percent of failed requests that rolls back. Default 1."""

    min_requests: int = Field(default=100, ge=1)
    """Requests the new version must have answered by then in production; with fewer it waits for a person. Default 100."""


class BlueGreen(Model):
    """A full copy first, then one switch, watched afterwards.

    Before the switch the controller asks the copy's `probes.ready.path`, whose answer must be JSON.
    """

    observe: Duration = "30m"
    """How long the switched version is watched, with the old one still running. Default 30m."""

    max_error_rate: float = Field(default=0.5, gt=0, lt=100)
    """Percent of failed requests that switches back. Default 0.5."""

    max_latency: Duration = "10s"
    """95th percentile of response time that switches back. Default 10s."""

    min_requests: int = Field(default=100, ge=1)
    """Requests the new version must have answered by then in production; with fewer a person says whether it stays. Default
    100."""


class Rollouts(Model):
    """Defaults of the system's progressive strategies."""

    canary: Canary = Canary()
    """For services with `rollout: canary`."""

    blue_green: BlueGreen = BlueGreen()
    """For services with `rollout: blue-green`."""

    notify: list[str] = []
    """Receivers of the observability chapter that hear of a rollback. Default none."""

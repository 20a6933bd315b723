"""The recovery chapter: what a disaster may cost, and which environment takes over."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.model.values import CronSchedule, Duration, Model, Name

RESERVE_PERCENT = 20
"""What the runbook's derived steps leave of the objective: for steps of the system's own, and for what goes wrong."""


class RecoveryStep(Model):
    """One step of the failover, with the time it may take."""

    title: str
    """What is done, in a few words."""

    minutes: int = Field(ge=1)
    """Longest it may take."""

    text: str
    """How, in Markdown."""


class Recovery(Model):
    """Disaster recovery of an environment."""

    role: Literal["primary", "standby"]
    """Which side this environment is."""

    peer: Name
    """Environment that is the other side."""

    active: bool = False
    """The failover switch. On the standby, true renders every replica count and promotes the databases; the same change
    takes the primary out of service: services at zero, databases that accept no writes. Default false.

    A promotion is one way: what the primary then holds is old. The way back begins with `reversed`.
    """

    reversed: bool = False
    """On the standby: whether copies go from this side to the primary. Default false: from the primary to this side.

    The way back after a failover takes two more states, one word each. `active: true, reversed: true`: the primary's databases
    are made anew, as copies of this side's, while this side serves. `active: false, reversed: true`: they lead and the
    primary serves again, while this side's accept no writes. With both false, this side's are made anew as copies, and
    everything is as it began.
    """

    rto: Duration
    """Recovery time objective: from the decision to fail over until requests are answered, e.g. `4h`."""

    rpo: Duration
    """Recovery point objective: the most recent work that may be lost, e.g. `30m`; archiving and alerts keep to it."""

    minimum: dict[Name, int] = {}
    """Least replicas per service once this standby is active. Default the service's own.

    It raises the autoscaler's minimum; a scaled Deployment would be undone by Argo CD and by the autoscaler.
    """

    drill: CronSchedule = "0 9 15 1 *"
    """When the drill is due. Default every 15 January."""

    steps: list[RecoveryStep] = []
    """Steps of this system's own, in the order they are done in, before customers are told; they share a fifth of the objective. Default none."""

    checklist: str = ""
    """Document whose checklist says that the data is consistent. Default none: the derived checks only."""

    notices: str = "the status page"
    """Where customers are told. Default the status page."""

    @property
    def drill_comes(self) -> str:
        """How often the drill is due, in a word."""
        day, month = self.drill.split()[2:4]
        return "once a month" if month == "*" and day.isdigit() else "once a year" if month.isdigit() else "regularly"

    @property
    def stands_in(self) -> bool:
        """Whether this side is the one that takes over; rooms above the model ask `facts/standby.py`."""
        return self.role == "standby"

"""Which side of disaster recovery an environment is and what that side does now: each question once, and when to ask it.

A standby stands in for its peer from the day it is written; it waits until `recovery.active` is set, and has then taken over.
Data has a direction of its own, so that there is a way back: until `recovery.reversed` is set, the standby's databases are, or
began as, copies of the primary's; from then on it is the other way round.
"""

from __future__ import annotations

from groundplan.model.environment import Environment


def stands_in(environment: Environment) -> bool:
    """Whether it is the side that takes over, waiting or not.

    To be asked about what exists once for both sides, and is then the primary's: DNS zones, keys of a vault, the stages of a
    release, windows.
    """
    return environment.recovery is not None and environment.recovery.stands_in


def waits(environment: Environment) -> bool:
    """Whether nothing runs here: a standby that has not taken over, or the side that another has taken over from.

    To be asked about what runs: replicas, autoscalers, schedules, alerts on silence, releases that wait for their hours.
    """
    return (stands_in(environment) and not has_taken_over(environment)) or is_replaced(environment)


def has_taken_over(environment: Environment) -> bool:
    """Whether it stands in and the failover switch is set.

    To be asked about what a failover raises: least replicas, records.
    """
    return environment.recovery is not None and environment.recovery.stands_in and environment.recovery.active


def is_replaced(environment: Environment) -> bool:
    """Whether the other side has taken over from it, so that it must serve and write nothing.

    To be asked about where requests are sent: origins, records.
    """
    peer = environment.peer_environment
    return not stands_in(environment) and peer is not None and has_taken_over(peer)


def serves_follower(environment: Environment) -> bool:
    """Whether databases here are followed by those of a standby.

    To be asked about what a follower needs of them: certificates, a way in. Not the opposite of `stands_in`: most
    environments are neither.
    """
    return environment.has_workloads and environment.recovery is not None and not environment.recovery.stands_in


def copies(environment: Environment) -> bool:
    """Whether databases here are, or began as, copies of the other side's.

    To be asked about how a database begins, and what comes with a copy: logins, queues and topics.
    """
    standby = environment if stands_in(environment) else environment.peer_environment
    if standby is None or standby.recovery is None:
        return False
    return standby.recovery.reversed != stands_in(environment)


def is_promoted(environment: Environment) -> bool:
    """Whether databases here began as copies, and lead now."""
    return copies(environment) and not waits(environment)


def is_fenced(environment: Environment) -> bool:
    """Whether databases here led and the other side's lead now, so that they must accept no writes.

    To be asked about what would go on by itself when a lost region comes back.
    """
    return waits(environment) and not copies(environment)

"""Which side of disaster recovery is followed by the other."""

from __future__ import annotations

from groundplan.model.environment import Environment

FOLDER = "replication"
"""Folder of the vault that carries certificates to the follower, below the environment's own."""


def serves_follower(environment: Environment) -> bool:
    """Whether databases here are followed by those of a standby, which needs their client certificates."""
    recovery = environment.recovery
    return environment.has_workloads and recovery is not None and recovery.role == "primary"

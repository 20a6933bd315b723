"""The security context of every pod and container: the restricted Pod Security Standard, and a read-only root.

See https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted .
"""

from __future__ import annotations

from groundplan.kubernetes.objects import Json

DEFAULT_USER = 10001
"""User and group of processes that do not say otherwise; above 10000, so that it is nobody on the node."""


def pod_security_context(user: int = DEFAULT_USER, *, group: int | None = None) -> Json:
    """Context of a pod: never root, the runtime's seccomp profile, volumes owned by the process' group."""
    return {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": group or user,
        "fsGroup": group or user,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security_context() -> Json:
    """Context of a container: no capability, no escalation, nothing to write to but its mounts."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
    }

"""Pod Security Admission, as a namespace's labels put it into force.

The three standards: https://kubernetes.io/docs/concepts/security/pod-security-standards/ . Who is over them is refused
when the pod is made, not when its workload is: the workload is synced, and nothing ever runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

Json = Mapping[str, Any]
Level = Literal["privileged", "baseline", "restricted"]

ENFORCE = "pod-security.kubernetes.io/enforce"
"""Label of a namespace that names the standard whose breach is refused."""

ADDED = frozenset(
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ]
)
"""Capabilities that the baseline lets a container add."""

VOLUMES = frozenset(
    ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"]
)
"""Kinds of volume that the restricted standard knows."""

SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_syncookies",
    }
)
"""Kernel settings that concern nobody but the pod."""

PROFILES = ("RuntimeDefault", "Localhost")


def breaches(level: str, spec: Json) -> list[str]:
    """What of a pod's spec is over the standard, in the words of its fields; empty where nothing is."""
    found: list[str] = []
    if level in ("baseline", "restricted"):
        found += _of_baseline(spec)
    if level == "restricted":
        found += _of_restricted(spec)
    return found


def _of_baseline(spec: Json) -> Iterator[str]:
    yield from (field for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field))
    yield from (f"volume {volume['name']}: hostPath" for volume in spec.get("volumes", []) if "hostPath" in volume)
    pod = spec.get("securityContext", {})
    yield from (f"sysctl {item['name']}" for item in pod.get("sysctls", []) if item["name"] not in SYSCTLS)
    if _profile(pod) == "Unconfined":
        yield "seccompProfile Unconfined"
    for container in _containers(spec):
        own = container.get("securityContext", {})
        for bad, what in (
            (own.get("privileged"), "privileged"),
            (own.get("procMount", "Default") != "Default", "procMount"),
            (_profile(own) == "Unconfined", "seccompProfile Unconfined"),
            ((own.get("windowsOptions") or {}).get("hostProcess"), "hostProcess"),
            (any(port.get("hostPort") for port in container.get("ports", [])), "hostPort"),
            (set(_capabilities(own, "add")) - ADDED, "capabilities.add"),
        ):
            if bad:
                yield f"{container['name']}: {what}"


def _of_restricted(spec: Json) -> Iterator[str]:
    pod = spec.get("securityContext", {})
    for volume in spec.get("volumes", []):
        yield from (f"volume {volume['name']}: {kind}" for kind in volume if kind != "name" and kind not in VOLUMES)
    if pod.get("runAsUser") == 0:
        yield "runAsUser 0"
    for container in _containers(spec):
        own = container.get("securityContext", {})
        for good, what in (
            (own.get("allowPrivilegeEscalation") is False, "allowPrivilegeEscalation"),
            (own.get("runAsNonRoot", pod.get("runAsNonRoot")) is True, "runAsNonRoot"),
            (own.get("runAsUser") != 0, "runAsUser 0"),
            ((_profile(own) or _profile(pod)) in PROFILES, "seccompProfile"),
            ("ALL" in _capabilities(own, "drop"), "capabilities.drop"),
            (not set(_capabilities(own, "add")) - {"NET_BIND_SERVICE"}, "capabilities.add"),
        ):
            if not good:
                yield f"{container['name']}: {what}"


def _containers(spec: Json) -> Iterator[Json]:
    for field in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(field, [])


def _capabilities(context: Json, field: str) -> list[str]:
    return list((context.get("capabilities") or {}).get(field) or [])


def _profile(context: Json) -> str:
    return str((context.get("seccompProfile") or {}).get("type", ""))

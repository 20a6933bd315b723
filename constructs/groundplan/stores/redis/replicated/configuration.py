"""The ConfigMap of a replicated Redis: settings of its servers and sentinels, and what its containers run."""

from __future__ import annotations

from groundplan.model.values import quantity
from groundplan.shell import script
from groundplan.stores.redis.replicated.props import ReplicatedProps
from groundplan.stores.redis.replicated.words import SCRIPTS, SENTINEL_PORT, TLS

BACKLOG = "32mb"
"""What a replica may miss and still follow without a whole copy."""


def configuration(props: ReplicatedProps) -> dict[str, str]:
    """Name of each file to its text."""
    watched = props.quorum is not None
    scripts = ["ask", "server", "tend", "stop", "ready", "restore", "sentinel" if watched else "join"]
    return {
        "redis.conf": _lines(_server(props)),
        **({"sentinel.conf": _lines(_sentinel())} if watched else {}),
        **{f"{name}.sh": script(SCRIPTS, name) for name in scripts},
    }


def _server(props: ReplicatedProps) -> dict[str, object]:
    settings = props.settings
    memory = int(quantity(settings.resources.limits.memory)) * settings.max_memory_percent // 100
    return {
        "bind": "* -::*",
        "port": 0,
        "tls-port": settings.port,
        **_tls(),
        "dir": "/data",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory": memory,
        "maxmemory-policy": props.chapter.eviction,
        "repl-backlog-size": BACKLOG,
        "tcp-keepalive": 60,
        "timeout": 0,
        "enable-debug-command": "no",
        "enable-module-command": "no",
        **props.directives,
    }


def _sentinel() -> dict[str, object]:
    return {
        "bind": "* -::*",
        "port": 0,
        "tls-port": SENTINEL_PORT,
        **_tls(),
        "dir": "/run/redis",
        "sentinel resolve-hostnames": "yes",
        "sentinel announce-hostnames": "yes",
        "sentinel announce-port": SENTINEL_PORT,
    }


def _tls() -> dict[str, object]:
    """Members and callers speak TLS alone; whoever connects signs in with a password instead of a certificate."""
    return {
        "tls-cert-file": f"{TLS}/tls.crt",
        "tls-key-file": f"{TLS}/tls.key",
        "tls-ca-cert-file": f"{TLS}/ca.crt",
        "tls-auth-clients": "no",
        "tls-replication": "yes",
        "tls-protocols": '"TLSv1.2 TLSv1.3"',
    }


def _lines(settings: dict[str, object]) -> str:
    return "".join(f"{name} {value}\n" for name, value in settings.items())

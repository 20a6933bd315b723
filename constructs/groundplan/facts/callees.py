"""What an entry of `calls:` names: a part of the system, or a host outside with its port."""

from __future__ import annotations


def is_external_host(callee: str) -> bool:
    """Whether a `calls:` entry names a host outside the system rather than one of its parts."""
    return "." in callee


def split_host(callee: str) -> tuple[str, int]:
    """Host and port of an external callee; the port is 443 unless written."""
    host, _, port = callee.partition(":")
    return host, int(port or 443)

"""Hosts and ports in settings: in URLs, and in two variables beside each other. One reader for every gate that asks.

Gates that look for a Service behind a host and gates that look for a way to it must see the same addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_HOST = r"(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)"
_PORT = r"(?::(?P<port>[0-9]{1,5}))?(?![\w.${-])"
_URL = re.compile(rf"(?<![\w.])(?P<scheme>[a-z][a-z0-9+.-]{{1,20}})://(?:[^\s/@\"'<>]*@)?{_HOST}{_PORT}", re.IGNORECASE)
_BARE = re.compile(_HOST + _PORT, re.IGNORECASE)
_LABEL = re.compile(r"^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")
_LOCAL = frozenset({"localhost"})
_DEFAULT_PORTS: Mapping[str, int] = {
    "amqp": 5672, "amqps": 5671, "http": 80, "https": 443, "mongodb": 27017, "mysql": 3306, "nats": 4222,
    "postgres": 5432, "postgresql": 5432, "redis": 6379, "rediss": 6379,
}  # fmt: skip
NOT_NETWORK = frozenset({"arn", "docker-pullable", "file", "oci", "s3", "spiffe", "urn"})
"""Schemes whose next word is no host."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a setting leads to."""

    host: str
    """Host name, in lower case."""

    port: int | None
    """Port; None where neither text nor scheme says."""

    @property
    def service(self) -> tuple[str, str] | None:
        """Name and namespace of the Service that the host can only be: one word, whose namespace is the setting's own
        and empty here, or anything below `.svc`; None for hosts outside the cluster."""
        if self.host in _LOCAL:
            return None
        if _LABEL.match(self.host):
            return self.host, ""
        labels = self.host.split(".")
        if "svc" in labels[2:3] and all(_LABEL.match(label) for label in labels[:2]):
            return labels[0], labels[1]
        return None


def addresses(text: str) -> Iterator[Address]:
    """Whatever the URLs in `text` lead to."""
    for match in _URL.finditer(text):
        scheme = match["scheme"].lower()
        if scheme not in NOT_NETWORK:
            yield _address(
                match, _DEFAULT_PORTS.get(scheme.partition("+")[0], _DEFAULT_PORTS.get(scheme.rpartition("+")[2]))
            )


def one_address(text: str) -> Address | None:
    """What `text` leads to as a whole, which may leave out the scheme: the target of a probe, `host:port`."""
    if "://" in text:
        return next(addresses(text), None)
    match = _BARE.match(text)
    return _address(match, None) if match is not None else None


def paired_addresses(settings: Mapping[str, Any]) -> Iterator[tuple[str, Address]]:
    """`X_HOST` with `X_PORT` beside it, or with the only port there is, as many programs take them apart."""
    for key, text in settings.items():
        if key.upper().endswith("HOST") and isinstance(text, str) and text and "://" not in text:
            yield key, Address(text.lower(), _port_beside(key, settings))


def _address(match: re.Match[str], default: int | None) -> Address:
    return Address(match["host"].lower(), int(match["port"]) if match["port"] else default)


def _port_beside(key: str, settings: Mapping[str, Any]) -> int | None:
    same = [settings[name] for name in (f"{key[:-4]}PORT", f"{key[:-4]}port") if name in settings]
    ports = same or [value for name, value in settings.items() if name.upper().endswith("PORT")]
    return int(ports[0]) if len(ports) == 1 and str(ports[0]).isdigit() else None

"""Addresses of Services inside settings: URLs, and host and port that stand in two variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_URL = re.compile(
    r"(?<![\w.])(?P<scheme>[a-z][a-z0-9+.-]{1,20})://(?:[^\s/@\"'<>{}$]*@)?(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)"
    r"(?::(?P<port>[0-9]{1,5}))?(?![\w.${-])"
)
_LABEL = re.compile(r"^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")
_LOCAL = frozenset({"localhost"})
_DEFAULT_PORTS = {
    "amqp": "5672", "http": "80", "https": "443", "mongodb": "27017", "mysql": "3306", "nats": "4222",
    "postgres": "5432", "postgresql": "5432", "redis": "6379", "rediss": "6379",
}  # fmt: skip
NOT_NETWORK = frozenset({"arn", "file", "docker-pullable", "s3", "spiffe", "urn", "oci"})
"""Schemes whose next word is no host."""


@dataclass(frozen=True, slots=True)
class Address:
    """A Service a setting leads to."""

    service: str
    """Name of the Service."""

    namespace: str
    """Namespace where it is written; empty for the setting's own."""

    port: str
    """Port; empty where neither text nor scheme says."""


def addresses(text: str) -> Iterator[Address]:
    """The Services in the URLs of `text`; hosts outside the cluster are no business of this gate."""
    for match in _URL.finditer(text):
        if match["scheme"] in NOT_NETWORK:
            continue
        inside = _inside(match["host"])
        if inside is not None:
            yield Address(*inside, match["port"] or _DEFAULT_PORTS.get(match["scheme"].rpartition("+")[2], ""))


def paired_addresses(settings: Mapping[str, str]) -> Iterator[tuple[str, Address]]:
    """`X_HOST` with `X_PORT` beside it, as many programs take them apart."""
    for key, text in settings.items():
        if not key.upper().endswith("_HOST") or "://" in text:
            continue
        inside = _inside(text)
        if inside is not None:
            port = next((settings[other] for other in (f"{key[:-4]}PORT", f"{key[:-4]}port") if other in settings), "")
            yield key, Address(*inside, port)


def _inside(host: str) -> tuple[str, str] | None:
    """(service, namespace) of a host inside the cluster: one word, or anything below `.svc`."""
    if host in _LOCAL:
        return None
    if _LABEL.match(host):
        return host, ""
    labels = host.split(".")
    if "svc" in labels[2:3] and all(_LABEL.match(label) for label in labels[:2]):
        return labels[0], labels[1]
    return None

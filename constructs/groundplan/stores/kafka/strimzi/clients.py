"""What a client of a Kafka is given: its certificate, and what it knows the brokers by."""

from __future__ import annotations

from groundplan.parts import Json

CERTIFICATES = "/var/run/certificates"
"""Where a program here finds them."""


def certificates(kafka: str, user: str, volume: str = "certificates") -> Json:
    """A volume with the certificates of `user` and of whoever signed the brokers', as PEM and as PKCS #12.

    The user operator renews them thirty days before they end, and the files change; a client reads them when it starts.
    """
    return {"name": volume, "projected": {"sources": sources(kafka, user)}}


def sources(kafka: str, user: str) -> list[Json]:
    """The two Secrets, and the keys of each that a client needs."""
    authority, own = ("ca.crt", "ca.p12"), ("user.crt", "user.key", "user.p12")
    return [
        {"secret": {"name": name, "items": [{"key": key, "path": key} for key in keys]}}
        for name, keys in ((f"{kafka}-cluster-ca-cert", authority), (user, own))
    ]

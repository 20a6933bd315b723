"""Names and ports that objects of a replicated Redis share."""

from __future__ import annotations

from groundplan.stores.answers import Json

METRICS_PORT = 9121
SENTINEL_PORT = 26379
BUS = 10_000
"""What is added to the port of a cluster's member for the port on which members speak to each other."""

SHARD_LABEL = "groundplan.dev/shard"
USERS = ("replica", "sentinel", "exporter", "backup", "operator")
"""Who signs in beside the services: keys of the store's own Secret."""

TLS = "/tls"
SCRIPTS = "groundplan.stores.redis.replicated.scripts"


def members_service(store: str) -> str:
    """The headless Service by which each member has a name."""
    return f"{store}-members"


def own_secret(store: str) -> str:
    """Secret with the passwords of `USERS`."""
    return f"{store}-members"


def certificate(store: str) -> str:
    """Secret with the certificate that members show, and that of the authority which signed it."""
    return f"{store}-tls"


def password(store: str, user: str) -> Json:
    """Where a container finds the password of one of `USERS`."""
    return {"secretKeyRef": {"name": own_secret(store), "key": user}}

"""Annotations from which external-dns makes the records of public hosts.

See https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/ .
"""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.platforms.gcp.facts import keeps_public_names

DNS = "external-dns.alpha.kubernetes.io"


def dns_records(environment: Environment, host: str) -> dict[str, str]:
    """The host's record; none where no zone is ours, or where it is rendered so that another side can take it over."""
    dns = environment.platform.gcp.dns if environment.platform.gcp is not None else None
    if dns is None or keeps_public_names(environment):
        return {}
    return {f"{DNS}/hostname": host, f"{DNS}/ttl": str(dns.ttl)}

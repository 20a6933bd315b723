"""Annotations from which external-dns makes the records of public hosts.

See https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/ .
"""

from __future__ import annotations

from groundplan.facts.standby import stands_in
from groundplan.model.environment import Environment

DNS = "external-dns.alpha.kubernetes.io"


def dns_records(environment: Environment, host: str) -> dict[str, str]:
    """The host's record; none where no zone is ours. With a standby there are two of one name, and the healthy primary wins.

    See https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover.html .
    """
    dns = environment.platform.aws.dns if environment.platform.aws is not None else None
    if dns is None:
        return {}
    records = {f"{DNS}/hostname": host, f"{DNS}/ttl": str(dns.ttl)}
    if environment.recovery is not None:
        records |= {
            f"{DNS}/set-identifier": environment.cluster.name,
            f"{DNS}/aws-failover": "SECONDARY" if stands_in(environment) else "PRIMARY",
            f"{DNS}/aws-evaluate-target-health": "true",
        }
    return records

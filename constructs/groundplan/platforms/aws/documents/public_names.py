"""What people do once for public names: the domain points to the zone, and certificates are proven by a record in it.

The controller calls a certificate synced as soon as it is requested, so nothing waits for the proof, and a load balancer
without a certificate has no HTTPS. See https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html .
"""

from __future__ import annotations

from groundplan.facts.cloud_names import MANAGEMENT, certificate_name, management_namespace
from groundplan.facts.standby import stands_in
from groundplan.facts.system import System
from groundplan.markdown import section, shell
from groundplan.model.environment import Environment
from groundplan.platforms.aws.chapter import Aws


def public_names(system: System) -> list[str]:
    """The section of the bootstrap page; nothing where no zone is ours."""
    zones = [item for item in system.environments if _zone(item) and item.has_cluster and not stands_in(item)]
    if not zones:
        return []
    zone = _zone(zones[0])
    blocks = [
        f"The registrar of `{zone}` is told these name servers once:",
        shell(
            f"{_get(zones[0], 'hostedzones.route53', 'zone')} --output 'jsonpath={{.status.delegationSet.nameServers}}'"
        ),
    ]
    open_hosts = [(item, host) for item in system.environments for host in _unproven(item, zones[0])]
    if open_hosts:
        blocks += [
            "AWS asks for a record that proves each certificate's domain; no load balancer serves HTTPS before it is there. "
            f"Write its name, type and value into `platform.aws.dns.records` of `{zones[0].environment}`, once for each "
            "domain, run `make`, and merge; renewals then need nobody:",
            shell(
                *(
                    f"{_get(item, 'certificates.acm', certificate_name(host))} "
                    "--output 'jsonpath={.status.domainValidations[*].resourceRecord}'"
                    for item, host in open_hosts
                )
            ),
        ]
    return [section("Public names", *blocks, level=3)]


def _unproven(environment: Environment, owner: Environment) -> list[str]:
    """Hosts whose certificate's record nobody has written yet."""
    ingress, cloud = environment.ingress, owner.platform.aws
    if ingress is None or ingress.type != "alb":
        return []
    records = cloud.dns.records if isinstance(cloud, Aws) and cloud.dns is not None else {}
    return [
        host
        for host in environment.public_hosts
        if not any(
            name.startswith("_") and name.rstrip(".").endswith(f".{host.removeprefix('*.')}") for name in records
        )
    ]


def _zone(environment: Environment) -> str:
    cloud = environment.platform.aws
    return cloud.dns.zone if cloud is not None and cloud.dns is not None else ""


def _get(environment: Environment, resource: str, name: str) -> str:
    return f"kubectl --context {MANAGEMENT} --namespace {management_namespace(environment)} get {resource}.services.k8s.aws {name}"

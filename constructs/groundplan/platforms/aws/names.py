"""Public names: the zone, certificates, and a look at every public host from outside.

The records of public hosts themselves are written by ExternalDNS, which alone knows the load balancers' addresses.
See https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html .
"""

from __future__ import annotations

from groundplan.facts.cloud_names import certificate_name
from groundplan.parts import Component, Part
from groundplan.platforms.aws.chapter import Dns
from groundplan.platforms.aws.resource import AwsPart, as_tags, reference
from groundplan.platforms.aws.site import Site

ZONE = "zone"


class Zone(AwsPart):
    """The hosted zone, and the records no controller writes; one environment of a system has it.

    Args:
        scope: scope.
        id_: construct id.
        site: where it stands.
        dns: its name and records.
        title: what people call the system.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, dns: Dns, *, title: str) -> None:
        super().__init__(scope, id_, site)
        self.emit_resource(
            "route53",
            "HostedZone",
            ZONE,
            {
                "name": f"{dns.zone}.",
                "hostedZoneConfig": {"comment": f"{title}, public"},
                "tags": self.tags(dns.zone),
            },
            retain=True,
        )
        for name, record in sorted(dns.records.items()):
            self.emit_resource(
                "route53",
                "RecordSet",
                f"{name.strip('.').replace('_', '').replace('.', '-').lower()}-{record.type.lower()}",
                {
                    "hostedZoneRef": reference(ZONE),
                    "name": f"{name.rstrip('.')}.",
                    "recordType": record.type,
                    "ttl": record.ttl,
                    "resourceRecords": [{"value": value} for value in record.values],
                },
            )


class Certificates(AwsPart):
    """A certificate for each public host, in the region of its load balancer, which finds it by the host's name.

    The proof of ownership is a DNS record that AWS names once it has the request; it is the same in every region, goes
    into `platform.aws.dns.records`, and then renewals need nobody.
    See https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html .
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, hosts: list[str]) -> None:
        super().__init__(scope, id_, site)
        for host in hosts:
            self.emit_resource(
                "acm",
                "Certificate",
                certificate_name(host),
                {
                    "domainName": host,
                    "keyAlgorithm": "RSA_2048",
                    "options": {"certificateTransparencyLoggingPreference": "ENABLED"},
                    "tags": self.tags(host),
                },
            )


class HealthChecks(AwsPart):
    """A look at each public host from several continents, as its users see it.

    They feed alarms and the failover runbook. No record hangs on them: a check of the public name would turn the name
    back as soon as the standby answers under it.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, paths: dict[str, str]) -> None:
        super().__init__(scope, id_, site)
        for host, path in paths.items():
            self.emit_resource(
                "route53",
                "HealthCheck",
                certificate_name(host),
                {
                    "healthCheckConfig": {
                        "type": "HTTPS",
                        "fullyQualifiedDomainName": host,
                        "port": 443,
                        "resourcePath": path,
                        "enableSNI": True,
                        "requestInterval": 30,
                        "failureThreshold": 3,
                    },
                    "tags": as_tags(self.tag_map(host)),
                },
            )

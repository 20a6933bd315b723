"""Public names: the zone in Cloud DNS, signed, and the records that no controller writes.

See https://cloud.google.com/dns/docs/overview .
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from groundplan.parts import Component, Json, Part
from groundplan.platforms.gcp.chapter import Dns
from groundplan.platforms.gcp.names import object_name, zone_name
from groundplan.platforms.gcp.resource import GcpPart, reference
from groundplan.platforms.gcp.site import Site
from groundplan.platforms.gcp.words import ZONE


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneProps:
    """A zone and what it says."""

    dns: Dns
    """Its name, and records that people write."""

    title: str
    """What people call the system."""

    hosts: Mapping[str, Json] = field(default_factory=dict)
    """Public host to the object of its address. Default none: external-dns writes them."""


class Zone(GcpPart):
    """The zone and its records; one environment of a system has it, and it outlives its object."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: ZoneProps) -> None:
        super().__init__(scope, id_, site)
        dns = props.dns
        self.emit_resource(
            "DNSManagedZone",
            ZONE,
            {
                "dnsName": f"{dns.zone}.",
                "description": f"{props.title}, public",
                "visibility": "public",
                "dnssecConfig": {"state": "on", "nonExistence": "nsec3"},
                "cloudLoggingConfig": {"enableLogging": True},
            },
            called=zone_name(dns.zone),
            retain=True,
        )
        for name, record in sorted(dns.records.items()):
            self._add_record(name, record.type, record.ttl, {"rrdatas": list(record.values)})
        for host, address in sorted(props.hosts.items()):
            self._add_record(host, "A", dns.ttl, {"rrdatasRefs": [{"kind": "ComputeAddress", **address}]})

    def _add_record(self, name: str, type_: str, ttl: int, data: Json) -> None:
        self.emit_resource(
            "DNSRecordSet",
            object_name(name.replace("*", "any"), type_),
            {"managedZoneRef": reference(ZONE), "name": f"{name.rstrip('.')}.", "type": type_, "ttl": ttl, **data},
        )


class PublicAddress(GcpPart):
    """The address of the load balancer that GKE makes for the ingress controller's Service, which finds it by its name.

    It is told here and not by the cluster, so that the names which lead to it outlive the cluster.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, *, called: str) -> None:
        super().__init__(scope, id_, site)
        self.emit_resource(
            "ComputeAddress",
            id_,
            {
                "description": f"Public load balancer of cluster {site.cluster}",
                "addressType": "EXTERNAL",
                "networkTier": "PREMIUM",
                "location": site.region,
            },
            called=called,
            retain=True,
        )

"""What the operators that a cluster's tenants share may do at Google."""

from __future__ import annotations

from groundplan.addons.catalogue import catalogue
from groundplan.parts import Component, Part
from groundplan.platforms.gcp.names import role_id
from groundplan.platforms.gcp.resource import GcpPart, external_to, reference_to
from groundplan.platforms.gcp.site import Site
from groundplan.platforms.gcp.words import ZONE

RECORDS = (
    "dns.changes.create",
    "dns.changes.get",
    "dns.changes.list",
    "dns.resourceRecordSets.create",
    "dns.resourceRecordSets.delete",
    "dns.resourceRecordSets.list",
    "dns.resourceRecordSets.update",
)
"""What writing records takes; changing the zone itself is not part of it."""

ZONES = ("dns.managedZones.list",)
"""Zones can only be listed all together."""


class DnsOperator(GcpPart):
    """Two roles of our own and who has them: external-dns writes records of one zone, and finds it by its name.

    See https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/gke/ .

    Args:
        scope: scope.
        id_: construct id.
        site: where the cluster stands.
        zone: Google's name of the zone.
        own: whether the zone is an object beside it.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, *, zone: str, own: bool) -> None:
        super().__init__(scope, id_, site)
        add_on = catalogue()["external-dns"]
        member = site.principal(add_on.namespace, add_on.service_account or "external-dns")
        where = (
            reference_to("DNSManagedZone", ZONE)
            if own
            else external_to("DNSManagedZone", f"projects/{site.project}/managedZones/{zone}")
        )
        for purpose, permissions, on in (("records", RECORDS, where), ("zones", ZONES, self.whole_project)):
            role = role_id(site.cluster, f"dns_{purpose}")
            self.emit_resource(
                "IAMCustomRole",
                f"dns-{purpose}",
                {
                    "title": f"DNS {purpose} of {site.cluster}",
                    "description": f"External-dns of cluster {site.cluster}",
                    "permissions": list(permissions),
                    "stage": "GA",
                },
                called=role,
            )
            self.permit(member, f"projects/{site.project}/roles/{role}", on, name="external-dns")

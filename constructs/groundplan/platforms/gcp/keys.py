"""Keys that everything kept here is encrypted with, and who may use each: Google's agents, in the project's name.

A key ring cannot be removed, and what a key encrypted is lost with the key; both outlive their objects.
See https://cloud.google.com/kms/docs/cmek .
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundplan.parts import Component, Part
from groundplan.platforms.gcp.names import object_name
from groundplan.platforms.gcp.resource import GcpPart, reference, reference_to
from groundplan.platforms.gcp.site import Site

ROTATION = "7776000s"
"""Ninety days; what is there stays readable with the version it was written by."""

USES_KEY = "roles/cloudkms.cryptoKeyEncrypterDecrypter"

CLUSTER, DISKS, OBJECTS, IMAGES = "cluster", "disks", "objects", "images"
"""Purposes of keys."""

AGENTS: Mapping[str, str] = {
    CLUSTER: "container-engine-robot",
    DISKS: "compute-system",
    IMAGES: "gcp-sa-artifactregistry",
    OBJECTS: "gs-project-accounts",
}
"""Purpose to the agent of Google's that encrypts. See https://cloud.google.com/iam/docs/service-agents ."""


@dataclass(frozen=True, slots=True)
class KeyProps:
    """One key."""

    purpose: str
    """What it encrypts, its name."""

    location: str
    """Region or multi-region of what it encrypts."""


class Keys(GcpPart):
    """A ring in each location, its keys, and the right of one agent to each."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, keys: Sequence[KeyProps]) -> None:
        super().__init__(scope, id_, site)
        for location in sorted({key.location for key in keys}):
            self.emit_resource(
                "KMSKeyRing", ring_object(site, location), {"location": location}, called=site.ring, retain=True
            )
        for key in keys:
            name = key_object(site, key.purpose, key.location)
            self.emit_resource(
                "KMSCryptoKey",
                name,
                {
                    "keyRingRef": reference(ring_object(site, key.location)),
                    "purpose": "ENCRYPT_DECRYPT",
                    "rotationPeriod": ROTATION,
                    "destroyScheduledDuration": "2592000s",
                    "versionTemplate": {"algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION", "protectionLevel": "SOFTWARE"},
                },
                called=key.purpose,
                retain=True,
            )
            agent = site.agent(AGENTS[key.purpose])
            self.permit(agent, USES_KEY, reference_to("KMSCryptoKey", name), name=object_name("key", name))


def ring_object(site: Site, location: str) -> str:
    """Object name of the ring of a location."""
    return "keys" if location == site.region else object_name("keys", location)


def key_object(site: Site, purpose: str, location: str) -> str:
    """Object name of a key."""
    return purpose if location == site.region else object_name(purpose, location)

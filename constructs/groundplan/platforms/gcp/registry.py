"""Artifact Registry: one repository for every image of a system, tags that never move, a scan at each push.

See https://cloud.google.com/artifact-registry/docs/docker .
"""

from __future__ import annotations

from groundplan.parts import Component, Part
from groundplan.platforms.gcp.cluster import REPOSITORY
from groundplan.platforms.gcp.keys import IMAGES
from groundplan.platforms.gcp.resource import GcpPart, reference
from groundplan.platforms.gcp.site import Site

UNTAGGED = "1209600s"
"""Two weeks: how long an image without a tag stays. Tagged ones never go, a cluster may need any of them again."""


class Repository(GcpPart):
    """The repository of a system's images in one region; it outlives its object."""

    def __init__(self, scope: Component | Part, id_: str, site: Site) -> None:
        super().__init__(scope, id_, site)
        self.emit_resource(
            "ArtifactRegistryRepository",
            REPOSITORY,
            {
                "format": "DOCKER",
                "mode": "STANDARD_REPOSITORY",
                "location": site.region,
                "description": f"Images of {site.system}",
                "dockerConfig": {"immutableTags": True},
                "kmsKeyRef": reference(IMAGES),
                "cleanupPolicies": [
                    {
                        "id": "untagged",
                        "action": "DELETE",
                        "condition": {"tagState": "UNTAGGED", "olderThan": UNTAGGED},
                    }
                ],
            },
            called=site.system,
            retain=True,
        )

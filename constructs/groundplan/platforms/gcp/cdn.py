"""Cloud CDN in front of a bucket of static files: an address that answers from the edge that is nearest.

See https://cloud.google.com/cdn/docs/setting-up-cdn-with-bucket .
"""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.gcp.bucket import PrivateBucket
from groundplan.platforms.gcp.chapter import Bucket, Cdn
from groundplan.platforms.gcp.names import object_name
from groundplan.platforms.gcp.resource import GcpPart, reference, reference_to
from groundplan.platforms.gcp.site import Site
from groundplan.platforms.gcp.words import PUBLIC_FILES as CDN

READS_ONE = "roles/storage.legacyObjectReader"
"""Reads an object whose name it knows, and lists nothing."""

DAY = 86400


@dataclass(frozen=True, kw_only=True, slots=True)
class EdgeProps:
    """What is served, and from where."""

    cdn: Cdn
    """Name, bucket, and how long an edge keeps a file."""

    bucket: Bucket
    """How long the bucket keeps what."""


class Edge(GcpPart):
    """A bucket whose files anybody may read one by one, and what serves them: HTTPS alone, from TLS 1.2 on."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: EdgeProps) -> None:
        super().__init__(scope, id_, site)
        self._cdn = props.cdn
        PrivateBucket(self, props.cdn.bucket, site, props.bucket, public=True)
        files = reference_to("StorageBucket", props.cdn.bucket)
        self.permit("allUsers", READS_ONE, files, name=object_name(CDN, "files"))
        self._add_backend()
        self._add_front()

    def _add_backend(self) -> None:
        keep = whole_seconds(self._cdn.keep)
        self._emit(
            "ComputeBackendBucket",
            {
                "bucketRef": reference(self._cdn.bucket),
                "enableCdn": True,
                "compressionMode": "AUTOMATIC",
                "cdnPolicy": {
                    "cacheMode": "CACHE_ALL_STATIC",
                    "defaultTtl": keep,
                    "clientTtl": keep,
                    "maxTtl": max(keep, DAY),
                    "negativeCaching": True,
                    "serveWhileStale": DAY,
                    "requestCoalescing": True,
                },
                "customResponseHeaders": [
                    "Strict-Transport-Security: max-age=31536000; includeSubDomains",
                    "X-Content-Type-Options: nosniff",
                ],
            },
        )
        default: Json = {"defaultService": {"backendBucketRef": reference(CDN)}}
        self._emit("ComputeURLMap", {"location": "global", **default})

    def _add_front(self) -> None:
        self._emit("ComputeAddress", {"location": "global", "addressType": "EXTERNAL"}, retain=True)
        project = {"external": f"projects/{self.site.project}"}
        certificate = {"projectRef": project, "managed": {"domains": [self._cdn.host]}}
        self._emit("ComputeManagedSSLCertificate", certificate)
        self._emit("ComputeSSLPolicy", {"minTlsVersion": "TLS_1_2", "profile": "RESTRICTED"})
        self._emit(
            "ComputeTargetHTTPSProxy",
            {
                "location": "global",
                "urlMapRef": reference(CDN),
                "sslCertificates": [reference(CDN)],
                "sslPolicyRef": reference(CDN),
                "quicOverride": "ENABLE",
            },
        )
        self._emit(
            "ComputeForwardingRule",
            {
                "location": "global",
                "loadBalancingScheme": "EXTERNAL_MANAGED",
                "ipAddress": {"addressRef": reference(CDN)},
                "ipProtocol": "TCP",
                "portRange": "443",
                "target": {"targetHTTPSProxyRef": reference(CDN)},
            },
        )

    def _emit(self, kind: str, spec: Json, *, retain: bool = False) -> None:
        self.emit_resource(kind, CDN, spec, called=f"{self.site.cluster}-cdn", retain=retain)

"""How objects of Config Connector refer to one another.

See https://cloud.google.com/config-connector/docs/how-to/creating-resource-references .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.platforms.gcp.kinds import ENDING, KINDS
from groundplan.platforms.platform import Reference
from groundplan.yaml.marked import YamlPath

FIELDS = {
    "addressRef": "ComputeAddress",
    "backendBucketRef": "ComputeBackendBucket",
    "bootDiskKMSCryptoKeyRef": "KMSCryptoKey",
    "bucketRef": "StorageBucket",
    "clusterRef": "ContainerCluster",
    "keyRingRef": "KMSKeyRing",
    "kmsKeyRef": "KMSCryptoKey",
    "managedZoneRef": "DNSManagedZone",
    "natIps": "ComputeAddress",
    "networkRef": "ComputeNetwork",
    "peerNetworkRef": "ComputeNetwork",
    "routerRef": "ComputeRouter",
    "serviceAccountRef": "IAMServiceAccount",
    "sslCertificates": "ComputeManagedSSLCertificate",
    "sslPolicyRef": "ComputeSSLPolicy",
    "subnetworkRef": "ComputeSubnetwork",
    "targetHTTPSProxyRef": "ComputeTargetHTTPSProxy",
    "urlMapRef": "ComputeURLMap",
    "workloadIdentityPoolRef": "IAMWorkloadIdentityPool",
}
"""Field to the kind that it names; where it may be one of several, the reference says which."""


def references(key: str, value: Mapping[str, Any], path: YamlPath) -> Iterator[Reference]:
    """By name where the resource is an object; by Google's own name it is not one of ours."""
    name, kind = value.get("name"), value.get("kind") or FIELDS.get(key)
    if not isinstance(name, str) or kind is None or not (key in FIELDS or key in ("resourceRef", "rrdatasRefs")):
        return
    group = KINDS.get(kind, f"*.{ENDING}")
    yield Reference(group=group, kind=kind, name=name, namespace=value.get("namespace", ""))

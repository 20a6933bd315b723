"""The kinds of Config Connector that are rendered here, and the API group of each."""

from __future__ import annotations

ENDING = "cnrm.cloud.google.com"
"""How the API groups of Config Connector end."""

VERSION = "v1beta1"
"""Version of every kind here."""

_BY_GROUP: dict[str, tuple[str, ...]] = {
    "artifactregistry": ("ArtifactRegistryRepository",),
    "compute": (
        "ComputeAddress",
        "ComputeBackendBucket",
        "ComputeFirewall",
        "ComputeForwardingRule",
        "ComputeManagedSSLCertificate",
        "ComputeNetwork",
        "ComputeNetworkPeering",
        "ComputeRouter",
        "ComputeRouterNAT",
        "ComputeSSLPolicy",
        "ComputeSubnetwork",
        "ComputeTargetHTTPSProxy",
        "ComputeURLMap",
    ),
    "container": ("ContainerCluster", "ContainerNodePool"),
    "core": ("ConfigConnectorContext",),
    "dns": ("DNSManagedZone", "DNSRecordSet"),
    "iam": (
        "IAMAuditConfig",
        "IAMCustomRole",
        "IAMPolicyMember",
        "IAMServiceAccount",
        "IAMWorkloadIdentityPool",
        "IAMWorkloadIdentityPoolProvider",
    ),
    "kms": ("KMSCryptoKey", "KMSKeyRing"),
    "secretmanager": ("SecretManagerSecret",),
    "serviceusage": ("Service",),
    "storage": ("StorageBucket",),
}

KINDS: dict[str, str] = {kind: f"{first}.{ENDING}" for first, kinds in _BY_GROUP.items() for kind in kinds}
"""Kind to its API group."""


def group_of(kind: str) -> str:
    """API group of a kind."""
    return KINDS[kind]

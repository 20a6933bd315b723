"""What Kubernetes kinds are: their API group, and whether they live in a namespace."""

from __future__ import annotations

CLUSTER_SCOPED: frozenset[tuple[str, str]] = frozenset(
    (group, kind)
    for group, kinds in {
        "": "Namespace Node PersistentVolume",
        "admissionregistration.k8s.io": "MutatingWebhookConfiguration ValidatingAdmissionPolicy "
        "ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
        "apiextensions.k8s.io": "CustomResourceDefinition",
        "apiregistration.k8s.io": "APIService",
        "argoproj.io": "ClusterAnalysisTemplate",
        "cert-manager.io": "ClusterIssuer",
        "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
        "configuration.konghq.com": "KongClusterPlugin KongLicense KongVault",
        "crd.k8s.amazonaws.com": "ENIConfig",
        "crd.projectcalico.org": "FelixConfiguration GlobalNetworkPolicy GlobalNetworkSet HostEndpoint IPPool Tier",
        "elbv2.k8s.aws": "IngressClassParams",
        "eventing.keda.sh": "ClusterCloudEventSource",
        "expansion.gatekeeper.sh": "ExpansionTemplate",
        "external-secrets.io": "ClusterExternalSecret ClusterPushSecret ClusterSecretStore",
        "externaldata.gatekeeper.sh": "Provider",
        "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
        "fluentbit.fluent.io": "ClusterFilter ClusterFluentBitConfig ClusterInput ClusterMultilineParser ClusterOutput "
        "ClusterParser",
        "fluentd.fluent.io": "ClusterFilter ClusterFluentdConfig ClusterInput ClusterOutput",
        "gateway.networking.k8s.io": "GatewayClass",
        "generators.external-secrets.io": "ClusterGenerator",
        "groupsnapshot.storage.k8s.io": "VolumeGroupSnapshotClass VolumeGroupSnapshotContent",
        "infrastructure.cluster.x-k8s.io": "AWSClusterControllerIdentity AWSClusterRoleIdentity AWSClusterStaticIdentity",
        "karpenter.k8s.aws": "EC2NodeClass",
        "karpenter.sh": "NodeClaim NodeOverlay NodePool",
        "keda.sh": "ClusterTriggerAuthentication",
        "kyverno.io": "ClusterCleanupPolicy ClusterPolicy GlobalContextEntry",
        "mutations.gatekeeper.sh": "Assign AssignImage AssignMetadata ModifySet",
        "networking.k8s.io": "IPAddress IngressClass ServiceCIDR",
        "node.k8s.io": "RuntimeClass",
        "operator.tigera.io": "APIServer GatewayAPI Goldmane ImageSet Installation ManagementClusterConnection Whisker",
        "policies.kyverno.io": "DeletingPolicy GeneratingPolicy ImageValidatingPolicy MutatingPolicy ValidatingPolicy",
        "policy.networking.k8s.io": "ClusterNetworkPolicy",
        "postgresql.cnpg.io": "ClusterImageCatalog",
        "projectcalico.org": "FelixConfiguration GlobalNetworkPolicy GlobalNetworkSet HostEndpoint IPPool Tier",
        "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
        "resource.k8s.io": "DeviceClass ResourceSlice",
        "scheduling.k8s.io": "PriorityClass",
        "services.k8s.aws": "IAMRoleSelector",
        "snapshot.storage.k8s.io": "VolumeSnapshotClass VolumeSnapshotContent",
        "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
        "syncset.gatekeeper.sh": "SyncSet",
        "templates.gatekeeper.sh": "ConstraintTemplate",
        "trust.cert-manager.io": "Bundle",
    }.items()
    for kind in kinds.split()
)
"""Kinds that live outside namespaces. A kind that is not listed is namespaced; the references gate compares this
with the scope the CRD schemas state where they are at hand."""

CLUSTER_SCOPED_GROUPS: frozenset[str] = frozenset({"constraints.gatekeeper.sh"})
"""API groups whose every kind is cluster-scoped."""


def api_group(api_version: str) -> str:
    """The group of `group/version`; the core group is the empty string."""
    return api_version.rpartition("/")[0]


def is_cluster_scoped(api_version: str, kind: str) -> bool:
    """Whether objects of this kind have no namespace."""
    group = api_group(api_version)
    return group in CLUSTER_SCOPED_GROUPS or (group, kind) in CLUSTER_SCOPED

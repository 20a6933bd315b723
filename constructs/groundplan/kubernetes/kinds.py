"""What Kubernetes kinds are: their API group, and whether they live in a namespace."""

from __future__ import annotations

CLUSTER_SCOPED: frozenset[tuple[str, str]] = frozenset(
    {
        ("", "Namespace"),
        ("", "Node"),
        ("", "PersistentVolume"),
        ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
        ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ("apiregistration.k8s.io", "APIService"),
        ("cert-manager.io", "ClusterIssuer"),
        ("external-secrets.io", "ClusterExternalSecret"),
        ("external-secrets.io", "ClusterSecretStore"),
        ("karpenter.k8s.aws", "EC2NodeClass"),
        ("karpenter.sh", "NodePool"),
        ("keda.sh", "ClusterTriggerAuthentication"),
        ("kyverno.io", "ClusterPolicy"),
        ("networking.k8s.io", "IngressClass"),
        ("node.k8s.io", "RuntimeClass"),
        ("postgresql.cnpg.io", "ClusterImageCatalog"),
        ("rbac.authorization.k8s.io", "ClusterRole"),
        ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        ("scheduling.k8s.io", "PriorityClass"),
        ("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
        ("storage.k8s.io", "CSIDriver"),
        ("storage.k8s.io", "StorageClass"),
        ("templates.gatekeeper.sh", "ConstraintTemplate"),
        ("argoproj.io", "ClusterAnalysisTemplate"),
        ("config.gatekeeper.sh", "Config"),
        ("elbv2.k8s.aws", "IngressClassParams"),
    }
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

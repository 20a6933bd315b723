"""What the API server, the kubelet and etcd are told so that they keep to themselves.

See https://kubernetes.io/docs/concepts/security/ . Requests without a name stay possible, because machines read
`cluster-info` before they have one, and RBAC gives nothing else to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from groundplan.kubernetes.accounts import PEOPLE
from groundplan.kubernetes.objects import Json
from groundplan.model.cluster_api import AuditLog
from groundplan.model.values import quantity, whole_seconds
from groundplan.yaml.text import to_yaml

AUDIT_FOLDER = "/var/log/kubernetes/audit"
"""Where the audit log lies on each control-plane machine."""

AUDIT_LOG = f"{AUDIT_FOLDER}/audit.log"
AUDIT_POLICY = "/etc/kubernetes/audit/policy.yaml"
ENCRYPTION_FOLDER = "/etc/kubernetes/encryption"
ENCRYPTION = f"{ENCRYPTION_FOLDER}/config.yaml"
PATCHES = "/etc/kubernetes/patches"

DAY = 86400
MEBI = 2**20

CIPHERS = (
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
)
"""Ciphers of TLS 1.2; those of 1.3 are always on."""

RIGHTS = "rbac.authorization.k8s.io"

KEPT_CPU = "200m"
KEPT_MEMORY = "768Mi"
KEPT_DISK = "2Gi"
"""What a machine keeps for its system and the kubelet.

See https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/ .
"""

EVICTED_BELOW = "200Mi"
"""Memory below which the kubelet evicts."""

MOST_PODS = 110
"""Pods of one machine."""


def audit_policy() -> str:
    """Every request, with who, what and when; changes of rights with what they say, Secrets never with what is in them."""
    bodies = {"level": "RequestResponse", "resources": [{"group": RIGHTS}], "verbs": ["create", "update", "patch", "delete", "deletecollection"]}  # fmt: skip
    policy: Json = {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "rules": [bodies, {"level": "Metadata"}],
    }
    return to_yaml(policy)


def api_server_flags(audit: AuditLog, *, issuer: str | None, people: Mapping[str, str] | None = None) -> dict[str, str]:
    """Flags of the API server beside those that kubeadm writes.

    Args:
        audit: how much of the audit log is kept on the machine.
        issuer: address at which others find the keys that sign tokens of ServiceAccounts. Default None: nobody does.
        people: flags by which it knows people. Default None: it knows none but by certificate.
    """
    outside = {"service-account-issuer": issuer, "service-account-jwks-uri": f"{issuer}/openid/v1/jwks"} if issuer else {}  # fmt: skip
    return {
        "audit-log-maxage": str(max(1, whole_seconds(audit.keep) // DAY)),
        "audit-log-maxbackup": str(audit.files),
        "audit-log-maxsize": str(max(1, int(quantity(audit.file) / MEBI))),
        "audit-log-path": AUDIT_LOG,
        "audit-policy-file": AUDIT_POLICY,
        "authorization-mode": "Node,RBAC",
        "enable-admission-plugins": "NodeRestriction",
        "encryption-provider-config": ENCRYPTION,
        "profiling": "false",
        "tls-cipher-suites": ",".join(CIPHERS),
        "tls-min-version": "VersionTLS12",
        **outside,
        **(people or {}),
    }


def people_flags(issuer: str, client: str) -> dict[str, str]:
    """Flags by which the API server takes tokens of an identity provider; what it says cannot be taken for what is Kubernetes' own.

    See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens .

    Args:
        issuer: address of the provider.
        client: id of the client for which tokens are made out.
    """
    return {
        "oidc-client-id": client,
        "oidc-groups-claim": "groups",
        "oidc-groups-prefix": PEOPLE,
        "oidc-issuer-url": issuer,
        "oidc-username-claim": "email",
        "oidc-username-prefix": PEOPLE,
    }


def kubelet_patch() -> str:
    """What the kubelet is told beside what kubeadm tells it; kubeadm merges it into its configuration."""
    configuration: Json = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "containerLogMaxFiles": 3,
        "containerLogMaxSize": "20Mi",
        "evictionHard": {"imagefs.available": "15%", "memory.available": EVICTED_BELOW, "nodefs.available": "10%"},
        "kubeReserved": {"cpu": KEPT_CPU, "ephemeral-storage": KEPT_DISK, "memory": KEPT_MEMORY},
        "maxPods": MOST_PODS,
        "podPidsLimit": 4096,
        "readOnlyPort": 0,
        "seccompDefault": True,
        "shutdownGracePeriod": "90s",
        "shutdownGracePeriodCriticalPods": "30s",
        "tlsCipherSuites": list(CIPHERS),
        "tlsMinVersion": "VersionTLS12",
    }
    return to_yaml(configuration)


def kept() -> tuple[Decimal, Decimal, Decimal]:
    """Cores, and bytes of memory and disk, that a machine keeps from its pods."""
    return quantity(KEPT_CPU), quantity(KEPT_MEMORY) + quantity(EVICTED_BELOW), quantity(KEPT_DISK)

"""Names of the roles that pods and operators take on, and which keys of the vault they reach.

External Secrets Operator cannot use pod identities of other pods, so each namespace's SecretStore names a role instead,
which the operator's own identity may assume only on behalf of that namespace (its session carries the namespace as the
tag `esoNamespace`).
"""

from __future__ import annotations

from groundplan.model.environment import Environment

SECRETS_READER = "secrets-reader"
"""The role a SecretStore reads with."""

SECRETS_WRITER = "secrets-writer"
"""The role that carries a database's replication certificates to the recovery peer's region."""

OPERATOR = "external-secrets"
"""The operator's own role, which assumes the two above; it belongs to the cluster."""


ROLES = {
    "apiserver-lb": "api-server",
    "controlplane": "control-plane",
    "lb": "balancers",
    "node": "machines",
}
"""What Cluster API calls the security groups of a cluster, and what they are called here."""

DISCOVERY = ".well-known/openid-configuration"
KEYS = "openid/v1/jwks"
"""Paths of the two documents of an issuer, those at which the API server itself has them."""


def role_name(system: str, environment: str, identity: str) -> str:
    """Name of the role of an identity; an account may hold many systems and environments."""
    return f"{system}-{environment}-{identity}"


def role_arn(environment: Environment, identity: str) -> str:
    """Amazon resource name of the role of an identity."""
    account = environment.platform.aws.account if environment.platform.aws is not None else ""
    return f"arn:aws:iam::{account}:role/{role_name(environment.system, environment.environment, identity)}"


def issuer_bucket(environment: Environment) -> str:
    """Name of the bucket with the two documents."""
    host = environment.host_environment
    account = host.platform.aws.account if host.platform.aws is not None else ""
    return f"{host.cluster.name}-issuer-{account}"


def issuer_host(environment: Environment) -> str | None:
    """Host of the issuer of the cluster an environment runs on; None where the cluster is managed."""
    host = environment.host_environment
    if host.cluster.cluster_api is None:
        return None
    return f"{issuer_bucket(environment)}.s3.{host.region}.amazonaws.com"

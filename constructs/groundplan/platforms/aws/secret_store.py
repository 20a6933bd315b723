"""AWS Secrets Manager as a SecretStore. See https://external-secrets.io/latest/provider/aws-access/ ."""

from __future__ import annotations

from groundplan.errors import ConstructError
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.secrets import SecretStore
from groundplan.platforms.aws.roles import SECRETS_READER, SECRETS_WRITER, role_arn

EXTERNAL_SECRETS = "external-secrets.io/v1"


def secrets_manager(environment: Environment, store: SecretStore, namespace: str) -> list[Json]:
    """The store of a namespace, which reads as the environment's own role."""
    if environment.platform.aws is None:
        what = "reads AWS Secrets Manager, but the account is not known"
        raise ConstructError(f"{environment.environment}/secrets/{namespace}", what, "write cloud.account")
    role = role_arn(environment, SECRETS_READER)
    return [aws_store(store.name, namespace, region=environment.region, role=role)]


def replica_store(environment: Environment, name: str, namespace: str, region: str) -> Json:
    """A SecretStore of another region's vault, written to as a role that may do that and nothing else."""
    return aws_store(name, namespace, region=region, role=role_arn(environment, SECRETS_WRITER))


def aws_store(name: str, namespace: str, *, region: str, role: str) -> Json:
    """A SecretStore for AWS Secrets Manager that reads as `role`.

    The operator assumes the role with its own pod identity and tags the session with the namespace it acts for, which
    the role's trust policy demands: a store in another namespace that names the same role is refused. A ServiceAccount
    of the namespace would need the cluster's OIDC issuer in that trust policy, an address nobody knows before the
    cluster exists.
    """
    aws = {"service": "SecretsManager", "region": region, "role": role, "sessionTagsPolicy": "Simple"}
    return {
        "apiVersion": EXTERNAL_SECRETS,
        "kind": "SecretStore",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"provider": {"aws": aws}},
    }

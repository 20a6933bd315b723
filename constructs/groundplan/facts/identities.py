"""Cloud identities that follow from the data and secrets chapters: who may touch which bucket and which vault.

A pod gets its identity by its ServiceAccount. External Secrets Operator cannot use pod identities of other pods, so
each namespace's SecretStore names a role instead, which the operator's own identity may assume only on behalf of
that namespace (its session carries the namespace as the tag `esoNamespace`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from groundplan.facts.secret_placement import secret_placement
from groundplan.model.data import Postgres
from groundplan.model.environment import Environment
from groundplan.platforms.aws.chapter import Grant

SECRET_STORE = "secret-store"
"""The ServiceAccount a SecretStore reads with on Azure."""

SECRETS_READER = "secrets-reader"
"""The role a SecretStore reads with on AWS."""

SECRETS_WRITER = "secrets-writer"
"""The identity that carries a database's replication certificates to the recovery peer's region."""

OPERATOR = "external-secrets"
"""The operator's own identity, which assumes the two above; it belongs to the cluster."""

REPLICATION_FOLDER = "replication"
"""Folder of the vault that SECRETS_WRITER writes to, below the store's prefix."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A ServiceAccount and what it may do with objects in buckets."""

    service_account: str
    """Name of the ServiceAccount."""

    namespace: str
    """Namespace it lives in."""

    grant: Grant
    """Bucket, prefix and actions."""

    lists_bucket: bool = False
    """Whether it may list beyond the prefix. Default false. Barman asks whether the bucket exists before it archives a
    segment, and S3 refuses that question to whoever may list only a prefix.
    See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html ."""


def role_name(environment: Environment, identity: str) -> str:
    """Name of the cloud role of an identity; an account may hold many systems and environments."""
    return f"{environment.system}-{environment.environment}-{identity}"


def role_arn(environment: Environment, identity: str) -> str:
    """Amazon resource name of the role of an identity; on AWS."""
    account = environment.platform.aws.account if environment.platform.aws is not None else ""
    return f"arn:aws:iam::{account}:role/{role_name(environment, identity)}"


def secret_prefix(environment: Environment) -> str:
    """What every key of the environment in the vault starts with."""
    store = environment.secrets.store if environment.secrets is not None else None
    return (store.prefix if store is not None else "") or f"{environment.system}/"


def store_namespaces(environment: Environment) -> list[str]:
    """Namespaces whose SecretStore reads the vault: the only ones SECRETS_READER may be assumed for."""
    return [
        namespace
        for namespace, entries in secret_placement(environment).items()
        if any(source.keys for source in entries.values())
    ]


def replication_prefix(environment: Environment) -> str:
    """The only keys SECRETS_WRITER may write."""
    return f"{secret_prefix(environment)}{REPLICATION_FOLDER}/"


def serves_follower(environment: Environment) -> bool:
    """Whether databases here are followed by those of a standby, which needs their client certificates."""
    recovery = environment.recovery
    return environment.has_workloads and recovery is not None and recovery.role == "primary"


def data_identities(environment: Environment) -> Iterator[Identity]:
    """The identities of databases, dumps and restore tests."""
    if not environment.has_workloads:
        return
    for name, store in environment.data.items():
        if not isinstance(store, Postgres) or store.backup is None or store.engine != "cloudnative-pg":
            continue
        backup, namespace = store.backup, environment.namespace
        archive = Grant(bucket=backup.bucket, prefix=backup.wal_prefix, actions="read-write")
        yield Identity(name, namespace, archive, lists_bucket=True)
        if backup.dump_schedule is not None:
            yield Identity(
                backup.dump_name, namespace, Grant(bucket=backup.bucket, prefix=backup.dump_prefix, actions="write")
            )
        if backup.restore_test is not None:
            yield Identity(
                backup.restore_test_name,
                namespace,
                Grant(bucket=backup.bucket, prefix=backup.dump_prefix, actions="read"),
            )

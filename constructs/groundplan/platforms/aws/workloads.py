"""The AWS identities of the system's own pods: services with grants, databases and their backups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from groundplan.facts.actors import actors
from groundplan.facts.identities import data_identities
from groundplan.model.environment import Environment
from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.chapter import Grant
from groundplan.platforms.aws.identity import PodRole
from groundplan.platforms.aws.policies import allow, document
from groundplan.platforms.aws.resource import AwsPart
from groundplan.platforms.aws.site import Site

OBJECT_ACTIONS = {
    "read": ["s3:GetObject"],
    "write": ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
    "read-write": [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
    ],
}


class WorkloadIdentities(AwsPart):
    """One role per service account that needs AWS, holding exactly what was granted by name.

    Args:
        scope: scope.
        id_: construct id.
        site: where the roles stand.
        namespace: namespace of the service accounts.
        permissions: service account to what it may do.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        *,
        namespace: str,
        permissions: Mapping[str, Sequence[Json]],
    ) -> None:
        super().__init__(scope, id_, site)
        for account, statements in sorted(permissions.items()):
            PodRole(
                self,
                f"workload-{account}",
                site,
                role=site.role_name(account),
                namespace=namespace,
                service_account=account,
                description=f"Pods of {account} in {site.environment}",
                policy=document(*statements),
            )


def permissions(environment: Environment) -> dict[str, list[Json]]:
    """Service account to what it may do: what services and jobs were granted, and what the stores' own accounts need."""
    found: dict[str, list[Json]] = {}
    grants = environment.platform.aws.grants if environment.platform.aws is not None else {}
    for actor in actors(environment):
        for grant in actor.cloud_access:
            found.setdefault(actor.account, []).extend(grant_statements(grants[grant]))
    for identity in data_identities(environment):
        statements = grant_statements(
            Grant(bucket=identity.grant.bucket, prefix=identity.grant.prefix, actions=identity.grant.actions),
            lists_bucket=identity.lists_bucket,
        )
        found.setdefault(identity.service_account, []).extend(statements)
    return found


def grant_statements(grant: Grant, *, lists_bucket: bool = False) -> list[Json]:
    """A grant in the language of IAM: the objects below the prefix, and for who reads them listing them, or the whole bucket."""
    if grant.bucket is None:
        return []
    bucket = f"arn:aws:s3:::{grant.bucket}"
    objects = allow(OBJECT_ACTIONS[grant.actions], f"{bucket}/{grant.prefix}*")
    if grant.actions == "write":
        return [objects]
    below = {"StringLike": {"s3:prefix": [f"{grant.prefix}*"]}} if grant.prefix and not lists_bucket else None
    return [
        objects,
        allow(["s3:ListBucket"], bucket, below),
        allow(["s3:GetBucketLocation"], bucket),
    ]

"""The AWS identities of the system's own pods: services with grants, databases and their backups."""

from __future__ import annotations

from groundplan.facts.identities import data_identities
from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.chapter import Grant
from groundplan.platforms.aws.identity import PodRole
from groundplan.platforms.aws.policies import allow, document
from groundplan.platforms.aws.resource import AwsPart
from groundplan.platforms.aws.roles import role_name

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

    The data chapter says which service accounts databases, dumps and restore tests have.
    """

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        for account, statements in sorted(self._permissions().items()):
            PodRole(
                self,
                f"workload-{account}",
                role=role_name(self.environment, account),
                namespace=self.environment.namespace,
                service_account=account,
                description=f"Pods of {account} in {self.environment.environment}",
                policy=document(*statements),
            )

    def _permissions(self) -> dict[str, list[Json]]:
        """Service account to what it may do."""
        permissions: dict[str, list[Json]] = {}
        for name, service in self.environment.services.items():
            for grant in service.cloud_access:
                permissions.setdefault(name, []).extend(grant_statements(self.cloud.grants[grant]))
        for identity in data_identities(self.environment):
            statements = grant_statements(
                Grant(bucket=identity.grant.bucket, prefix=identity.grant.prefix, actions=identity.grant.actions),
                lists_bucket=identity.lists_bucket,
            )
            permissions.setdefault(identity.service_account, []).extend(statements)
        return permissions


def grant_statements(grant: Grant, *, lists_bucket: bool = False) -> list[Json]:
    """A grant in the language of IAM: the objects below the prefix, and listing them, or the whole bucket."""
    if grant.bucket is None:
        return []
    bucket = f"arn:aws:s3:::{grant.bucket}"
    below = {"StringLike": {"s3:prefix": [f"{grant.prefix}*"]}} if grant.prefix and not lists_bucket else None
    return [
        allow(OBJECT_ACTIONS[grant.actions], f"{bucket}/{grant.prefix}*"),
        allow(["s3:ListBucket"], bucket, below),
        allow(["s3:GetBucketLocation"], bucket),
    ]

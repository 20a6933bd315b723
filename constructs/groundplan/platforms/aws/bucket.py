"""An S3 bucket: private, encrypted, TLS only. See https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html ."""

from __future__ import annotations

from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.chapter import DAY, Bucket
from groundplan.platforms.aws.identity import Role
from groundplan.platforms.aws.policies import allow, document, trust_service
from groundplan.platforms.aws.resource import AwsPart, as_tags, reference
from groundplan.platforms.aws.site import Site

DEFAULT_REGION = "us-east-1"
"""The one region that S3 wants left out of a location constraint."""


class PrivateBucket(AwsPart):
    """One bucket, with its retention and, where it has a copy in another region, its replication.

    Emits Bucket, and for replication a Role and Policy. The bucket outlives its object, and an existing bucket of the
    account is taken over, so that a management cluster can be built anew.
    """

    def __init__(
        self, scope: Component | Part, id_: str, site: Site, bucket: Bucket, *, statements: tuple[Json, ...] = ()
    ) -> None:
        super().__init__(scope, f"bucket-{id_}", site)
        self.name = id_
        self.bucket = bucket
        self._statements = statements
        self._add_bucket()
        if bucket.replicate_to is not None:
            self._add_replication_role(bucket.replicate_to)

    def _add_bucket(self) -> None:
        elsewhere = self.region != DEFAULT_REGION
        self.emit_resource(
            "s3",
            "Bucket",
            self.name,
            {
                "name": self.name,
                "createBucketConfiguration": {"locationConstraint": self.region} if elsewhere else None,
                "publicAccessBlock": {
                    "blockPublicACLs": True,
                    "blockPublicPolicy": True,
                    "ignorePublicACLs": True,
                    "restrictPublicBuckets": True,
                },
                "ownershipControls": {"rules": [{"objectOwnership": "BucketOwnerEnforced"}]},
                "encryption": {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
                "versioning": {"status": "Enabled" if self.bucket.versioned else "Suspended"},
                "lifecycle": {"rules": self._lifecycle()},
                "policy": document(*self._refusals(), *self._statements),
                "replication": self._replication(),
                "tagging": {"tagSet": as_tags(self.tag_map())},
            },
            retain=True,
            adopt={"name": self.name},
        )

    def _lifecycle(self) -> list[Json]:
        rules: list[Json] = [
            {
                "id": "tidy",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
                "noncurrentVersionExpiration": {"noncurrentDays": _days(self.bucket.keep_versions)},
            }
        ]
        for prefix, age in sorted(self.bucket.expire.items()):
            rules.append(
                {
                    "id": f"expire-{prefix.strip('/').replace('/', '-') or 'everything'}",
                    "status": "Enabled",
                    "filter": {"prefix": prefix},
                    "expiration": {"days": _days(age)},
                }
            )
        return rules

    def _refusals(self) -> list[Json]:
        resources = [f"arn:aws:s3:::{self.name}", f"arn:aws:s3:::{self.name}/*"]
        conditions: dict[str, Json] = {
            "RefuseWithoutTls": {"Bool": {"aws:SecureTransport": "false"}},
            "RefuseOldTls": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        }
        return [
            {
                "Sid": sid,
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": resources,
                "Condition": condition,
            }
            for sid, condition in conditions.items()
        ]

    def _replication(self) -> Json | None:
        if self.bucket.replicate_to is None:
            return None
        return {
            "roleRef": reference(f"{self.name}-replication"),
            "rules": [
                {
                    "id": "everything",
                    "status": "Enabled",
                    "priority": 1,
                    "filter": {"prefix": ""},
                    "deleteMarkerReplication": {"status": "Disabled"},
                    "destination": {"bucket": f"arn:aws:s3:::{self.bucket.replicate_to}"},
                }
            ],
        }

    def _add_replication_role(self, destination: str) -> None:
        source = f"arn:aws:s3:::{self.name}"
        Role(
            self,
            f"{self.name}-replication",
            self.site,
            role=f"{self.name}-replication",
            trust=trust_service("s3.amazonaws.com"),
            description=f"Lets S3 copy {self.name} to {destination}",
            policy=document(
                allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], source),
                allow(
                    ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
                    f"{source}/*",
                ),
                allow(["s3:ReplicateObject", "s3:ReplicateTags"], f"arn:aws:s3:::{destination}/*"),
            ),
        )


def _days(age: str) -> int:
    return whole_seconds(age) // DAY

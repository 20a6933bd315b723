"""Where AWS finds the keys that sign tokens of ServiceAccounts, so that pods take roles without a password.

A cluster of machines has no agent that hands out credentials. Its API server signs a token for AWS instead, AWS reads
the public keys from a bucket that anybody may read, and a webhook in the cluster puts the token and the role's name into
the pods. See https://github.com/aws/amazon-eks-pod-identity-webhook/blob/master/SELF_HOSTED_SETUP.md .
"""

from __future__ import annotations

from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.bucket import DEFAULT_REGION
from groundplan.platforms.aws.identity import TOKEN_AUDIENCE
from groundplan.platforms.aws.policies import document
from groundplan.platforms.aws.resource import AwsPart, as_tags
from groundplan.platforms.aws.roles import DISCOVERY, KEYS
from groundplan.platforms.aws.site import Site


class Issuer(AwsPart):
    """The bucket, whose two documents everybody may read and nobody writes but people, and AWS' trust in what it says.

    Args:
        scope: scope.
        id_: construct id.
        site: where the cluster stands; it has an issuer.
        bucket: name of the bucket.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, *, bucket: str) -> None:
        super().__init__(scope, id_, site)
        elsewhere = self.region != DEFAULT_REGION
        self.emit_resource(
            "s3",
            "Bucket",
            bucket,
            {
                "name": bucket,
                "createBucketConfiguration": {"locationConstraint": self.region} if elsewhere else None,
                # a policy makes two public keys readable; lists of who may read stay closed
                "publicAccessBlock": {
                    "blockPublicACLs": True,
                    "blockPublicPolicy": False,
                    "ignorePublicACLs": True,
                    "restrictPublicBuckets": False,
                },
                "ownershipControls": {"rules": [{"objectOwnership": "BucketOwnerEnforced"}]},
                "encryption": {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
                "versioning": {"status": "Enabled"},
                "policy": document(_readable(bucket), _refusal(bucket)),
                "tagging": {"tagSet": as_tags(self.tag_map())},
            },
            retain=True,
            adopt={"name": bucket},
        )
        self.emit_resource(
            "iam",
            "OpenIDConnectProvider",
            id_,
            {"url": f"https://{site.issuer}", "clientIDs": [TOKEN_AUDIENCE], "tags": self.tags()},
            retain=True,
            adopt={"arn": f"arn:aws:iam::{self.account}:oidc-provider/{site.issuer}"},
        )


def _readable(bucket: str) -> Json:
    return {
        "Sid": "ReadPublicKeys",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": [f"arn:aws:s3:::{bucket}/{path}" for path in (DISCOVERY, KEYS)],
    }


def _refusal(bucket: str) -> Json:
    return {
        "Sid": "RefuseWithoutTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }

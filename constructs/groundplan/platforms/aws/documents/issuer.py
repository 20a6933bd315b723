"""How AWS learns the keys by which a cluster of machines signs tokens for its pods."""

from __future__ import annotations

from groundplan.markdown import shell
from groundplan.model.environment import Environment
from groundplan.platforms.aws.roles import DISCOVERY, KEYS, issuer_bucket


def pod_identities(environment: Environment) -> list[str]:
    """Two public documents into the bucket, once, and again whenever the signing key is another."""
    kubectl, bucket = f"kubectl --context {environment.cluster.name}", issuer_bucket(environment)
    return [
        "AWS trusts the tokens of this cluster's pods by two public documents. Put them into their bucket now, and again "
        "whenever the key that signs tokens is another:",
        shell(
            *(
                f"{kubectl} get --raw /{path} | aws s3 cp - s3://{bucket}/{path} --region {environment.region} "
                "--content-type application/json"
                for path in (DISCOVERY, KEYS)
            )
        ),
    ]

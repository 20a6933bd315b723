"""The identity the code repository's workflows push images with: no key is stored anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.parts import Component, Part
from groundplan.platforms.aws.identity import Role
from groundplan.platforms.aws.policies import allow, document, trust_web_identity
from groundplan.platforms.aws.resource import AwsPart
from groundplan.platforms.aws.site import Site

ISSUER = "token.actions.githubusercontent.com"
"""Who signs the tokens of GitHub's workflows.

See https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws .
"""

AUDIENCE = "sts.amazonaws.com"

PUSH = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
]
"""What pushing an image takes; deleting one is not part of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImagePublisherProps:
    """Which repository's workflows push, from where in it, and what."""

    repository: str
    """Repository of the code, `<owner>/<name>`."""

    role: str
    """Name of the role in the account."""

    refs: Sequence[str]
    """What its workflows must run on, below `refs/`; `*` stands for any text."""

    images: Sequence[str]
    """Repositories of the registry they may push to."""


class ImagePublisher(AwsPart):
    """GitHub as an identity provider, and a role that its workflows may take in one repository on built branches and tags.

    An account knows an issuer only once, so one that another system brought already is taken over.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: ImagePublisherProps) -> None:
        super().__init__(scope, id_, site)
        self.emit_resource(
            "iam",
            "OpenIDConnectProvider",
            id_,
            {"url": f"https://{ISSUER}", "clientIDs": [AUDIENCE], "tags": self.tags()},
            retain=True,
            adopt={"arn": f"arn:aws:iam::{self.account}:oidc-provider/{ISSUER}"},
        )
        Role(
            self,
            id_,
            site,
            role=props.role,
            trust=self._trust(props.repository, props.refs),
            description=f"Workflows of {props.repository}",
            policy=document(allow(["ecr:GetAuthorizationToken"]), allow(PUSH, self._images(props.images))),
        )

    def _trust(self, repository: str, refs: Sequence[str]) -> str:
        return trust_web_identity(
            f"arn:aws:iam::{self.account}:oidc-provider/{ISSUER}",
            {
                "StringEquals": {f"{ISSUER}:aud": AUDIENCE},
                "StringLike": {f"{ISSUER}:sub": [f"repo:{repository}:ref:refs/{ref}" for ref in refs]},
            },
        )

    def _images(self, images: Sequence[str]) -> list[str]:
        """In every region: a standby pulls from the registry of its own."""
        return [f"arn:aws:ecr:*:{self.account}:repository/{image}" for image in images]

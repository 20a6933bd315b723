"""The identity the code repository's workflows push images with: no key is stored anywhere."""

from __future__ import annotations

from groundplan.model.pipelines import Pipelines
from groundplan.parts import Component, Part
from groundplan.platforms.aws.identity import Role
from groundplan.platforms.aws.policies import allow, document, trust_web_identity
from groundplan.platforms.aws.resource import AwsPart

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


class ImagePublisher(AwsPart):
    """GitHub as an identity provider, and a role that its workflows may take in one repository on built branches and tags.

    An account knows an issuer only once, so one that another system brought already is taken over.
    """

    def __init__(self, scope: Component | Part, id_: str, pipelines: Pipelines, repository: str) -> None:
        super().__init__(scope, id_)
        role = pipelines.role_name(self.environment.system)
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
            role=role,
            trust=self._trust(pipelines, repository),
            description=f"Workflows of {repository}",
            policy=document(allow(["ecr:GetAuthorizationToken"]), allow(PUSH, self._images(pipelines))),
        )

    def _trust(self, pipelines: Pipelines, repository: str) -> str:
        refs = [f"heads/{branch}" for branch in pipelines.branches]
        refs += [f"tags/{service}/v*" for service in pipelines.built_on("release")]
        return trust_web_identity(
            f"arn:aws:iam::{self.account}:oidc-provider/{ISSUER}",
            {
                "StringEquals": {f"{ISSUER}:aud": AUDIENCE},
                "StringLike": {f"{ISSUER}:sub": [f"repo:{repository}:ref:refs/{ref}" for ref in refs]},
            },
        )

    def _images(self, pipelines: Pipelines) -> list[str]:
        """In every region: a standby pulls from the registry of its own."""
        services = self.environment.services
        return [
            f"arn:aws:ecr:*:{self.account}:repository/{services[name].repository}"
            for name in sorted(pipelines.services)
        ]

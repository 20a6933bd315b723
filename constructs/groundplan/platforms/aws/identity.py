"""Roles, and which pods may take them."""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.parts import Component, Part
from groundplan.platforms.aws.policies import trust_pods, trust_web_identity
from groundplan.platforms.aws.resource import AwsPart, reference
from groundplan.platforms.aws.site import Site

ROLE_NAME_LIMIT = 64
"""Characters IAM accepts in the name of a role."""


class Role(AwsPart):
    """An IAM role: who may take it, and what it may then do.

    Args:
        scope: parent.
        id_: name of the object.
        site: where it stands.
        role: name of the role in the account; must be unique there.
        trust: policy document that says who may take it.
        managed: AWS-managed policies, by the part of their ARN after `policy/`.
        policy: own policy document. Default none.
        description: one sentence for whoever finds it in the console.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        *,
        role: str,
        trust: str,
        description: str,
        managed: Sequence[str] = (),
        policy: str | None = None,
    ) -> None:
        super().__init__(scope, f"role-{id_}", site)
        if len(role) > ROLE_NAME_LIMIT:
            raise self.fail(
                f"role name `{role}` has {len(role)} characters, AWS accepts {ROLE_NAME_LIMIT}",
                "shorten the name of the system, environment, service or bucket",
            )
        if policy is not None:
            self._add_policy(id_, role, policy, description)
        self.emit_resource(
            "iam",
            "Role",
            id_,
            {
                "name": role,
                "description": description,
                "assumeRolePolicyDocument": trust,
                "policies": [f"arn:aws:iam::aws:policy/{name}" for name in managed] or None,
                "policyRefs": [reference(id_)] if policy is not None else None,
                "permissionsBoundary": f"arn:aws:iam::{site.account}:policy/{site.boundary}",
                "tags": self.tags(),
            },
        )

    def _add_policy(self, id_: str, role: str, policy: str, description: str) -> None:
        self.emit_resource(
            "iam",
            "Policy",
            id_,
            {"name": role, "description": description, "policyDocument": policy, "tags": self.tags()},
        )


class PodRole(AwsPart):
    """An IAM role for the pods of one service account, by EKS Pod Identity or by a token of the cluster's own issuer.

    The cluster is named, not referred to: a tenant's objects lie in another namespace than its cluster's.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        *,
        role: str,
        namespace: str,
        service_account: str,
        description: str,
        policy: str | None = None,
        managed: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, f"pods-{id_}", site)
        if site.issuer is None:
            trust = trust_pods(self.cluster_name, namespace, service_account)
        else:
            trust = trust_token(site, namespace, service_account)
        Role(self, id_, site, role=role, trust=trust, description=description, policy=policy, managed=managed)
        if site.issuer is not None:
            return
        self.emit_resource(
            "eks",
            "PodIdentityAssociation",
            id_,
            {
                "clusterName": self.cluster_name,
                "namespace": namespace,
                "serviceAccount": service_account,
                "roleRef": reference(id_),
                "tags": self.tag_map(),
            },
        )


TOKEN_AUDIENCE = "sts.amazonaws.com"
"""Whom tokens for AWS are made out to."""


def trust_token(site: Site, namespace: str, service_account: str) -> str:
    """Who may become a role: one ServiceAccount, by a token that the cluster's own issuer signed for AWS."""
    claims = {f"{site.issuer}:aud": TOKEN_AUDIENCE, f"{site.issuer}:sub": f"system:serviceaccount:{namespace}:{service_account}"}  # fmt: skip
    return trust_web_identity(f"arn:aws:iam::{site.account}:oidc-provider/{site.issuer}", {"StringEquals": claims})

"""IAM policy documents: short to write, the same bytes every time, readable in a review.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html .
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from groundplan.kubernetes.objects import Json

VERSION = "2012-10-17"
"""Version of the policy language, not of a policy."""


def document(*statements: Json) -> str:
    """A policy document as the JSON text that resource specs hold."""
    return json.dumps({"Version": VERSION, "Statement": list(statements)}, indent=2, sort_keys=True)


def allow(
    actions: Sequence[str], resources: str | Sequence[str] = "*", condition: Mapping[str, object] | None = None
) -> Json:
    """A statement that permits `actions` on `resources`."""
    statement: Json = {
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": resources if isinstance(resources, str) else list(resources),
    }
    if condition:
        statement["Condition"] = dict(condition)
    return statement


def trust_service(service: str) -> str:
    """Who may become a role: an AWS service such as `ec2.amazonaws.com`."""
    return _trust({"Service": service}, ["sts:AssumeRole"], None)


def trust_pods(cluster: str, namespace: str, service_account: str) -> str:
    """Who may become a role: pods of one ServiceAccount, by EKS Pod Identity.

    PodIdentityAssociation objects hand it out; the tags of the session make sure that none hands it to other pods.
    See https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html .
    """
    tags = {
        "aws:RequestTag/eks-cluster-name": cluster,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": service_account,
    }
    pods = {"Service": "pods.eks.amazonaws.com"}
    return _trust(pods, ["sts:AssumeRole", "sts:TagSession"], {"StringEquals": tags})


def trust_role(account: str, role_arn: str, condition: Mapping[str, object] | None = None) -> str:
    """Who may become a role: one other role.

    The principal is the account and the condition names the role, because AWS refuses a principal that does not exist
    yet, and the two roles are created in no particular order.
    """
    return _trust(
        {"AWS": f"arn:aws:iam::{account}:root"},
        ["sts:AssumeRole", "sts:TagSession"],
        {"ArnEquals": {"aws:PrincipalArn": role_arn}, **(condition or {})},
    )


def trust_web_identity(provider_arn: str, condition: Mapping[str, object]) -> str:
    """Who may become a role: bearers of a token that an identity provider signed and that meets `condition`."""
    return _trust({"Federated": provider_arn}, ["sts:AssumeRoleWithWebIdentity"], condition)


def _trust(principal: Json, actions: list[str], condition: Mapping[str, object] | None) -> str:
    statement: Json = {"Effect": "Allow", "Principal": principal, "Action": actions}
    if condition:
        statement["Condition"] = dict(condition)
    return document(statement)

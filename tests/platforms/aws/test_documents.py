"""What the pages of a system on AWS tell people, and what the gate asks of what is rendered."""

from __future__ import annotations

from typing import Any

from groundplan.platforms.aws.documents import PAGES

CLUSTER = {
    "apiVersion": "eks.services.k8s.aws/v1alpha1",
    "kind": "Cluster",
    "metadata": {"name": "store"},
    "spec": {
        "resourcesVPCConfig": {
            "endpointPublicAccess": False,
            "securityGroupRefs": [{"from": {"name": "control-plane"}}],
        }
    },
}
BASTION = {
    "apiVersion": "ec2.services.k8s.aws/v1alpha1",
    "kind": "Instance",
    "metadata": {"name": "bastion"},
    "spec": {},
}


def _group(*admitted: str) -> dict[str, Any]:
    rules = [{"userIDGroupPairs": [{"groupRef": {"from": {"name": name}}}]} for name in admitted]
    return {"apiVersion": "ec2.services.k8s.aws/v1alpha1", "kind": "SecurityGroup",
            "metadata": {"name": "control-plane"}, "spec": {"ingressRules": rules}}  # fmt: skip


def test_a_private_api_server_admits_the_bastion_or_nobody() -> None:
    assert PAGES.closed([CLUSTER, BASTION, _group("bastion")], []) == ""
    assert PAGES.closed([CLUSTER, BASTION, _group("other")], []) == "control-plane admits no machine that people reach"
    assert PAGES.closed([CLUSTER, _group("bastion")], []) != ""


def test_a_public_api_server_is_reached() -> None:
    public = {**CLUSTER, "spec": {"resourcesVPCConfig": {"endpointPublicAccess": True}}}

    assert PAGES.closed([public], []) == ""


def test_images_are_pushed_by_a_policy_of_the_registry_s_account() -> None:
    text = '{"Action": ["ecr:PutImage"], "Resource": "arn:aws:ecr:*:111122223333:repository/web"}'
    policy = {"apiVersion": "iam.services.k8s.aws/v1alpha1", "kind": "Policy", "spec": {"policyDocument": text}}

    assert PAGES.may_push("111122223333.dkr.ecr.eu-west-1.amazonaws.com", [policy], "")
    assert not PAGES.may_push("999999999999.dkr.ecr.eu-west-1.amazonaws.com", [policy], "")
    assert not PAGES.may_push("111122223333.dkr.ecr.eu-west-1.amazonaws.com", [], "")

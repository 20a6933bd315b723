"""What the AWS Load Balancer Controller may do.

The controller creates resources and afterwards touches only those that carry its cluster tag.
See https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/ .
"""

from __future__ import annotations

from groundplan.kubernetes.objects import Json
from groundplan.platforms.aws.policies import allow

CLUSTER_TAG = "elbv2.k8s.aws/cluster"
REQUESTED = f"aws:RequestTag/{CLUSTER_TAG}"
PRESENT = f"aws:ResourceTag/{CLUSTER_TAG}"

_ELB = "arn:aws:elasticloadbalancing:*:*:"
BALANCERS = [f"{_ELB}targetgroup/*/*", f"{_ELB}loadbalancer/net/*/*", f"{_ELB}loadbalancer/app/*/*"]
LISTENERS = [f"{_ELB}{kind}/{family}/*/*/*" for kind in ("listener", "listener-rule") for family in ("net", "app")]
SECURITY_GROUPS = "arn:aws:ec2:*:*:security-group/*"

READS = [
    "acm:DescribeCertificate",
    "acm:ListCertificates",
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAddresses",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInstances",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "ec2:GetSecurityGroupsForVpc",
    "elasticloadbalancing:DescribeCapacityReservation",
    "elasticloadbalancing:DescribeListenerAttributes",
    "elasticloadbalancing:DescribeListenerCertificates",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeSSLPolicies",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "elasticloadbalancing:DescribeTrustStores",
]
"""Only what an application load balancer needs: Shield, WAF and Cognito stay closed, as they are not used."""

CHANGES_OF_ITS_OWN = [
    "elasticloadbalancing:DeleteLoadBalancer",
    "elasticloadbalancing:DeleteTargetGroup",
    "elasticloadbalancing:ModifyCapacityReservation",
    "elasticloadbalancing:ModifyIpPools",
    "elasticloadbalancing:ModifyListenerAttributes",
    "elasticloadbalancing:ModifyLoadBalancerAttributes",
    "elasticloadbalancing:ModifyTargetGroup",
    "elasticloadbalancing:ModifyTargetGroupAttributes",
    "elasticloadbalancing:SetIpAddressType",
    "elasticloadbalancing:SetSecurityGroups",
    "elasticloadbalancing:SetSubnets",
]

LISTENER_CHANGES = [
    "elasticloadbalancing:AddListenerCertificates",
    "elasticloadbalancing:CreateListener",
    "elasticloadbalancing:CreateRule",
    "elasticloadbalancing:DeleteListener",
    "elasticloadbalancing:DeleteRule",
    "elasticloadbalancing:ModifyListener",
    "elasticloadbalancing:ModifyRule",
    "elasticloadbalancing:RemoveListenerCertificates",
    "elasticloadbalancing:SetRulePriorities",
]


def load_balancer_statements() -> list[Json]:
    """The statements of the controller's policy."""
    own: Json = {"Null": {PRESENT: "false"}}
    labelled: Json = {"Null": {REQUESTED: "false"}}
    relabelled: Json = {"Null": {REQUESTED: "true", PRESENT: "false"}}
    return [
        allow(READS),
        allow(
            ["iam:CreateServiceLinkedRole"],
            condition={"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}},
        ),
        *_security_group_statements(own, relabelled),
        allow(["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"], "*", labelled),
        allow(LISTENER_CHANGES),
        allow(CHANGES_OF_ITS_OWN, "*", own),
        allow(["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"], BALANCERS, relabelled),
        allow(["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"], LISTENERS),
        allow(
            ["elasticloadbalancing:AddTags"],
            BALANCERS,
            {"StringEquals": {"elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"]}}
            | labelled,
        ),
        allow(
            ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
            f"{_ELB}targetgroup/*/*",
        ),
    ]


def _security_group_statements(own: Json, relabelled: Json) -> list[Json]:
    """Rules of the nodes' groups may change, since that is how pods are opened to a load balancer."""
    return [
        allow(["ec2:AuthorizeSecurityGroupIngress", "ec2:CreateSecurityGroup", "ec2:RevokeSecurityGroupIngress"]),
        allow(
            ["ec2:CreateTags"],
            SECURITY_GROUPS,
            {"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}, "Null": {REQUESTED: "false"}},
        ),
        allow(["ec2:CreateTags", "ec2:DeleteTags"], SECURITY_GROUPS, relabelled),
        allow(["ec2:DeleteSecurityGroup"], "*", own),
    ]

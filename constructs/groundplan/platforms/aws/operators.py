"""The AWS identities of the operators that a cluster's tenants share: what each may do, and to what.

See https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html .
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.facts.identities import Identity
from groundplan.model.environment import Environment
from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.chapter import Grant
from groundplan.platforms.aws.identity import PodRole
from groundplan.platforms.aws.load_balancer_policy import load_balancer_statements
from groundplan.platforms.aws.policies import allow, document
from groundplan.platforms.aws.resource import AwsPart
from groundplan.platforms.aws.roles import OPERATOR, SECRETS_READER, SECRETS_WRITER
from groundplan.platforms.aws.site import Site
from groundplan.platforms.aws.workloads import grant_statements

DISKS = "aws-ebs-csi-driver"
COPIES = "velero"

PURPOSES = {
    DISKS: "Makes disks for volumes",
    "aws-load-balancer-controller": "Makes load balancers for Ingresses",
    "cluster-autoscaler": "Sets the size of the node groups",
    "external-dns": "Writes the records of public hosts",
    OPERATOR: "Takes the secret-reading role of each tenant",
    COPIES: "Copies objects and volumes",
}
"""Operators with an AWS identity: one sentence for the role's description. Where each runs stands in the catalogue."""

MANAGED = {DISKS: ("service-role/AmazonEBSCSIDriverPolicy",)}
"""Operator to the policies of its role that AWS keeps."""


def operators(environment: Environment) -> list[str]:
    """Operators of a cluster that have an identity: those that it gets, for nobody else could take it on."""
    installed = needed(environment)
    return [name for name in PURPOSES if name in installed]


class OperatorIdentities(AwsPart):
    """A role for each operator, limited to the cluster, the zone or the tenants it serves.

    Args:
        scope: scope.
        id_: construct id.
        site: where the cluster stands.
        names: operators that it gets and that have an identity.
        zone: the zone in which records are written; None where there is none.
        hands_over: whether a tenant hands secrets to its standby.
        copier: who writes copies of the cluster, and where. Default nobody.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        *,
        names: Sequence[str],
        zone: str | None,
        hands_over: bool,
        copier: Identity | None = None,
    ) -> None:
        super().__init__(scope, id_, site)
        self._zone = zone or ""
        self._hands_over = hands_over
        self._copier = copier
        statements: dict[str, Callable[[], list[Json]]] = {
            "aws-load-balancer-controller": load_balancer_statements,
            "cluster-autoscaler": self._autoscaler,
            "external-dns": self._dns,
            OPERATOR: self._secrets,
            COPIES: self._copies,
        }
        for name in names:
            add_on = catalogue()[name]
            PodRole(
                self,
                name,
                site,
                role=site.role_name(name),
                namespace=add_on.namespace,
                service_account=add_on.service_account or name,
                description=f"{PURPOSES[name]} of cluster {self.cluster_name}",
                policy=document(*statements[name]()) if name in statements else None,
                managed=MANAGED.get(name, ()),
            )

    def _autoscaler(self) -> list[Json]:
        """Look at every group, change only those that carry the cluster's tag, which managed node groups all do."""
        looking = [
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeAutoScalingInstances",
            "autoscaling:DescribeLaunchConfigurations",
            "autoscaling:DescribeScalingActivities",
            "autoscaling:DescribeTags",
            "ec2:DescribeImages",
            "ec2:DescribeInstanceTypes",
            "ec2:DescribeLaunchTemplateVersions",
            "ec2:GetInstanceTypesFromInstanceRequirements",
            "eks:DescribeNodegroup",
        ]
        tag = f"aws:ResourceTag/k8s.io/cluster-autoscaler/{self.cluster_name}"
        return [
            allow(looking),
            allow(
                ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
                condition={"StringEquals": {tag: "owned"}},
            ),
        ]

    def _dns(self) -> list[Json]:
        """Change records of the system's zone only; the zone's id is not known, its names are."""
        return [
            allow(
                ["route53:ChangeResourceRecordSets"],
                "arn:aws:route53:::hostedzone/*",
                {
                    "ForAllValues:StringLike": {
                        "route53:ChangeResourceRecordSetsNormalizedRecordNames": [self._zone, f"*.{self._zone}"]
                    }
                },
            ),
            allow(["route53:ListHostedZones", "route53:ListResourceRecordSets", "route53:ListTagsForResources"]),
        ]

    def _secrets(self) -> list[Json]:
        """Nothing itself: each store names the role of its own environment, and that may read its own prefix."""
        tenants = f"arn:aws:iam::{self.account}:role/{self.site.system}-*"
        writer = (SECRETS_WRITER,) if self._hands_over else ()
        roles = [f"{tenants}-{identity}" for identity in (SECRETS_READER, *writer)]
        return [allow(["sts:AssumeRole", "sts:TagSession"], roles)]

    def _copies(self) -> list[Json]:
        """Read and write what lies below its own prefix."""
        if self._copier is None:
            return []
        right = self._copier.grant
        grant = Grant(bucket=right.bucket, prefix=right.prefix, actions=right.actions)
        return grant_statements(grant, lists_bucket=self._copier.lists_bucket)

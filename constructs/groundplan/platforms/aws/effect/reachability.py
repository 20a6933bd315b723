"""The network of a VPC, as the reachability gate asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.reachability.cloud import Cloud, OfKind, Surroundings
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.flows import INTERNET, Flow
from groundplan.checks.reachability.network import Block
from groundplan.errors import Finding
from groundplan.platforms.aws.effect.grants import IAM, token_account, trusted
from groundplan.platforms.aws.effect.security_groups import EC2, EKS, Ec2Groups

PUBLIC_BALANCERS = "kubernetes.io/role/elb"
INTERNAL_BALANCERS = "kubernetes.io/role/internal-elb"
"""Tags by which load balancers find their subnets.

See https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/ .
"""

HEALTH_PORT = "service.beta.kubernetes.io/aws-load-balancer-healthcheck-port"

CREDENTIALS_AGENT = Block("169.254.170.23/32", "the agent of pod identities")
"""Where EKS hands out credentials. See https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html ."""

_REGISTRY = re.compile(r"\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$")


class AwsNetwork(Cloud):
    """Tagged subnets, security groups, and the agent that hands out identities."""

    def surroundings(self, objects: Sequence[Object]) -> Surroundings:
        """Subnets of load balancers by their tags, and the accounts of associations."""
        associations = (item for item in objects if (item.group, item.kind) == (EKS, "PodIdentityAssociation"))
        return Surroundings(
            public=_tagged(objects, PUBLIC_BALANCERS),
            internal=_tagged(objects, INTERNAL_BALANCERS),
            agents={
                (item.spec["namespace"], item.spec["serviceAccount"]): CREDENTIALS_AGENT.cidr for item in associations
            },
            by_token=frozenset(_by_token(objects)),
        )

    def identities(self, cluster: Cluster) -> Iterator[Flow]:
        """Pods with an association ask the agent on their node, and then the services that the role is for."""
        for pods in cluster.pods:
            if (pods.namespace, pods.account) in cluster.around.by_token:
                yield Flow(pods, INTERNET, 443, "its identity is proven to AWS, and is for services of the cloud")
            elif cluster.around.agents.get((pods.namespace, pods.account)) == CREDENTIALS_AGENT.cidr:
                yield Flow(pods, CREDENTIALS_AGENT, 80, "its identity is handed out on the node")
                yield Flow(pods, INTERNET, 443, "its identity is for services of the cloud")

    def health_port(self, annotations: Mapping[str, str]) -> int | None:
        """What the annotation of the load balancer controller says."""
        return int(annotations[HEALTH_PORT]) if HEALTH_PORT in annotations else None

    def keeps_images(self, of: OfKind, registry: str) -> frozenset[str] | None:
        """A registry's name says its region; what is copied to another is asked by another name."""
        found = _REGISTRY.search(registry)
        return frozenset({found[1]}) if found is not None else None

    def refused(
        self,
        inventory: Inventory,
        cluster: str,
        own: Sequence[Object],
        flows: Iterable[Flow],
        assigned: Mapping[str, str],
    ) -> Iterator[Finding]:
        """Flows that no security group of the nodes, load balancers or API servers they lead to admits."""
        groups = Ec2Groups(own, assigned)
        seen: set[tuple[str, str, str, int]] = set()
        for flow in flows:
            if not flow.required or flow.port is None:
                continue
            for group, source, target in groups.refusing(flow):
                key = (group.path, source.name, target.name, flow.port)
                if key not in seen:
                    seen.add(key)
                    message = f"does not admit {source.name} to {target.name} on port {flow.port}, but {flow.why}"
                    field, advice = ("spec", "ingressRules"), "let one of its rules admit them"
                    yield inventory.finding(group, field, "reachability.security-group", message, advice)


def _by_token(objects: Iterable[Object]) -> Iterator[tuple[str, str]]:
    """Accounts whose token a role trusts."""
    for role in objects:
        if (role.group, role.kind) == (IAM, "Role"):
            for _, _, statement in trusted(role):
                account = token_account(statement)
                if account is not None:
                    yield account


def _tagged(objects: Iterable[Object], tag: str) -> tuple[str, ...]:
    return tuple(
        str(item.spec["cidrBlock"])
        for item in objects
        if (item.group, item.kind) == (EC2, "Subnet")
        and any(entry["key"] == tag for entry in item.spec.get("tags", []))
    )


READER = AwsNetwork

"""What the pages of a system on AWS say that no other platform's do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from groundplan.addons.catalogue import AddOn
from groundplan.markdown import numbered, section, shell, table
from groundplan.model.environment import Environment
from groundplan.model.system import System
from groundplan.platforms.aws.facts import network_of
from groundplan.platforms.pages import Pages

REPOSITORIES = "public.ecr.aws/"
"""Where the charts of its operators lie."""


class AwsPages(Pages):
    """Pages about a system on AWS."""

    controllers = "AWS Controllers for Kubernetes (ACK)"
    dns = "Route53"
    balancers = {"alb": "ALB"}
    commands: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "aws": {},
        "aws eks": {"--name": "eks.services.k8s.aws/Cluster"},
        "aws s3": {"s3://": "s3.services.k8s.aws/Bucket"},
        "aws secretsmanager": {"--secret-id": "external-secrets.io/remote-key"},
    }
    groups = "services.k8s.aws"
    found_by_id = "Networks of AWS are found by the ids in the status of their objects alone."

    def network(self, environment: Environment) -> str:
        """Subnets by tier and zone, and the way out."""
        network = network_of(environment)
        if network is None:
            return ""
        zones = environment.zones
        rows = [
            (name, subnet.tier, zones[subnet.zone - 1] if subnet.zone <= len(zones) else subnet.zone, subnet.cidr)
            for name, subnet in network.subnets.items()
        ]
        way_out = "one NAT gateway in each zone" if network.nat == "per-zone" else "one NAT gateway"
        intro = f"Network {network.cidr}, {way_out}{', a bastion' if network.bastion else ''}."
        rows_of = table(["Subnet", "Tier", "Zone", "Block"], rows)
        return section(f"Network of {environment.environment}", intro, rows_of, level=3)

    def given(self, system: System) -> list[str]:
        """The zone of public names."""
        dns = system.primary.platform.aws.dns if system.primary.platform.aws is not None else None
        return [f"the zone `{dns.zone}`, delegated to the account's name servers"] if dns is not None else []

    def management(self, system: System) -> list[str]:
        """How the management cluster is made where no system describes it."""
        return [
            numbered(
                [
                    "Create it with the provider's own tool, two nodes, private API.",
                    "Give the controllers an identity that may create what the environments describe, and nothing else.",
                    "Install Argo CD as below, with the management cluster's context.",
                ]
            )
        ]

    def operator_accounts(self, environment: Environment, add_ons: list[AddOn]) -> list[str]:
        """A role for each, bound by Pod Identity."""
        commands = [_association(environment, item) for item in add_ons if item.repository.startswith(REPOSITORIES)]
        return (
            ["Where the cluster is EKS, a role per controller, bound by Pod Identity:", shell(*commands)]
            if commands
            else []
        )

    def after_creation(self, system: System) -> list[str]:
        """Contexts of the clusters."""
        return [
            shell(
                *(
                    f"aws eks update-kubeconfig --region {item.region} --name {item.cluster.name} "
                    f"--alias {item.cluster.name}"
                    for item in system.clusters_in_order
                )
            )
        ]

    def put_secret(self, environment: Environment, key: str) -> str:
        """Into Secrets Manager, of which the other regions have copies."""
        return f"aws secretsmanager put-secret-value --secret-id {key} --secret-string file:///dev/stdin"

    def other_stores(self) -> str:
        """The store copies by itself."""
        return "other regions get a copy from the store itself"


def _association(environment: Environment, add_on: AddOn) -> str:
    account = add_on.service_account
    return (
        f"aws eks create-pod-identity-association --region {environment.region} --cluster-name {environment.cluster.name} "
        f'--namespace {add_on.namespace} --service-account {account} --role-arn "arn:aws:iam::$ACCOUNT:role/{account}"'
    )


PAGES = AwsPages()

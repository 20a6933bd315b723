"""What the pages of a system on AWS say that no other platform's do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from groundplan.addons.catalogue import AddOn
from groundplan.facts.system import System
from groundplan.markdown import numbered, section, shell, table
from groundplan.model.environment import Environment
from groundplan.platforms.aws.documents import way_in
from groundplan.platforms.aws.documents.boundary import boundaries
from groundplan.platforms.aws.documents.issuer import pod_identities
from groundplan.platforms.aws.documents.public_names import public_names
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
        "aws ssm": {},
        "aws eks": {"--name": "eks.services.k8s.aws/Cluster"},
        "aws s3": {"s3://": "s3.services.k8s.aws/Bucket"},
        "aws secretsmanager": {"--secret-id": "external-secrets.io/remote-key"},
    }
    machine_image = (
        "built with image-builder for Amazon and Ubuntu 24.04, with `ecr_credential_provider=true`, in the region and the account "
        "that `cluster.cluster_api.images` names; the newest of the release is found by its name."
    )
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
        """The tools of AWS, and the zone of public names."""
        cloud = system.primary.platform.aws
        zone = cloud.dns.zone if cloud is not None and cloud.dns is not None else None
        tools = "`aws` with the Session Manager plugin on it"
        return [
            tools,
            *([f"the domain `{zone}`, with leave to change its name servers at the registrar"] if zone else []),
        ]

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

    def before_creation(self, system: System) -> list[str]:
        """What bounds every role."""
        return boundaries(system)

    def after_creation(self, system: System) -> list[str]:
        """Contexts of the clusters, and what public names need of people."""
        contexts = [
            f"aws eks update-kubeconfig --region {item.region} --name {item.cluster.name} --alias {item.cluster.name}"
            for item in system.clusters_in_order
            if item.cluster.cluster_api is None
        ]
        return [*([shell(*contexts)] if contexts else []), *public_names(system)]

    def pod_identities(self, environment: Environment) -> list[str]:
        """What the API server says of its keys, where AWS looks for it."""
        return pod_identities(environment)

    def way_in(self, environment: Environment) -> list[str]:
        """Through the bastion."""
        return way_in.way_in(environment)

    def closed(self, own: Sequence[Mapping[str, Any]], rendered: Sequence[Mapping[str, Any]]) -> str:
        """A private API server that admits no bastion."""
        return way_in.closed(own)

    def may_push(self, registry: str, rendered: Sequence[Mapping[str, Any]], told: str) -> bool:
        """By a role that may put images."""
        account = registry.partition(".")[0]
        policies = [
            str(item["spec"])
            for item in rendered
            if item["kind"] in ("Policy", "Role") and "iam." in item["apiVersion"]
        ]
        return any("ecr:PutImage" in text and f":{account}:repository/" in text for text in policies)

    copies_secrets = True

    def put_secret(self, environment: Environment, key: str) -> str:
        """Into Secrets Manager, of which the other regions have copies."""
        return f"aws secretsmanager put-secret-value --region {environment.region} --secret-id {key} --secret-string file:///dev/stdin"

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


__all__ = ["PAGES"]

"""Amazon's answers: EKS, load balancers and names of AWS, identities by the name of a ServiceAccount."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from groundplan.images import default_image
from groundplan.kubernetes.network_policy import PRIVATE
from groundplan.platforms.aws.facts import replication_group
from groundplan.platforms.aws.ids import assigned_ids
from groundplan.platforms.aws.words import CONTROLLERS
from groundplan.platforms.platform import (
    AssignedId,
    BackupStorage,
    IngressController,
    InnerBalancer,
    Json,
    ObjectStorage,
    Platform,
)
from groundplan.platforms.registry import platform_of
from groundplan.platforms.resources import data_of

if TYPE_CHECKING:
    from groundplan.blueprint import Blueprint
    from groundplan.cluster_api.infrastructure import Infrastructure
    from groundplan.model.environment import Environment
    from groundplan.model.secrets import SecretStore
    from groundplan.parts import Component, Part
    from groundplan.platforms.aws.chapter import Aws as Settings
    from groundplan.platforms.aws.chapter import Network
    from groundplan.platforms.nodes import Nodes
    from groundplan.platforms.pages import Pages
    from groundplan.platforms.platform import ReferenceReader
    from groundplan.platforms.workflows import Workflows
    from groundplan.rules.problem import Problem
    from groundplan.yaml.marked import YamlPath

CREDENTIALS_AGENT = "169.254.170.23/32"
"""Where EKS Pod Identity hands out credentials, on every node.

See https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html .
"""


READINESS_GATE = "elbv2.k8s.aws/pod-readiness-gate-inject"
"""With this label a new pod counts as ready only when the load balancer finds it healthy, so that a rolling update never
runs ahead of it. See https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/ ."""


class Aws(Platform):
    """AWS: what a pod may do follows from its ServiceAccount's name, so that no object in the cluster names a role."""

    title = "AWS"
    carries_secrets = True
    controllers = CONTROLLERS
    vault = "aws-secrets-manager"

    @classmethod
    def add_on_values(cls) -> Mapping[str, Callable[[Environment], Json]]:
        """The controllers of AWS' own resources, and those that make its load balancers, nodes and records."""
        from groundplan.platforms.aws.add_on_values import VALUES

        return VALUES

    @classmethod
    def pages(cls) -> Pages:
        """What only AWS's pages say."""
        from groundplan.platforms.aws.documents import PAGES

        return PAGES

    @classmethod
    def workflows(cls) -> Workflows:
        """What only AWS's workflows do."""
        from groundplan.platforms.aws.pipelines import WORKFLOWS

        return WORKFLOWS

    @classmethod
    def references(cls) -> Mapping[str, ReferenceReader]:
        """By a field that is called like the kind."""
        from groundplan.platforms.aws.references import references

        return {".services.k8s.aws": references}

    @classmethod
    def health_checks(cls) -> Mapping[str, str]:
        """Every kind of its controllers has the same conditions."""
        from groundplan.platforms.aws.health import HEALTH

        return {"*.services.k8s.aws/*": HEALTH}

    @classmethod
    def watch_controllers(cls, scope: Component, environment: Environment) -> None:
        """Their charts bring a Service and no ServiceMonitor."""
        from groundplan.platforms.aws.controller_monitor import ControllerMonitor, scraped

        names = scraped(environment)
        if names:
            ControllerMonitor(scope, "cloud-controllers", names=names)

    @classmethod
    def controller_problems(cls, environment: Environment) -> Iterator[Problem]:
        """They know their region."""
        from groundplan.platforms.aws.rules import controllers

        return controllers(environment)

    @classmethod
    def machine_provider(cls) -> Infrastructure:
        """The provider of EC2's machines."""
        from groundplan.platforms.aws.machine_provider import PROVIDER

        return PROVIDER

    def problems(self) -> Iterator[Problem]:
        """Regions, zones, subnets, names and ids that AWS would refuse later."""
        from groundplan.platforms.aws.rules import RULES

        return (problem for rule in RULES for problem in rule(self.environment))

    def disagreements(self) -> Iterator[Problem]:
        """Peerings, copies of buckets, and buckets of tenants."""
        from groundplan.platforms.aws.neighbours import DISAGREEMENTS

        return (problem for rule in DISAGREEMENTS for problem in rule(self.environment))

    def neighbours(self) -> list[tuple[YamlPath, str]]:
        """Peers of the network."""
        peers = self._settings.network.peers if self._settings.network is not None else {}
        return [
            (("platform", "aws", "network", "peers", name, "environment"), peer.environment)
            for name, peer in peers.items()
        ]

    @property
    def _settings(self) -> Settings:
        assert self.environment.platform.aws is not None  # the registry asks by the chapter's name
        return self.environment.platform.aws

    def components(self) -> Iterable[Blueprint]:
        """Network, cluster, and what else is rented."""
        from groundplan.platforms.aws.components import components

        return components(self.environment)

    def nodes(self, documents: Iterable[Mapping[str, Any]]) -> Nodes | None:
        """Those of the rendered node groups, or of the machines."""
        from groundplan.platforms.aws.nodes import machine_of, nodes_of
        from groundplan.platforms.machine_pools import machine_nodes

        rendered = list(documents)
        return nodes_of(rendered) or machine_nodes(rendered, machine_of)

    @property
    def rents_cluster(self) -> bool:
        """EKS."""
        return True

    @property
    def account(self) -> str:
        """The account's id."""
        return self._settings.account

    @property
    def registry(self) -> str:
        """The account's registry in the region."""
        return f"{self._settings.account}.dkr.ecr.{self.environment.region}.amazonaws.com"

    @property
    def buckets(self) -> frozenset[str]:
        """Those of the chapter."""
        return frozenset(self._settings.buckets)

    def bucket_copy(self, bucket: str) -> str | None:
        """The one it replicates to."""
        found = self._settings.buckets.get(bucket)
        return found.replicate_to if found is not None else None

    @property
    def block_storage(self) -> str:
        """Made here: the class EKS brings is neither encrypted nor current."""
        return "gp3"

    def add_storage_classes(self, scope: Component | Part) -> None:
        """The class for volumes of one pod."""
        from groundplan.platforms.aws.storage_classes import BlockStorageClass

        BlockStorageClass(scope, self.block_storage)

    def object_storage(self, bucket: str) -> ObjectStorage:
        """A bucket of S3; Barman and the client must be told the region."""
        region = self.environment.region
        return ObjectStorage(
            bucket=bucket,
            barman={"s3Credentials": {"inheritFromIAMRole": True}},
            location=f"s3://{bucket}/",
            archive_environment=({"name": "AWS_DEFAULT_REGION", "value": region},),
            encrypts=True,
            client=default_image("aws-client"),
            client_environment=({"name": "AWS_REGION", "value": region},),
            listing=f"aws s3 ls s3://{bucket}/{{prefix}}",
            fetching=f"aws s3 cp s3://{bucket}/{{name}} .",
        )

    def backup_storage(self, bucket: str) -> BackupStorage:
        """A bucket of S3 in the environment's region, and disks of EBS."""
        return BackupStorage(
            provider="aws",
            plugin=default_image("velero-aws"),
            config={"region": self.environment.region},
            snapshots="ebs.csi.aws.com",
        )

    @property
    def network_block(self) -> str | None:
        """That of the network, the host's for a tenant."""
        network = self._network
        return network.cidr if network is not None else None

    def subnet_blocks(self, tier: str) -> list[str]:
        """Every subnet has a tier."""
        network = self._network
        return (
            [subnet.cidr for subnet in network.subnets.values() if subnet.tier == tier] if network is not None else []
        )

    @property
    def _network(self) -> Network | None:
        from groundplan.platforms.aws.facts import network_of

        return network_of(self.environment)

    @property
    def dns_zone(self) -> str | None:
        """The zone of Route 53."""
        return self._settings.dns.zone if self._settings.dns is not None else None

    @property
    def dns_ttl(self) -> int:
        """That of the zone's records."""
        return self._settings.dns.ttl if self._settings.dns is not None else super().dns_ttl

    @property
    def grants(self) -> frozenset[str]:
        """Those of the chapter."""
        return frozenset(self._settings.grants)

    @property
    def api_server_blocks(self) -> list[Json]:
        """EKS' endpoint has a private address for whoever asks from inside the network."""
        return [{"ipBlock": {"cidr": block}} for block in PRIVATE]

    @property
    def credentials_egress(self) -> list[Json]:
        """The agent of the node; pods of a cluster of machines bring a token of their own."""
        if self._has_machines():
            return []
        return [
            {"to": [{"ipBlock": {"cidr": CREDENTIALS_AGENT}}], "ports": [{"protocol": "TCP", "port": 80}]},
        ]

    def inner_balancer(self, host: str, *, health_port: int) -> InnerBalancer:
        """A network load balancer of AWS, which wears the network's own security group."""
        from groundplan.platforms.aws.inner_balancer import inner_balancer

        group = replication_group(self.environment.host_environment)
        return inner_balancer(host, security_group=group, health_port=health_port)

    @property
    def ingress_controllers(self) -> Mapping[str, IngressController]:
        """An application load balancer."""
        return {
            "alb": IngressController(
                blocks=_public_subnets, add_hosts=_add_public_hosts, namespace_labels={READINESS_GATE: "enabled"}
            )
        }

    @property
    def public_balancer(self) -> Mapping[str, str]:
        """A network load balancer in front of the machines; on EKS the cloud's own controller makes what is asked for."""
        if not self._has_machines():
            return {}
        from groundplan.platforms.aws.facts import load_balancer_group
        from groundplan.platforms.aws.public_balancer import public_balancer

        return public_balancer(load_balancer_group(self.environment.host_environment))

    def dns_annotations(self, host: str) -> dict[str, str]:
        """Of external-dns, which writes to Route 53."""
        from groundplan.platforms.aws.dns_records import dns_records

        return dns_records(self.environment, host)

    def assigned_ids(self) -> Mapping[str, AssignedId]:
        """Networks, security groups and peerings, which some resources take by id only."""
        return assigned_ids(self.environment)

    @property
    def groups_viewers(self) -> bool:
        """Where somebody has access who is no administrator."""
        return any(access.level != "admin" for access in self._settings.access.values())

    @property
    def vault_folder(self) -> str:
        """The prefix, where one is written."""
        return self._settings.secrets_manager.prefix or super().vault_folder

    def replica_store(self, name: str, namespace: str, region: str) -> Json:
        """AWS Secrets Manager in another region."""
        from groundplan.platforms.aws.secret_store import replica_store

        return replica_store(self.environment, name, namespace, region)

    def secret_store(self, store: SecretStore, namespace: str) -> list[Json]:
        """AWS Secrets Manager, read by a role of the environment's own."""
        from groundplan.platforms.aws.secret_store import secrets_manager

        return secrets_manager(self.environment, store, namespace)

    @property
    def provided(self) -> Mapping[str, Any]:
        """What the managed Kubernetes brings; machines bring nothing."""
        return {} if self._has_machines() else data_of("groundplan.platforms.aws", "provided.yaml")

    def wants(self, add_on: str) -> bool:
        """What makes load balancers, records and nodes."""
        wanted = {
            "amazon-eks-pod-identity-webhook": self._has_machines,
            "aws-cloud-controller-manager": self._has_machines,
            "aws-ebs-csi-driver": self._has_machines,
            "aws-load-balancer-controller": self._has_load_balancer,
            "cluster-autoscaler": self._has_elastic_nodes,
            "external-dns": self._has_records,
        }
        return add_on in wanted and wanted[add_on]()

    def _has_load_balancer(self) -> bool:
        """For Ingresses, or for the controller in a cluster of machines, which has nobody else to make it one."""
        ingress = self.environment.ingress
        return ingress is not None and (ingress.type == "alb" or self._has_machines())

    def _has_machines(self) -> bool:
        """What EKS brings, a cluster of machines is given."""
        return self.environment.host_environment.cluster.cluster_api is not None

    def _has_elastic_nodes(self) -> bool:
        """Of a cluster of machines, the management cluster adds nodes."""
        return not self._has_machines() and any(
            pool.max > pool.min for pool in self.environment.cluster.node_pools.values()
        )

    def _has_records(self) -> bool:
        environment = self.environment
        wanted = environment.ingress is not None or (environment.recovery is not None and bool(environment.data))
        return wanted and self.dns_zone is not None


def _public_subnets(environment: Environment) -> list[str]:
    """The load balancer stands in the public subnets."""
    if platform_of(environment).network_block is None:
        what = "is behind a cloud load balancer, but the network is not known"
        raise LookupError(what, "describe platform.aws.network")
    return platform_of(environment).subnet_blocks("public")


def _add_public_hosts(environment: Environment, component: Component) -> None:
    from groundplan.platforms.aws.ingress import PublicHosts, public_hosts

    ingress = environment.ingress
    if ingress is not None:
        PublicHosts(component, "hosts", public_hosts(environment, ingress))

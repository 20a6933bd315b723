"""Google's answers: GKE or a cluster made elsewhere, balancers that pass through, identities by the name of a ServiceAccount."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from groundplan.images import default_image
from groundplan.kubernetes.network_policy import PRIVATE
from groundplan.platforms.platform import BackupStorage, InnerBalancer, Json, ObjectStorage, Platform, PodIdentity
from groundplan.platforms.resources import data_of

if TYPE_CHECKING:
    from groundplan.blueprint import Blueprint
    from groundplan.model.environment import Environment
    from groundplan.model.secrets import SecretStore
    from groundplan.parts import Component, Part
    from groundplan.platforms.gcp.chapter import Gcp as Settings
    from groundplan.platforms.gcp.chapter import Network
    from groundplan.platforms.nodes import Nodes
    from groundplan.platforms.pages import Pages
    from groundplan.platforms.platform import ReferenceReader
    from groundplan.platforms.workflows import Workflows
    from groundplan.rules.problem import Problem
    from groundplan.yaml.marked import YamlPath

METADATA_SERVER = "169.254.169.254/32"
"""Where GKE hands out credentials, on every node.

See https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy#network-policy-and-workload-identity .
"""

BUILT_IN = frozenset({"cluster-autoscaler", "metrics-server", "snapshot-controller", "vertical-pod-autoscaler"})
"""What GKE brings."""


class Gcp(Platform):
    """Google Cloud: what a pod may do follows from its ServiceAccount's name, so that no object in the cluster names a role."""

    title = "Google Cloud"
    vault = "google-secret-manager"

    @classmethod
    def add_on_values(cls) -> Mapping[str, Callable[[Environment], Json]]:
        """What makes records."""
        from groundplan.platforms.gcp.add_on_values import VALUES

        return VALUES

    @classmethod
    def pages(cls) -> Pages:
        """What only Google's pages say."""
        from groundplan.platforms.gcp.documents import PAGES

        return PAGES

    @classmethod
    def workflows(cls) -> Workflows:
        """What only Google's workflows do."""
        from groundplan.platforms.gcp.pipelines import WORKFLOWS

        return WORKFLOWS

    @classmethod
    def references(cls) -> Mapping[str, ReferenceReader]:
        """By a field that stands for one kind, or says which."""
        from groundplan.platforms.gcp.references import references

        return {".cnrm.cloud.google.com": references}

    @classmethod
    def health_checks(cls) -> Mapping[str, str]:
        """Every kind of its operator has the same condition."""
        from groundplan.platforms.gcp.health import HEALTH

        return {"*.cnrm.cloud.google.com/*": HEALTH}

    def problems(self) -> Iterator[Problem]:
        """Regions, zones, addresses and names that Google would refuse later."""
        from groundplan.platforms.gcp.rules import RULES

        return (problem for rule in RULES for problem in rule(self.environment))

    def disagreements(self) -> Iterator[Problem]:
        """Peerings, buckets, and standbys that read another's keys."""
        from groundplan.platforms.gcp.neighbours import DISAGREEMENTS

        return (problem for rule in DISAGREEMENTS for problem in rule(self.environment))

    def neighbours(self) -> list[tuple[YamlPath, str]]:
        """Peers of the network, and those that have its buckets."""
        chapter, settings = ("platform", "gcp"), self._settings
        peers = settings.network.peers if settings.network is not None else []
        named: list[tuple[YamlPath, str]] = [
            ((*chapter, "network", "peers", index), name) for index, name in enumerate(peers)
        ]
        named += [
            ((*chapter, "buckets", name, "of"), bucket.of)
            for name, bucket in settings.buckets.items()
            if bucket.of is not None
        ]
        return named

    @property
    def _settings(self) -> Settings:
        assert self.environment.platform.gcp is not None  # the registry asks by the chapter's name
        return self.environment.platform.gcp

    @property
    def _runs_on_gke(self) -> bool:
        host = self.environment.host_environment.platform.gcp
        return host is not None and host.gke is not None

    @property
    def rents_cluster(self) -> bool:
        """Where it is GKE's."""
        return self._runs_on_gke

    @property
    def built_in(self) -> frozenset[str]:
        """What GKE brings; another cluster brings nothing."""
        return BUILT_IN if self._runs_on_gke else frozenset()

    def components(self) -> Iterable[Blueprint]:
        """Network, cluster, and what else is rented."""
        from groundplan.platforms.gcp.components import components

        return components(self.environment)

    def nodes(self, documents: Iterable[Mapping[str, Any]]) -> Nodes | None:
        """Those of the rendered node pools."""
        from groundplan.platforms.gcp.nodes import nodes_of

        return nodes_of(documents)

    @property
    def account(self) -> str:
        """The project's id."""
        return self._settings.project.id

    @property
    def registry(self) -> str:
        """The system's repository in the region, with the project before it."""
        from groundplan.platforms.gcp.site import repository_of

        return repository_of(self.environment)

    @property
    def buckets(self) -> frozenset[str]:
        """Those of the chapter."""
        return frozenset(self._settings.buckets)

    @property
    def block_storage(self) -> str:
        """Made here: no class that GKE brings is encrypted with a key of our own."""
        return "balanced-encrypted"

    def add_storage_classes(self, scope: Component | Part) -> None:
        """The class for volumes of one pod."""
        from groundplan.platforms.gcp.keys import DISKS
        from groundplan.platforms.gcp.site import site_of
        from groundplan.platforms.gcp.storage_classes import BlockStorageClass

        BlockStorageClass(scope, self.block_storage, key=site_of(self.environment.host_environment).key(DISKS))

    def object_storage(self, bucket: str) -> ObjectStorage:
        """A bucket of Cloud Storage, written to as the pod's own ServiceAccount."""
        identity = self.pod_identity(None, rights=True)
        variables = identity.variables if identity is not None else {}
        return ObjectStorage(
            bucket=bucket,
            barman={"googleCredentials": {"gkeEnvironment": True}},  # libraries find credentials by themselves
            location=f"gs://{bucket}/",
            archive_environment=tuple({"name": name, "value": value} for name, value in variables.items()),
            client=default_image("google-client"),
            client_memory="1024Mi",
            scripts="groundplan.platforms.gcp.scripts",
            listing=f"gcloud storage ls gs://{bucket}/{{prefix}}",
            fetching=f"gcloud storage cp gs://{bucket}/{{name}} .",
        )

    def backup_storage(self, bucket: str) -> BackupStorage:
        """A bucket of Cloud Storage, and disks of Compute Engine.

        The plugin demands the name of an account that signs addresses of logs for people; nobody here asks for one, and
        where a file says who the pod is it is not read.
        """
        signer = {} if not self._runs_on_gke else {"serviceAccount": f"velero@{self.account}.iam.gserviceaccount.com"}
        return BackupStorage(
            provider="gcp",
            plugin=default_image("velero-google"),
            config=signer,
            snapshots="pd.csi.storage.gke.io",
        )

    @property
    def network_block(self) -> str | None:
        """That of the network, the host's for a tenant."""
        network = self._network
        return network.cidr if network is not None else None

    def subnet_blocks(self, tier: str) -> list[str]:
        """Every subnet has a tier; what comes from nodes of the cluster's may come from its pods."""
        network = self._network
        if network is None:
            return []
        blocks = [subnet.cidr for subnet in network.subnets.values() if subnet.tier == tier]
        return [*blocks, network.pods] if tier in ("app", "db") else blocks

    @property
    def _network(self) -> Network | None:
        from groundplan.platforms.gcp.facts import network_of

        return network_of(self.environment)

    @property
    def dns_zone(self) -> str | None:
        """The zone of Cloud DNS."""
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
        """The API server has a private address for whoever asks from inside the network."""
        return [{"ipBlock": {"cidr": block}} for block in PRIVATE]

    @property
    def credentials_egress(self) -> list[Json]:
        """The server of the node, where it is GKE's; elsewhere a token lies in the pod."""
        if not self._runs_on_gke:
            return []
        return [{"to": [{"ipBlock": {"cidr": METADATA_SERVER}}], "ports": [{"protocol": "TCP", "port": 80}]}]

    def inner_balancer(self, host: str, *, health_port: int) -> InnerBalancer:
        """A passthrough load balancer inside, which asks nodes and not the database."""
        from groundplan.platforms.gcp.balancers import inner_balancer

        return inner_balancer(host)

    @property
    def public_balancer(self) -> Mapping[str, str]:
        """A passthrough load balancer with the address that is made beside the cluster."""
        if not self._runs_on_gke:
            return {}
        from groundplan.platforms.gcp.balancers import public_balancer
        from groundplan.platforms.gcp.names import public_address

        return public_balancer(public_address(self.environment.host_environment.cluster.name))

    def pod_identity(self, name: str | None, *, rights: bool = False) -> PodIdentity | None:
        """A token and what to do with it, where the cluster is not GKE's; on GKE the node's server knows the pod."""
        if self._runs_on_gke or not rights:
            return None
        from groundplan.platforms.gcp.federation import pod_identity
        from groundplan.platforms.gcp.site import site_of

        return pod_identity(site_of(self.environment))

    def dns_annotations(self, host: str) -> dict[str, str]:
        """Of external-dns, which writes to Cloud DNS."""
        from groundplan.platforms.gcp.dns_records import dns_records

        return dns_records(self.environment, host)

    @property
    def vault_folder(self) -> str:
        """Secret Manager has no folders, and no `/` in names."""
        return f"{self.environment.system}-"

    def secret_store(self, store: SecretStore, namespace: str) -> list[Json]:
        """Secret Manager, read as the namespace's own ServiceAccount."""
        from groundplan.platforms.gcp.secret_store import secret_manager

        return secret_manager(self.environment, store, namespace)

    @property
    def provided(self) -> Mapping[str, Any]:
        """What GKE brings; another cluster brings nothing that is known here."""
        return data_of("groundplan.platforms.gcp", "provided.yaml") if self._runs_on_gke else {}

    def wants(self, add_on: str) -> bool:
        """What makes records."""
        environment = self.environment
        public = environment.ingress is not None or (environment.recovery is not None and bool(environment.data))
        return add_on == "external-dns" and public and self.dns_zone is not None

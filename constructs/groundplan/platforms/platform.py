"""What an environment asks of whoever runs its cluster: one class that every platform's folder fills in.

The answers given here are those of a cluster that somebody else made, so a new platform says only what it does otherwise.
A platform's module is loaded when an environment on it asks its first question; what it takes from the construct library
is loaded later still, inside the methods that need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar

from groundplan.images import default_image
from groundplan.kubernetes.network_policy import PRIVATE, PRIVATE_BLOCKS
from groundplan.shell import script

if TYPE_CHECKING:
    from groundplan.blueprint import Blueprint, Release
    from groundplan.cluster_api.infrastructure import Infrastructure
    from groundplan.model.cluster import Taint
    from groundplan.model.environment import Environment
    from groundplan.model.secrets import SecretStore
    from groundplan.parts import Component, Part
    from groundplan.platforms.nodes import Nodes
    from groundplan.platforms.pages import Pages
    from groundplan.platforms.workflows import Workflows
    from groundplan.rules.problem import Problem
    from groundplan.yaml.marked import YamlPath

Json = dict[str, Any]
"""A Kubernetes object or a piece of one."""


MOUNT = "/projected"
"""Where a pod finds files of its identity: CloudNativePG mounts what it is given there, and so everybody does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PodIdentity:
    """How a pod takes on an identity of the platform without a password."""

    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations of its ServiceAccount. Default none."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the pod. Default none."""

    files: tuple[Json, ...] = ()
    """Sources of a projected volume, which is mounted at `MOUNT`: a token, and how to exchange it. Default none: something
    outside the pod hands out credentials."""

    pod_annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations of the pod that such sources read. Default none."""

    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that say where the files are. Default none."""

    scaler: Mapping[str, str] = field(default_factory=dict)
    """`podIdentity` of a TriggerAuthentication of KEDA that asks as this identity. Default none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectStorage:
    """Where backups lie, and how a pod writes to it as its own identity: no key is stored."""

    bucket: str
    """Its name."""

    barman: Mapping[str, Any]
    """Credentials as the archiver of CloudNativePG names them."""

    location: str
    """Address below which the objects lie, with a trailing slash."""

    archive_environment: tuple[Json, ...] = ()
    """Environment variables of the archiver. Default none."""

    encrypts: bool = False
    """Whether a writer says how its objects are encrypted; elsewhere the storage decides. Default false."""

    client: str
    """Image with the client that uploads and downloads."""

    client_environment: tuple[Json, ...] = ()
    """Environment variables of the client. Default none."""

    client_memory: str = "512Mi"
    """Memory the client needs. Default 512Mi."""

    scripts: str = "groundplan.platforms.scripts"
    """Package whose `upload.sh` and `download.sh` speak its protocol. Default those of S3."""

    values: Mapping[str, str] = field(default_factory=dict)
    """What the scripts are told beside bucket and prefix. Default nothing."""

    listing: str
    """Command by which a person lists what lies below a `{prefix}`."""

    fetching: str
    """Command by which a person fetches the object called `{name}` as `{file}` in the folder where he is."""

    def upload(self, begins: str, ends: str, prefix: str) -> str:
        """Script that moves the one file whose path begins and ends so below `prefix`."""
        return script(
            self.scripts, "upload", begins=begins, ends=ends, bucket=self.bucket, prefix=prefix, **self.values
        )

    def download(self, prefix: str, named: str, oldest: int, into: str) -> str:
        """Script that fetches, as the file `into`, the newest object below `prefix` whose name begins with `named`.

        It fails where there is none, and where the newest is older than `oldest` seconds.
        """
        return script(
            self.scripts,
            "download",
            bucket=self.bucket,
            prefix=prefix,
            named=named,
            oldest=str(oldest),
            into=into,
            **self.values,
        )

    def listed(self, prefix: str) -> str:
        """The command that lists what lies below `prefix`."""
        return self.listing.format(prefix=prefix)

    def fetched(self, name: str) -> str:
        """The command that fetches one object."""
        return self.fetching.format(name=name, file=name.rpartition("/")[2])


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupStorage:
    """How copies of a cluster reach a bucket or container, in the words of Velero's plugin for the platform."""

    provider: str
    """What a BackupStorageLocation calls the plugin."""

    plugin: str
    """Image of the plugin."""

    config: Mapping[str, str] = field(default_factory=dict)
    """Settings of the plugin. Default none."""

    snapshots: str
    """Driver that takes snapshots of the cluster's own disks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IngressController:
    """One way in that a platform offers, chosen by `ingress.type`."""

    blocks: Callable[[Environment], list[str]]
    """Address blocks its connections to pods come from. Raises LookupError with what must be described first."""

    add_hosts: Callable[[Environment, Component], None]
    """Adds what leads each public host to its services."""

    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels that the namespace of the services behind it wears. Default none."""

    enters_mesh: bool = False
    """Whether it connects to the mesh's gateway instead of the pods, where a service is released step by step. Default false."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """What an object of a platform's operator needs by name, as its field says it."""

    group: str
    """API group; one that begins with `*` is any with that ending, where the field names none."""

    kind: str
    """Kind, or `*` where the field names none."""

    name: str
    """Name."""

    namespace: str = ""
    """Namespace. Default the object's own."""

    part: str = ""
    """Key of a Secret or ConfigMap that must be in it. Default none."""


ReferenceReader = Callable[[str, Mapping[str, Any], "YamlPath"], Iterator[Reference]]
"""What a mapping in an object refers to, by its key, its content and where it stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InnerBalancer:
    """What makes a Service of type LoadBalancer reachable from peered networks alone, by the address of whoever asks."""

    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations of the Service. Default none."""

    balancer_class: str | None = None
    """Its `loadBalancerClass`. Default the cluster's own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignedId:
    """One id that only the platform knows, and the object of the management cluster that tells it once it exists."""

    resource: str
    """What `kubectl get` calls such objects: `vpcs.ec2.services.k8s.aws`."""

    kind: str
    """Kind of the object."""

    namespace: str
    """Its namespace."""

    name: str
    """Its name."""

    path: tuple[str, ...]
    """Keys that lead to the id in it."""

    form: str
    """Regular expression that every such id fits, from its first character to its last."""


class Platform:
    """What one environment is told by the platform its cluster runs on.

    Args:
        environment: who asks. A tenant asks for itself; the cluster's own facts are those of its host.
    """

    title: ClassVar[str] = "Kubernetes"
    """What people call it."""

    webhook_fields: ClassVar[tuple[str, ...]] = ()
    """Fields of admission webhooks that its clusters write themselves, as jq expressions; Argo CD leaves them alone."""

    carries_secrets: ClassVar[bool] = False
    """Whether keys can be written into the vault of another region."""

    vault: ClassVar[str | None] = None
    """Product that the `keys` of secrets are read from, as pages call it. Default none: nothing is fetched."""

    controllers: ClassVar[frozenset[str]] = frozenset()
    """Add-ons of the catalogue that make its resources, on whichever cluster `cluster.controllers` names them."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    @property
    def built_in(self) -> frozenset[str]:
        """Names of add-ons its cluster brings, so that nobody installs them again: `keda`, `metrics-server`,
        `vertical-pod-autoscaler` and so on. Default none."""
        return frozenset()

    @property
    def rents_cluster(self) -> bool:
        """Whether the cluster is made by what is rendered here, and described for that. Default no."""
        return False

    @classmethod
    def add_on_values(cls) -> Mapping[str, Callable[[Environment], Json]]:
        """Add-on of the catalogue that not every platform has, to its values; an environment's own platform comes first.
        Default none."""
        return {}

    @classmethod
    def references(cls) -> Mapping[str, ReferenceReader]:
        """Ending of the API groups of its operators' kinds, to how their objects refer to others. Default none."""
        return {}

    @classmethod
    def health_checks(cls) -> Mapping[str, str]:
        """Pattern of the kinds that its controllers make, as Argo CD writes it, to when one is done, in Lua."""
        return {}

    @classmethod
    def controller_problems(cls, environment: Environment) -> Iterator[Problem]:
        """What its own controllers demand of the cluster they run on, whoever runs that."""
        yield from ()

    @classmethod
    def watch_controllers(cls, scope: Component, environment: Environment) -> None:
        """Add what has the controllers scraped that run on the environment's cluster. Default nothing: their charts bring it."""

    @classmethod
    def start(cls) -> str:
        """Chapters with which a system on it begins, as people write them: `start.yaml` of its folder, `$name` the system's."""
        return files(cls.__module__.rpartition(".")[0]).joinpath("start.yaml").read_text("utf-8")

    @classmethod
    def machine_provider(cls) -> Infrastructure | None:
        """What makes machines of it for clusters by Cluster API. Default None: nothing does."""
        return None

    # Nodes

    def nodes(self, documents: Iterable[Mapping[str, Any]]) -> Nodes | None:
        """What stands under the pods of its cluster, read from what is rendered. Default None: nobody says.

        Args:
            documents: every rendered object of the environment, as the cluster reads it.
        """
        return None

    @property
    def taints(self) -> Mapping[str, list[Taint]]:
        """Taints on the nodes of each pool. Default the one its settings state."""
        pools = self.environment.host_environment.cluster.node_pools
        return {name: [] if pool.taint is None else [pool.taint] for name, pool in pools.items()}

    @property
    def open_nodes(self) -> int | None:
        """Most nodes that add-ons find without a taint; None where nobody says. Default those of the pools."""
        pools = self.environment.host_environment.cluster.node_pools
        return sum(pool.max for name, pool in pools.items() if not self.taints[name]) if pools else None

    # What is made, and what must agree

    def components(self) -> Iterable[Blueprint | Release]:
        """What is rented for the environment, as components. Default nothing."""
        return ()

    def problems(self) -> Iterator[Problem]:
        """What its chapter must agree on with the others."""
        yield from ()

    def disagreements(self) -> Iterator[Problem]:
        """What its chapter must agree on with those of other environments."""
        yield from ()

    # Pages and workflows

    @classmethod
    def pages(cls) -> Pages:
        """What it adds to the pages about a system. Default nothing."""
        from groundplan.platforms.pages import Pages

        return Pages()

    @classmethod
    def workflows(cls) -> Workflows:
        """What it adds to the workflows of a system. Default nothing: nobody logs in to a registry."""
        from groundplan.platforms.workflows import Workflows

        return Workflows()

    def neighbours(self) -> list[tuple[YamlPath, str]]:
        """Where its chapter names other environments of the system. Default nowhere."""
        return []

    @property
    def account(self) -> str:
        """Account or subscription that pays; empty for none."""
        return ""

    # Images

    @property
    def registry(self) -> str:
        """Host of the platform's own container registry; empty for none. The chapter may name another."""
        return ""

    # Storage

    @property
    def buckets(self) -> frozenset[str]:
        """Buckets or containers that backups may lie in."""
        return frozenset()

    @property
    def block_storage(self) -> str:
        """StorageClass of a volume for one pod."""
        return "standard"

    def add_storage_classes(self, scope: Component | Part) -> None:
        """Add the StorageClasses its clusters lack. Default none."""

    def object_storage(self, bucket: str) -> ObjectStorage | None:
        """How backups reach a bucket or container; None where it is not known."""
        return ObjectStorage(
            bucket=bucket,
            barman={"s3Credentials": {"inheritFromIAMRole": True}},
            location=f"s3://{bucket}/",
            client=default_image("aws-client"),
            listing=f"aws s3 ls s3://{bucket}/{{prefix}}",
            fetching=f"aws s3 cp s3://{bucket}/{{name}} .",
        )

    def backup_storage(self, bucket: str) -> BackupStorage | None:
        """How copies of the cluster reach a bucket or container. Default None: it is not known."""
        return None

    # The network around pods

    @property
    def network_block(self) -> str | None:
        """Address block of the network the cluster stands in; None where it is not known."""
        return None

    def subnet_blocks(self, tier: str) -> list[str]:
        """Address blocks of the subnets of one tier: public, app or db. Default none: they are not told apart."""
        return []

    @property
    def dns_zone(self) -> str | None:
        """Zone below which records can be made; None where there is none."""
        return None

    @property
    def dns_ttl(self) -> int:
        """Seconds that resolvers may keep a record. Default 60."""
        return 60

    @property
    def api_server_blocks(self) -> list[Json]:
        """Addresses the API server may have, as peers of a network policy. Default any: private ones and public ones."""
        outside = {"ipBlock": {"cidr": "0.0.0.0/0", "except": list(PRIVATE_BLOCKS)}}
        return [*({"ipBlock": {"cidr": block}} for block in PRIVATE), outside]

    @property
    def credentials_egress(self) -> list[Json]:
        """Egress rules to what hands a pod its credentials, beside the Internet on 443. Default none."""
        return []

    @property
    def load_balancers(self) -> bool:
        """Whether a Service of type LoadBalancer gets an address. Default yes."""
        return True

    def inner_balancer(self, host: str, *, health_port: int) -> InnerBalancer:
        """How a database's standby in a peered network reaches it by a load balancer. Default as the cluster has it.

        Args:
            host: name by which it is found.
            health_port: TCP port of the pods that says whether they live.
        """
        return InnerBalancer()

    def bucket_copy(self, bucket: str) -> str | None:
        """The bucket of another region to which one of the chapter sends everything. Default none."""
        return None

    @property
    def public_balancer(self) -> Mapping[str, str]:
        """Annotations of the Service of type LoadBalancer through which the public comes in. Default none."""
        return {}

    @property
    def ingress_controllers(self) -> Mapping[str, IngressController]:
        """Ways in beside those any cluster has, by `ingress.type`. Default none."""
        return {}

    def dns_annotations(self, host: str) -> dict[str, str]:
        """Annotations of an Ingress or Service from which the record of a public host is made. Default none."""
        return {}

    # Identities and secrets

    @property
    def identities(self) -> frozenset[str] | None:
        """Identities that services may name. Default None: it knows a pod by its ServiceAccount, or not at all."""
        return None

    @property
    def grants(self) -> frozenset[str] | None:
        """Permissions that services may ask for by name. Default None: it gives none to a service."""
        return None

    def pod_identity(self, name: str | None, *, rights: bool = False) -> PodIdentity | None:
        """The identity that pods take on by the name of the chapter; None where a ServiceAccount's name is enough.

        Args:
            name: name in the chapter; None for none.
            rights: whether the ServiceAccount was given rights by its own name.
        """
        return None

    @property
    def backups_as(self) -> str | None:
        """Identity that backups are written as. Default None: it knows a pod by its ServiceAccount, or not at all."""
        return None

    @property
    def groups_viewers(self) -> bool:
        """Whether people who may only look are put into the group of viewers, which a role is rendered for. Default not."""
        return False

    @property
    def vault_folder(self) -> str:
        """What every key of the environment in the vault begins with."""
        return f"{self.environment.system}/"

    def replica_store(self, name: str, namespace: str, region: str) -> Json:
        """A SecretStore through which keys are written into the vault of another region.

        Raises:
            NotImplementedError: where `carries_secrets` is false.
        """
        raise NotImplementedError

    def secret_store(self, store: SecretStore, namespace: str) -> list[Json]:
        """The SecretStore of a namespace, and what it reads with. Default none: nothing is fetched."""
        return []

    def assigned_ids(self) -> Mapping[str, AssignedId]:
        """The ids its objects wait for, by the keys of `ids/<environment>.yaml`. Default none."""
        return {}

    # What else runs on the cluster

    def wants(self, add_on: str) -> bool:
        """Whether the environment needs an add-on of the catalogue because of the platform. Default no."""
        return False

    @property
    def provided(self) -> Mapping[str, Any]:
        """What its clusters have although no rendered object says so, as `environments/provided.yaml` writes it.

        Default the class for volumes of one pod, which whoever made the cluster must bring.
        """
        names = [self.block_storage]
        return {"objects": [{"kind": "StorageClass", "group": "storage.k8s.io", "namespace": "", "names": names}]}

    def add_monitoring(self, scope: Component) -> None:
        """Add the settings of the platform's own monitoring. Default none."""

"""What the rest of the house asks of a store: one object for each entry of the data chapter answers for its engine.

Every method has the answer of a store that needs nothing, so an engine says only what is true of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar
from urllib.parse import urlsplit

from groundplan.model.environment import Environment
from groundplan.model.values import Model
from groundplan.rules.problem import Problem
from groundplan.stores.answers import BucketAccess, Demand, Folder, Json, Reachability, Reference, SecretKey
from groundplan.waves import SyncWave
from groundplan.yaml.marked import YamlPath

if TYPE_CHECKING:
    from groundplan.observability.alert import Alert
    from groundplan.observability.panel import Panel
    from groundplan.parts import Component
    from groundplan.stores.answers import Handed
    from groundplan.stores.pages import StorePages
    from groundplan.stores.pipelines import StorePipelines


ChapterT = TypeVar("ChapterT", bound=Model)
SettingsT = TypeVar("SettingsT", bound=Model)


class Store(ABC, Generic[ChapterT, SettingsT]):
    """One entry of the data chapter, with everything that follows from its kind and its engine."""

    engine: ClassVar[str]
    """Name of the engine, as it is written."""

    needs_platform: ClassVar[str | None] = None
    """Provider on which alone the engine exists; none for one that runs in any cluster."""

    rented: ClassVar[bool] = False
    """Whether the cloud runs it: its objects are for the management cluster, and it stands outside the environment's own."""

    wave: ClassVar[SyncWave] = SyncWave.DATA
    """When its component is synced."""

    logical_databases: ClassVar[frozenset[str]] = frozenset()
    """Numbers that may follow its name in `urls:`."""

    not_called: ClassVar[tuple[str, str] | None] = None
    """Why no `calls:` may name it, and what to write instead; none for a store that is called."""

    is_mounted: ClassVar[bool] = False
    """Whether pods mount it as a directory."""

    is_mounted_anywhere: ClassVar[bool] = False
    """Whether pods of several namespaces mount the same directory."""

    turns_round: ClassVar[bool] = True
    """Whether copies may go the other way, from a standby that took over to the primary; true where nothing is copied."""

    @property
    def hands_over_certificates(self) -> bool:
        """Whether a follower of it shows a certificate that this side brings to the follower's vault. Default false."""
        return False

    def __init__(self, environment: Environment, name: str, chapter: ChapterT, settings: SettingsT) -> None:
        self.environment = environment
        self.name = name
        self.chapter = chapter
        self.settings = settings

    # Where it is written

    @property
    def path(self) -> YamlPath:
        """Where the store is written."""
        return ("data", self.name)

    def at(self, *keys: str | int) -> YamlPath:
        """Where a setting of the engine is written."""
        return ("data", self.name, "engine", self.engine, *keys)

    def in_peer(self, peer: Environment) -> Self | None:
        """The store of the same name and engine in another environment; none where there is none."""
        from groundplan.stores.registry import store_of

        found = store_of(peer, self.name)
        return found if isinstance(found, type(self)) else None

    @property
    def convention(self) -> tuple[Any, str] | None:
        """Kind and purpose from which the platform's naming convention makes its name; none where none names it."""
        return None

    # What is wrong with it

    def problems(self) -> Iterator[Problem]:
        """What the engine refuses, and what does not fit the rest of the environment."""
        return iter(())

    def disagreements(self, peer: Environment) -> Iterator[Problem]:
        """What keeps the store from taking over from, or handing over to, the one in the recovery peer."""
        return iter(())

    def folders(self) -> Iterator[Folder]:
        """Folders of buckets that it alone writes to."""
        return iter(())

    def upstream_images(self) -> Iterator[str]:
        """Images of its pods that others publish, as those call them. Default none: nothing of it runs in the cluster."""
        return iter(())

    def node_pools(self) -> Iterator[Reference]:
        """Node pools it names."""
        return iter(())

    def zones(self) -> Iterator[Reference]:
        """Zones of the cluster it names."""
        return iter(())

    def subnets(self) -> Iterator[Reference]:
        """Subnets in which it stands by an endpoint, which may not be delegated to a service."""
        return iter(())

    # Secrets and identities

    @property
    def credentials(self) -> str | None:
        """Secret with the login of its owner; none where nobody signs in by password."""
        return None

    @property
    def credentials_at(self) -> YamlPath:
        """Where `credentials` is written."""
        return (*self.path, "credentials")

    @property
    def login(self) -> Mapping[str, str | None]:
        """Keys of `credentials` to their values, None for one that is made up; what the cluster generates has them. Default
        none: nobody signs in by password."""
        return {}

    @property
    def authority(self) -> SecretKey | None:
        """Certificate of the authority that callers trust; none where it is one that everybody trusts, or speaks no TLS."""
        return None

    def secret_readers(self) -> Mapping[str, tuple[str, ...]]:
        """Secret to the workloads of the store that read it."""
        return {}

    def watched_secrets(self) -> Mapping[str, Mapping[str, str]]:
        """Secret to the labels by which whoever reads it for the store notices that its value has changed."""
        return {}

    def bucket_access(self) -> Iterator[BucketAccess]:
        """Who of its pods touches which bucket."""
        return iter(())

    # How it is reached

    @property
    def service_names(self) -> frozenset[str]:
        """Names of Services that belong to it, its own name among them."""
        return frozenset({self.name})

    def listens(self) -> Mapping[str, int]:
        """Ports of its pods in the cluster, by what is said of them."""
        return {}

    def url(self, database: str = "") -> str | None:
        """Its URL without credentials; none for what has none. `database` is one of `logical_databases`."""
        return None

    def addresses(self) -> list[tuple[str, int]]:
        """Hosts and ports at which callers ask it; by default what its URL says."""
        url = urlsplit(self.url() or "")
        return [(url.hostname, url.port)] if url.hostname and url.port else []

    def egress(self) -> Json | None:
        """What a caller's network policy lets out; none for what no network leads to."""
        return None

    def handed(self, caller: str) -> Handed | None:
        """What pods of `caller` are given to sign in with; none where an address is enough.

        Args:
            caller: a service or a job on a schedule that calls it.
        """
        return None

    @property
    def is_waiting(self) -> bool:
        """Whether nobody asks for it until a failover."""
        return False

    def reachability(self) -> Reachability | None:
        """How a prober asks whether it answers; none for one that is measured where it runs."""
        return None

    def calls(self) -> Mapping[str, Sequence[str]]:
        """What its own pods call, by their `app` label: services, other stores, hosts outside. Default nothing."""
        return {}

    # Queues

    def queues(self) -> Mapping[str, str]:
        """Queues it declares: the key that `scaling.queues` names to the name at the broker."""
        return {}

    @property
    def holds_any_queue(self) -> bool:
        """Whether a list of any name may lie here whose length the autoscaler can ask for."""
        return False

    @property
    def evicts(self) -> bool:
        """Whether it throws entries away by itself when it is full, so that no queue may lie here. Default false."""
        return False

    def queue_trigger(self, queue: str, length: int) -> Json | None:
        """What the autoscaler watches; none where no queue lies here. It signs in where `asks_as_caller`."""
        return None

    @property
    def queue_login(self) -> Mapping[str, SecretKey]:
        """What the autoscaler signs in with, by its own words. Default nothing: whoever reaches it may ask."""
        return {}

    asks_as_caller: ClassVar[bool] = False
    """Whether the autoscaler asks for lengths as the identity of the service that it scales."""

    # What is rendered

    @abstractmethod
    def build(self, component: Component) -> None:
        """Emit its objects."""

    def build_backup(self, component: Component) -> None:
        """Emit what copies its data and proves the copies."""

    @property
    def has_backup_jobs(self) -> bool:
        """Whether `build_backup` emits anything."""
        return False

    def cluster_objects(self) -> Iterator[Json]:
        """Objects without a namespace that the cluster needs for it, such as a StorageClass; equal ones are made once."""
        return iter(())

    @property
    def private_zone(self) -> str | None:
        """Zone in which its private endpoint registers."""
        return None

    def shares(self, account: str) -> Mapping[str, str]:
        """File shares it needs in a storage account, with their size."""
        return {}

    @property
    def addons(self) -> frozenset[str]:
        """Add-ons of the cluster without which it does not run."""
        return frozenset()

    def add_on_values(self) -> Mapping[str, Callable[[Environment], Json]]:
        """Add-ons that it alone knows to the values of their charts, by the environment that has the cluster."""
        return {}

    # What it takes and how it is watched

    def demand(self) -> Demand | None:
        """Pods it runs in the cluster; none for a rented one."""
        return None

    def demands(self) -> Iterator[Demand]:
        """All pods it runs in the cluster; by default those of `demand` alone."""
        found = self.demand()
        if found is not None:
            yield found

    def alerts(self) -> Iterator[Alert]:
        """What is watched from inside the cluster; what only the cloud can measure is its own alert there."""
        return iter(())

    def panels(self) -> Iterator[Panel]:
        """Its row of the dashboard."""
        return iter(())

    # What people read, and what workflows do

    @abstractmethod
    def pages(self) -> StorePages[Any]:
        """What the documents say of it."""

    def pipelines(self) -> StorePipelines:
        """What the workflows know of it."""
        from groundplan.stores.pipelines import StorePipelines

        return StorePipelines()


AnyStore = Store[Any, Any]

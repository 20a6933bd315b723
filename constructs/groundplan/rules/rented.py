"""What Azure demands of the stores and brokers it runs, and what progressive releases and queues demand of services."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.data import RENTED, Files, Postgres, Redis
from groundplan.model.environment import Environment
from groundplan.model.values import quantity, whole_seconds
from groundplan.platforms.azure.chapter import AzurePostgres, AzureRedis
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem, unknown
from groundplan.yaml.marked import YamlPath

DAY = 86_400
GIB = 2**30
MOST_REPLICAS = 5
BACKUP_DAYS = (7, 35)
VERSIONS = range(13, 17)
SERVER_STORAGE = (32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384)
"""Disks of a Flexible Server in GiB; it takes no other size."""

FAMILIES = {"Burstable": "Standard_B", "GeneralPurpose": "Standard_D", "MemoryOptimized": "Standard_E"}
"""Tier to how the names of its sizes begin."""

QUEUE_GIB = {"Standard": (1, 2, 3, 4, 5), "Premium": (1, 2, 3, 4, 5, 10, 20, 40, 80)}
SMALLEST_PREMIUM = 100 * GIB
"""Bytes a premium file share has at least. See https://learn.microsoft.com/azure/storage/files/understanding-billing ."""

DELEGATION = "Microsoft.DBforPostgreSQL/flexibleServers"


def flexible_servers(environment: Environment) -> Iterator[Problem]:
    """A Flexible Server is of a size and kind that is sold, and its copies are where they help."""
    for name, store in environment.data.items():
        if isinstance(store, Postgres) and store.engine == "azure-flexible-server":
            settings = store.azure or AzurePostgres()
            path: YamlPath = ("data", name, "azure")
            yield from _server_size(("data", name), store, settings)
            yield from _server_copies(environment, path, settings)
            yield from _server_subnet(environment, path, settings)


def _server_size(path: YamlPath, store: Postgres, settings: AzurePostgres) -> Iterator[Problem]:
    if store.version not in VERSIONS:
        what = f"{store.version} is not offered as a Flexible Server"
        yield (*path, "version"), "server-version", what, f"write {VERSIONS[0]} to {VERSIONS[-1]}"
    if quantity(store.storage) / GIB not in SERVER_STORAGE:
        sizes = ", ".join(f"{size}Gi" for size in SERVER_STORAGE)
        yield (
            (*path, "storage"),
            "server-storage",
            f"{store.storage} is not the size of a disk",
            f"write one of {sizes}",
        )
    if not settings.sku.startswith(FAMILIES[settings.tier]):
        what = f"`{settings.sku}` is not a size of the tier {settings.tier}"
        advice = f"write one that begins with {FAMILIES[settings.tier]}"
        yield (*path, "azure", "sku"), "server-size", what, advice
    if store.backup is not None:
        low, high = BACKUP_DAYS
        if not low <= whole_seconds(store.backup.keep) / DAY <= high:
            what = f"{store.backup.keep} is not what a Flexible Server keeps"
            yield (*path, "backup", "keep"), "server-backup", what, f"write {low}d to {high}d"
    if settings.tier == "Burstable":
        for field, used in (
            ("high_availability", settings.high_availability != "none"),
            ("pooler", settings.pooler),
            ("read_replicas", bool(settings.read_replicas)),
        ):
            if used:
                what = "is not offered in the tier Burstable"
                yield (*path, "azure", field), "burstable", what, "remove it, or write `tier: GeneralPurpose`"


def _server_copies(environment: Environment, path: YamlPath, settings: AzurePostgres) -> Iterator[Problem]:
    if len(settings.read_replicas) > MOST_REPLICAS:
        what = f"{len(settings.read_replicas)} replicas are more than a server may have"
        yield (*path, "read_replicas"), "too-many-replicas", what, f"write at most {MOST_REPLICAS}"
    for name, replica in settings.read_replicas.items():
        if not replica.sku.startswith(FAMILIES[settings.tier]):
            what = f"`{replica.sku}` is not a size of the tier {settings.tier}"
            advice = f"write one that begins with {FAMILIES[settings.tier]}"
            yield (*path, "read_replicas", name, "sku"), "server-size", what, advice
        if replica.region not in (None, environment.region) and settings.access == "delegated-subnet":
            what = f"{replica.region} cannot hold a copy in a subnet of {environment.region}"
            advice = "remove it, or write `access: private-endpoint`"
            yield (*path, "read_replicas", name, "region"), "replica-elsewhere", what, advice
    zones = environment.zones
    if zones and settings.zone not in zones:
        yield (
            (*path, "zone"), "missing-zone", f"`{settings.zone}` is not a zone of the cluster",
            f"write one of {', '.join(zones)}",
        )  # fmt: skip
    if settings.high_availability != "zone-redundant":
        return
    if settings.zone == settings.standby_zone:
        what = f"{settings.standby_zone} is the primary's zone too"
        yield (*path, "standby_zone"), "same-zone", what, "name another zone"
    if not zones:
        what = f"is zone-redundant, but {environment.region} has no zones"
        yield (*path, "high_availability"), "no-zones", what, "write same-zone or none"


def _server_subnet(environment: Environment, path: YamlPath, settings: AzurePostgres) -> Iterator[Problem]:
    network = environment.platform.azure.network if environment.platform.azure is not None else None
    subnets = network.subnets if network is not None else {}
    if settings.access != "delegated-subnet":
        return
    if settings.subnet not in subnets:
        yield unknown((*path, "subnet"), "missing-subnet", "subnet", settings.subnet, subnets)
    elif subnets[settings.subnet].delegation != DELEGATION:
        what = f"`{settings.subnet}` is not delegated to PostgreSQL"
        advice = f"write `delegation: {DELEGATION}` at the subnet"
        yield (*path, "subnet"), "subnet-without-delegation", what, advice


def caches(environment: Environment) -> Iterator[Problem]:
    """What only the Premium tier of an Azure Cache for Redis offers, and what persistence needs and excludes."""
    for name, store in environment.data.items():
        if not isinstance(store, Redis) or store.engine != "azure-cache":
            continue
        settings = store.azure or AzureRedis()
        path: YamlPath = ("data", name, "azure")
        if settings.tier != "Premium":
            for field, used in (
                ("persistence", settings.persistence != "none"),
                ("zones", bool(settings.zones)),
                ("shards", settings.shards is not None),
                ("geo_replica_of", settings.geo_replica_of is not None),
                ("maintenance", settings.maintenance is not None),
            ):
                if used:
                    what = f"is not offered in the tier {settings.tier}"
                    yield (*path, field), "premium-only", what, "remove it, or write `tier: Premium`"
        elif not 1 <= settings.capacity <= 5:
            yield (*path, "capacity"), "cache-size", f"P{settings.capacity} is not sold", "write 1 to 5"
        yield from _persistence(environment, path, settings)
        for index, zone in enumerate(settings.zones):
            if zone not in environment.zones:
                what = f"`{zone}` is not a zone of the cluster"
                advice = f"write one of {', '.join(environment.zones)}" if environment.zones else "remove it"
                yield (*path, "zones", index), "missing-zone", what, advice


def _persistence(environment: Environment, path: YamlPath, settings: AzureRedis) -> Iterator[Problem]:
    if settings.persistence == "none":
        return
    if settings.geo_replica_of is not None:
        what = f"is {settings.persistence}, which geo-replication excludes"
        yield (*path, "persistence"), "persistent-replica", what, "write none, or remove geo_replica_of"
    storage = environment.platform.azure.storage if environment.platform.azure is not None else {}
    if settings.storage is None:
        what = f"is {settings.persistence}, but no storage account is named to write to"
        yield (
            (*path, "persistence"),
            "persistence-without-storage",
            what,
            "write storage: <account of platform.azure.storage>",
        )
    elif settings.storage not in storage:
        yield unknown((*path, "storage"), "missing-storage", "storage account", settings.storage, storage)


def shares(environment: Environment) -> Iterator[Problem]:
    """A share lies in a storage account of this environment, and a premium one has at least 100 GiB."""
    accounts = environment.platform.azure.storage if environment.platform.azure is not None else {}
    for name, store in environment.data.items():
        if not isinstance(store, Files) or store.azure is None:
            continue
        account = store.azure.account
        if environment.platform.azure is None:
            advice = "write storage_class, the name of a class that offers ReadWriteMany"
            yield (
                ("data", name, "azure"),
                "share-elsewhere",
                "is a share of Azure in another provider's cluster",
                advice,
            )
        elif account not in accounts:
            yield unknown(("data", name, "azure", "account"), "missing-storage", "storage account", account, accounts)
        elif accounts[account].sku.startswith("Premium") and quantity(store.size) < SMALLEST_PREMIUM:
            what = f"{store.size} is less than the 100Gi of the smallest premium share"
            yield ("data", name, "size"), "share-too-small", what, "write 100Gi or more, or choose a Standard account"


def brokers(environment: Environment) -> Iterator[Problem]:
    """A broker is reached by its private endpoint, which needs Premium, and its parts add up."""
    for name, bus in environment.messaging.items():
        path: YamlPath = ("messaging", name)
        if bus.tier != "Premium":
            what = f"`{bus.tier}` has no private endpoint, and the broker is reached by nothing else"
            yield (*path, "tier"), "endpoint-without-premium", what, "write Premium"
        elif bus.units % bus.partitions:
            what = f"{bus.partitions} partitions do not divide {bus.units} units"
            yield (*path, "partitions"), "partitions-and-units", what, "write units as a multiple of partitions"
        for kind, entities in (("queues", bus.queues), ("topics", bus.topics)):
            for entity, settings in entities.items():
                if quantity(settings.max_size) / GIB not in QUEUE_GIB[bus.tier]:
                    sizes = ", ".join(f"{size}Gi" for size in QUEUE_GIB[bus.tier])
                    what = f"{settings.max_size} is not a size of the tier {bus.tier}"
                    yield (*path, kind, entity, "max_size"), "queue-size", what, f"write one of {sizes}"


def queues(environment: Environment) -> Iterator[Problem]:
    """Whoever scales by a queue names one that exists, and may look at it."""
    brokered = {queue for bus in environment.messaging.values() for queue in bus.queues}
    for name, service in environment.services.items():
        if service.scaling is None:
            continue
        held = any(_holds_queues(environment, callee) for callee in service.calls)
        for queue in service.scaling.queues:
            path: YamlPath = ("services", name, "scaling", "queues", queue)
            if queue in brokered and service.identity is None:
                what = f"`{queue}` is asked for its length as the service's identity, and {name} has none"
                yield path, "queue-without-identity", what, f"write services.{name}.identity"
            elif queue not in brokered and not held:
                yield unknown(path, "missing-queue", "queue", queue, brokered)


def _holds_queues(environment: Environment, callee: str) -> bool:
    """Whether lists of any name may lie there; KEDA cannot sign in to a rented cache."""
    store = environment.data.get(callee)
    return isinstance(store, Redis) and store.engine == "statefulset"


def archives(environment: Environment) -> Iterator[Problem]:
    """A database in a cluster of Azure writes its archive as an identity that may."""
    if environment.platform.azure is None:
        return
    identities = environment.platform.azure.identities if environment.platform.azure is not None else {}
    for name, store in environment.data.items():
        if not isinstance(store, Postgres) or store.backup is None:
            continue
        chosen = store.backup.identity
        path: YamlPath = ("data", name, "backup", "identity")
        if chosen is not None and chosen not in identities:
            yield unknown(path, "missing-identity", "identity", chosen, identities)
        elif chosen is not None and "blob-write" not in identities[chosen].roles:
            advice = f"add blob-write to the roles of platform.azure.identities.{chosen}"
            yield path, "identity-without-role", f"`{chosen}` may not write blobs", advice
        elif chosen is None and store.engine == "cloudnative-pg":
            what = "archives as nobody, and a storage account lets only identities in"
            yield (
                ("data", name, "backup"),
                "archive-without-identity",
                what,
                "write identity: <one of platform.azure.identities>",
            )
        elif chosen is None and store.backup.dump_schedule is not None:
            advice = "write identity: <one of platform.azure.identities>"
            yield ("data", name, "backup", "dump_schedule"), "dump-without-identity", "has nobody to upload as", advice
        if store.backup.restore_test is not None:
            what = "fetches dumps from a bucket, and on Azure they lie in a container"
            yield ("data", name, "backup", "restore_test"), "restore-test-elsewhere", what, "remove it"


def releases(environment: Environment) -> Iterator[Problem]:
    """Steps are measured by requests, so there must be a port; who is told must exist."""
    for name, service in environment.services.items():
        if service.is_progressive and service.port is None:
            what = f"is {service.rollout}, but there is no port to send requests to"
            yield ("services", name, "rollout"), "rollout-without-port", what, "write rolling, or give it a port"
    receivers = environment.observability.receivers
    for index, name in enumerate(environment.rollouts.notify):
        if name not in receivers:
            yield unknown(("rollouts", "notify", index), "missing-receiver", "receiver", name, receivers)


def rented_elsewhere(environment: Environment) -> Iterator[Problem]:
    """What a platform runs can be rented there alone; the name of its engine begins with the platform's."""
    for name, store in environment.data.items():
        if store.engine in RENTED and not store.engine.startswith(f"{environment.platform_name}-"):
            what = f"`{store.engine}` cannot be rented on {environment.platform_name}"
            yield ("data", name, "engine"), "rented-elsewhere", what, "choose an engine that runs in the cluster"
    for name, broker in environment.messaging.items():
        if broker.type not in platform_of(environment).brokers:
            what = f"is a broker of type {broker.type}, which {environment.platform_name} does not have"
            yield ("messaging", name), "rented-elsewhere", what, "remove it"


RENTED_RULES = (flexible_servers, caches, shares, brokers, queues, archives, releases, rented_elsewhere)

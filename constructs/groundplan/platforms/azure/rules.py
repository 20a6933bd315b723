"""What Azure demands of the environment: addresses that do not overlap, names it accepts, parts that fit each other."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from groundplan.model.data import Postgres, Redis
from groundplan.model.environment import Environment
from groundplan.platforms.azure.chapter import AzurePostgres, AzureRedis
from groundplan.platforms.azure.naming import AzureKind, azure_name, name_problem, store_purpose
from groundplan.rules.problem import Problem, unknown
from groundplan.yaml.marked import YamlPath

Block = ipaddress.IPv4Network | ipaddress.IPv6Network

SUBSCRIPTION = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
POOL_NAME = re.compile(r"^[a-z][a-z0-9]{0,11}$")
SUBNET_NAME = re.compile(r"^[a-z][a-z0-9-]*$")
"""A word that can only be the name of a subnet: service tags begin with a capital."""

ZONES = ("1", "2", "3")
RESERVED_FIRST = 4
"""Addresses at the start of every subnet that Azure keeps for itself; the last one is the broadcast address."""


def is_azure(environment: Environment) -> bool:
    """Whether Azure runs the cluster and the chapter that describes it is there."""
    return environment.cluster.provider == "azure" and environment.azure is not None


def chapters(environment: Environment) -> Iterator[Problem]:
    """Azure needs its chapter and a subscription, and is needed by what only Azure runs."""
    if environment.cluster.provider != "azure":
        yield from _rented_elsewhere(environment)
        return
    if environment.azure is None:
        what = "is azure, but there is no azure chapter"
        yield ("cluster", "provider"), "azure-without-chapter", what, "write `azure: {tenant: <tenant id>}`"
    if environment.cloud is None:
        what = "is azure, but no subscription is named"
        yield ("cluster", "provider"), "azure-without-account", what, "write `cloud: {account: <subscription id>}`"
    elif not SUBSCRIPTION.match(environment.cloud.account):
        what = f"`{environment.cloud.account}` is not an Azure subscription"
        yield ("cloud", "account"), "not-a-subscription", what, "write its UUID"
    if environment.role != "whole":
        what = f"is {environment.role}, but resources of Azure are rendered for whole environments only"
        yield ("role",), "azure-role", what, "write `role: whole`, or leave it out"
    for index, zone in enumerate(environment.cluster.zones):
        if zone not in ZONES:
            path: YamlPath = ("cluster", "zones", index)
            yield path, "zone-elsewhere", f"`{zone}` is not a zone of Azure", f"write one of {', '.join(ZONES)}"


def _rented_elsewhere(environment: Environment) -> Iterator[Problem]:
    provider = environment.cluster.provider
    for name, store in environment.data.items():
        if store.engine in ("azure-flexible-server", "azure-cache"):
            what = f"`{store.engine}` cannot be rented where the provider is {provider}"
            yield ("data", name, "engine"), "rented-elsewhere", what, "choose an engine that runs in the cluster"
    for name in environment.messaging:
        what = f"is a broker of Azure, and the provider is {provider}"
        yield ("messaging", name), "rented-elsewhere", what, "remove it, or write `cluster.provider: azure`"


def network_blocks(environment: Environment) -> Iterator[Problem]:
    """Subnets lie in the network and apart; Services and pods have addresses of their own."""
    if not is_azure(environment) or environment.azure is None or environment.azure.network is None:
        return
    whole = ipaddress.ip_network(environment.azure.network.cidr)
    seen: list[tuple[str, Block]] = []
    for name, subnet in environment.azure.network.subnets.items():
        path: YamlPath = ("azure", "network", "subnets", name, "cidr")
        block = ipaddress.ip_network(subnet.cidr)
        if block.version != whole.version or not block.subnet_of(whole):  # type: ignore[arg-type]  # same version by now
            yield path, "subnet-outside-network", f"{block} is not inside {whole}", f"write a block of {whole}"
        for other, taken in seen:
            if block.overlaps(taken):
                yield path, "subnets-overlap", f"{block} overlaps {taken} of {other}", "choose a free block"
        seen.append((name, block))
    settings = environment.azure.cluster
    taken_by: list[tuple[str, Block]] = [("azure.network", whole)]
    inner = [("service_cidr", settings.service_cidr)]
    if settings.network_mode == "overlay":
        inner.append(("pod_cidr", settings.pod_cidr))
    for field, text in inner:
        block = ipaddress.ip_network(text)
        for other, taken in taken_by:
            if block.overlaps(taken):
                what = f"{block} overlaps {taken} of {other}"
                yield ("azure", "cluster", field), "inner-block-overlaps", what, "choose a free block"
        taken_by.append((f"azure.cluster.{field}", block))


def subnet_names(environment: Environment) -> Iterator[Problem]:
    """Whoever stands in a subnet names one that exists, and only databases stand in a delegated one."""
    if not is_azure(environment) or environment.azure is None:
        return
    subnets = environment.azure.network.subnets if environment.azure.network is not None else {}
    for path, name in _used_subnets(environment):
        if name not in subnets:
            yield unknown(path, "missing-subnet", "subnet", name, subnets)
        elif subnets[name].delegation is not None:
            what = f"`{name}` is delegated to {subnets[name].delegation}, which admits nothing else"
            yield path, "delegated-elsewhere", what, "name another subnet, or remove its delegation"
    for name, subnet in subnets.items():
        priorities: dict[tuple[str, int], str] = {}
        for rule_name, rule in subnet.rules.items():
            at: YamlPath = ("azure", "network", "subnets", name, "rules", rule_name)
            for side, place in (("source", rule.source), ("destination", rule.destination)):
                if SUBNET_NAME.match(place) and place not in subnets:
                    yield unknown((*at, side), "missing-subnet", "subnet", place, subnets)
            key = (rule.direction, rule.priority)
            if key in priorities:
                what = f"{rule.priority} is also the {rule.direction} priority of {priorities[key]}"
                yield (*at, "priority"), "same-priority", what, "choose another number"
            priorities.setdefault(key, rule_name)


def _used_subnets(environment: Environment) -> Iterator[tuple[YamlPath, str]]:
    """Where the environment says in which subnet something stands that may not stand in a delegated one."""
    azure = environment.azure
    if azure is None:
        return
    yield ("azure", "cluster", "subnet"), azure.cluster.subnet
    if azure.vault is not None and azure.vault.subnet is not None:
        yield ("azure", "vault", "subnet"), azure.vault.subnet
    if environment.edge is not None and environment.edge.gateway is not None:
        yield ("edge", "gateway", "subnet"), environment.edge.gateway.subnet
    for name, bus in environment.messaging.items():
        yield ("messaging", name, "subnet"), bus.subnet
    for name, store in environment.data.items():
        if isinstance(store, Redis) and store.engine == "azure-cache":
            yield ("data", name, "azure", "subnet"), (store.azure or AzureRedis()).subnet
        if isinstance(store, Postgres) and store.engine == "azure-flexible-server":
            settings = store.azure or AzurePostgres()
            if settings.access == "private-endpoint":
                yield ("data", name, "azure", "subnet"), settings.subnet


def names(environment: Environment) -> Iterator[Problem]:
    """Every name that follows from the convention is one Azure accepts."""
    if not is_azure(environment) or environment.azure is None:
        return
    for path, kind, purpose in _named(environment):
        problem = name_problem(azure_name(environment, kind, purpose), kind)
        if problem is not None:
            what = f"gives a {kind.name.lower().replace('_', ' ')} a name Azure refuses: {problem}"
            yield path, "azure-name", what, "shorten or change the names in azure.naming"
    for name in environment.cluster.node_pools:
        if not POOL_NAME.match(name):
            what = f"`{name}` is not a name AKS takes"
            advice = "use at most 12 lower-case letters and digits, a letter first"
            yield ("cluster", "node_pools", name), "pool-name", what, advice


def _named(environment: Environment) -> Iterator[tuple[YamlPath, AzureKind, str]]:
    """Kind and purpose of every resource named by the convention, with the line that decides it."""
    azure = environment.azure
    if azure is None:
        return
    naming: YamlPath = ("azure", "naming")
    kinds = [AzureKind.RESOURCE_GROUP, AzureKind.CLUSTER, AzureKind.REGISTRY]
    kinds += [AzureKind.VIRTUAL_NETWORK] if azure.network is not None else []
    kinds += [AzureKind.KEY_VAULT] if azure.vault is not None else []
    kinds += [AzureKind.LOG_WORKSPACE] if azure.monitor is not None else []
    yield from ((naming, kind, "") for kind in kinds)
    for name in azure.network.subnets if azure.network is not None else ():
        yield ("azure", "network", "subnets", name), AzureKind.SUBNET, name
    for name in azure.storage:
        yield ("azure", "storage", name), AzureKind.STORAGE_ACCOUNT, "" if name == "main" else name
    for name, identity in azure.identities.items():
        if identity.azure_name is None:
            yield ("azure", "identities", name), AzureKind.IDENTITY, name
    for name, bus in environment.messaging.items():
        if bus.azure_name is None:
            purpose = name if len(environment.messaging) > 1 else ""
            yield ("messaging", name), AzureKind.SERVICE_BUS, purpose
    kinds_of = {"azure-flexible-server": AzureKind.POSTGRES, "azure-cache": AzureKind.REDIS}
    for name, store in environment.data.items():
        if store.engine in kinds_of:
            yield ("data", name), kinds_of[store.engine], store_purpose(environment, name)


def node_pools(environment: Environment) -> Iterator[Problem]:
    """Spot capacity is for pools that may vanish: neither production's nor the cluster's own."""
    if not is_azure(environment) or environment.azure is None:
        return
    pools = environment.cluster.node_pools
    if not pools:
        yield ("cluster", "node_pools"), "no-node-pool", "has no pool for the cluster's own pods", "add one"
        return
    system = "system" if "system" in pools else next(iter(pools))
    for index, name in enumerate(environment.azure.cluster.spot_pools):
        path: YamlPath = ("azure", "cluster", "spot_pools", index)
        if name not in pools:
            yield unknown(path, "missing-node-pool", "node pool", name, pools)
        elif environment.stage == "production":
            what = f"`{name}` is a pool of production, which spot capacity may leave at any time"
            yield path, "spot-in-production", what, "remove it, or write another stage"
        elif name == system:
            yield path, "spot-system-pool", f"`{name}` carries the cluster's own pods", "name another pool"


def edge_parts(environment: Environment) -> Iterator[Problem]:
    """A gateway stands in its subnet, serves a certificate of the vault, and is there where something needs it."""
    edge, ingress = environment.edge, environment.ingress
    gateway = edge.gateway if edge is not None else None
    provider = environment.cluster.provider
    if ingress is not None and ingress.type == "application-gateway" and gateway is None:
        what = "is application-gateway, but edge.gateway describes none"
        yield ("ingress", "type"), "ingress-without-gateway", what, "write edge.gateway, or choose nginx"
    if ingress is not None and ingress.type == "alb" and provider == "azure":
        what = "is alb, a load balancer of AWS"
        yield ("ingress", "type"), "ingress-elsewhere", what, "write application-gateway or nginx"
    if edge is not None and edge.front_door is not None and gateway is None:
        what = "leads to a gateway that edge.gateway does not describe"
        yield ("edge", "front_door"), "door-without-gateway", what, "write edge.gateway too"
    if gateway is None or not is_azure(environment) or environment.azure is None:
        return
    if gateway.max < gateway.min:
        path: YamlPath = ("edge", "gateway", "max")
        yield path, "gateway-bounds", f"{gateway.max} is less than min {gateway.min}", f"write {gateway.min} or more"
    vault = environment.azure.vault
    if vault is None:
        what = "fetches its certificate from a vault, but azure.vault describes none"
        yield ("edge", "gateway"), "gateway-without-vault", what, "write azure.vault"
    elif gateway.certificate not in vault.certificates:
        path = ("edge", "gateway", "certificate")
        yield unknown(path, "missing-certificate", "certificate", gateway.certificate, vault.certificates)
    network = environment.azure.network
    if gateway.private_ip is None or network is None or gateway.subnet not in network.subnets:
        return
    block = network.subnets[gateway.subnet].cidr
    if not _usable(gateway.private_ip, ipaddress.ip_network(block)):
        what = f"`{gateway.private_ip}` is not a free address of {block}"
        advice = "write one inside it, beyond the four Azure keeps"
        yield ("edge", "gateway", "private_ip"), "address-outside-subnet", what, advice


def _usable(text: str, block: Block) -> bool:
    """Whether something of ours may have the address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if address not in block:
        return False
    return RESERVED_FIRST <= int(address) - int(block.network_address) < block.num_addresses - 1


AZURE_RULES = (chapters, network_blocks, subnet_names, names, node_pools, edge_parts)

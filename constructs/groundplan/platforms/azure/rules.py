"""What Azure demands of the environment: addresses that do not overlap, names it accepts, parts that fit each other."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Iterator

from groundplan.facts.capacity import SURGE_PERCENT
from groundplan.kubernetes.addresses import Block, block
from groundplan.model.environment import Environment
from groundplan.model.secrets import is_key_vault_name, remote_key
from groundplan.platforms.azure.chapter import Azure
from groundplan.platforms.azure.naming import AzureKind, azure_name, name_problem
from groundplan.platforms.azure.restated import RESTATED
from groundplan.rules.addresses import blocks_apart, subnets_fit
from groundplan.rules.problem import Problem, unknown
from groundplan.stores.registry import stores_of
from groundplan.yaml.marked import YamlPath

CHAPTER: YamlPath = ("platform", "azure")

OPERATOR = "azure-service-operator"
"""Add-on that makes Azure's resources."""

RESERVED = 5
"""Addresses of a subnet that Azure keeps."""

POOL_NAME = re.compile(r"^[a-z][a-z0-9]{0,11}$")
SUBNET_NAME = re.compile(r"^[a-z][a-z0-9-]*$")
"""A word that can only be the name of a subnet: service tags begin with a capital."""

ZONES = ("1", "2", "3")
RESERVED_FIRST = 4
"""Addresses at the start of every subnet that Azure keeps for itself; the last one is the broadcast address."""


def settings(environment: Environment) -> Azure:
    """The chapter; the rules here are asked of environments that have it."""
    assert environment.platform.azure is not None
    return environment.platform.azure


def place(environment: Environment) -> Iterator[Problem]:
    """Zones are Azure's, and an environment has its cluster to itself."""
    if environment.role != "whole":
        what = f"is {environment.role}, but resources of Azure are rendered for whole environments only"
        yield ("role",), "azure-role", what, "write `role: whole`, or leave it out"
    for index, zone in enumerate(environment.zones):
        if zone not in ZONES:
            path: YamlPath = (*CHAPTER, "zones", index)
            yield path, "zone-elsewhere", f"`{zone}` is not a zone of Azure", f"write one of {', '.join(ZONES)}"


def network_blocks(environment: Environment) -> Iterator[Problem]:
    """Subnets lie in the network and apart; Services and pods have addresses of their own."""
    network = settings(environment).network
    if network is None:
        return
    subnets = {name: subnet.cidr for name, subnet in network.subnets.items()}
    yield from subnets_fit((*CHAPTER, "network", "subnets"), network.cidr, subnets)
    cluster = settings(environment).cluster
    inner = {"service_cidr": cluster.service_cidr}
    if cluster.network_mode == "overlay":
        inner["pod_cidr"] = cluster.pod_cidr
    blocks: dict[YamlPath, tuple[str, str]] = {(*CHAPTER, "network", "cidr"): ("the network", network.cidr)}
    blocks |= {(*CHAPTER, "cluster", field): (field, cidr) for field, cidr in inner.items()}
    yield from blocks_apart(blocks, "inner-block-overlaps")


def subnet_names(environment: Environment) -> Iterator[Problem]:
    """Whoever stands in a subnet names one that exists, and only databases stand in a delegated one."""
    network = settings(environment).network
    subnets = network.subnets if network is not None else {}
    for path, name in _used_subnets(environment):
        if name not in subnets:
            yield unknown(path, "missing-subnet", "subnet", name, subnets)
        elif subnets[name].delegation is not None:
            what = f"`{name}` is delegated to {subnets[name].delegation}, which admits nothing else"
            yield path, "delegated-elsewhere", what, "name another subnet, or remove its delegation"
    for name, subnet in subnets.items():
        for rule_name, rule in subnet.rules.items():
            at: YamlPath = (*CHAPTER, "network", "subnets", name, "rules", rule_name)
            for side, place in (("source", rule.source), ("destination", rule.destination)):
                if SUBNET_NAME.match(place) and place not in subnets:
                    yield unknown((*at, side), "missing-subnet", "subnet", place, subnets)


def _used_subnets(environment: Environment) -> Iterator[tuple[YamlPath, str]]:
    """Where the environment says in which subnet something stands that may not stand in a delegated one."""
    azure = settings(environment)
    yield (*CHAPTER, "cluster", "subnet"), azure.cluster.subnet
    if azure.vault is not None and azure.vault.subnet is not None:
        yield (*CHAPTER, "vault", "subnet"), azure.vault.subnet
    if azure.edge.gateway is not None:
        yield (*CHAPTER, "edge", "gateway", "subnet"), azure.edge.gateway.subnet
    for store in stores_of(environment).values():
        yield from store.subnets()


def names(environment: Environment) -> Iterator[Problem]:
    """Every name that follows from the convention is one Azure accepts."""
    for path, kind, purpose in _named(environment):
        problem = name_problem(azure_name(environment, kind, purpose), kind)
        if problem is not None:
            what = f"gives a {kind.name.lower().replace('_', ' ')} a name Azure refuses: {problem}"
            yield path, "azure-name", what, "shorten or change the names in platform.azure.naming"
    for name in environment.cluster.node_pools:
        if not POOL_NAME.match(name):
            what = f"`{name}` is not a name AKS takes"
            advice = "use at most 12 lower-case letters and digits, a letter first"
            yield ("cluster", "node_pools", name), "pool-name", what, advice


def _named(environment: Environment) -> Iterator[tuple[YamlPath, AzureKind, str]]:
    """Kind and purpose of every resource named by the convention, with the line that decides it."""
    azure = settings(environment)
    naming: YamlPath = (*CHAPTER, "naming")
    kinds = [AzureKind.RESOURCE_GROUP, AzureKind.CLUSTER, AzureKind.REGISTRY]
    kinds += [AzureKind.VIRTUAL_NETWORK] if azure.network is not None else []
    kinds += [AzureKind.KEY_VAULT] if azure.vault is not None else []
    kinds += [AzureKind.LOG_WORKSPACE] if azure.monitor is not None else []
    yield from ((naming, kind, "") for kind in kinds)
    for name in azure.network.subnets if azure.network is not None else ():
        yield (*CHAPTER, "network", "subnets", name), AzureKind.SUBNET, name
    for name in azure.storage:
        yield (*CHAPTER, "storage", name), AzureKind.STORAGE_ACCOUNT, "" if name == "main" else name
    for name, identity in azure.identities.items():
        if identity.azure_name is None:
            yield (*CHAPTER, "identities", name), AzureKind.IDENTITY, name
    for name, store in stores_of(environment).items():
        if store.convention is not None:
            kind, purpose = store.convention
            yield ("data", name), kind, purpose


def node_pools(environment: Environment) -> Iterator[Problem]:
    """Spot capacity is for pools that may vanish: neither production's nor the cluster's own."""
    pools = environment.cluster.node_pools
    if not pools:
        yield ("cluster", "node_pools"), "no-node-pool", "has no pool for the cluster's own pods", "add one"
        return
    system = "system" if "system" in pools else next(iter(pools))
    for index, name in enumerate(settings(environment).cluster.spot_pools):
        path: YamlPath = (*CHAPTER, "cluster", "spot_pools", index)
        if name not in pools:
            yield unknown(path, "missing-node-pool", "node pool", name, pools)
        elif environment.stage == "production":
            what = f"`{name}` is a pool of production, which spot capacity may leave at any time"
            yield path, "spot-in-production", what, "remove it, or write another stage"
        elif name == system:
            yield path, "spot-system-pool", f"`{name}` carries the cluster's own pods", "name another pool"


def edge_parts(environment: Environment) -> Iterator[Problem]:
    """A gateway stands in its subnet, serves a certificate of the vault, and is there where something needs it."""
    edge, ingress = settings(environment).edge, environment.ingress
    gateway = edge.gateway
    if ingress is not None and ingress.type == "application-gateway" and gateway is None:
        what = "is application-gateway, but platform.azure.edge.gateway describes none"
        yield ("ingress", "type"), "ingress-without-gateway", what, "write platform.azure.edge.gateway, or choose nginx"
    if edge.front_door is not None and gateway is None:
        what = "leads to a gateway that edge.gateway does not describe"
        yield (*CHAPTER, "edge", "front_door"), "door-without-gateway", what, "write edge.gateway too"
    if gateway is None:
        return
    if gateway.max < gateway.min:
        path: YamlPath = (*CHAPTER, "edge", "gateway", "max")
        yield path, "gateway-bounds", f"{gateway.max} is less than min {gateway.min}", f"write {gateway.min} or more"
    vault = settings(environment).vault
    if vault is None:
        what = "fetches its certificate from a vault, but platform.azure.vault describes none"
        yield (*CHAPTER, "edge", "gateway"), "gateway-without-vault", what, "write platform.azure.vault"
    elif gateway.certificate not in vault.certificates:
        path = (*CHAPTER, "edge", "gateway", "certificate")
        yield unknown(path, "missing-certificate", "certificate", gateway.certificate, vault.certificates)
    network = settings(environment).network
    if gateway.private_ip is None or network is None or gateway.subnet not in network.subnets:
        return
    cidr = network.subnets[gateway.subnet].cidr
    if not _usable(gateway.private_ip, block(cidr)):
        what = f"`{gateway.private_ip}` is not a free address of {cidr}"
        advice = "write one inside it, beyond the four Azure keeps"
        yield (*CHAPTER, "edge", "gateway", "private_ip"), "address-outside-subnet", what, advice


def _usable(text: str, around: Block) -> bool:
    """Whether something of ours may have the address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if address not in around:
        return False
    return RESERVED_FIRST <= int(address) - int(around.network_address) < around.num_addresses - 1


def subnet_holds_the_nodes(environment: Environment) -> Iterator[Problem]:
    """Nodes take an address each, and in a flat network their pods take one each as well."""
    azure = settings(environment)
    if azure.network is None or not environment.has_cluster:
        return
    subnet = azure.network.subnets.get(azure.cluster.subnet)
    if subnet is None:
        return
    nodes = sum(
        pool.max + math.ceil(pool.max * SURGE_PERCENT / 100) for pool in environment.cluster.node_pools.values()
    )
    each = 1 + azure.cluster.pods_per_node if azure.cluster.network_mode == "flat" else 1
    room = block(subnet.cidr).num_addresses - RESERVED
    if nodes * each > room:
        prefix = 32 - (nodes * each + RESERVED - 1).bit_length()
        yield (
            (*CHAPTER, "network", "subnets", azure.cluster.subnet, "cidr"),
            "subnet-too-small",
            f"{subnet.cidr} has {room} addresses, but {nodes} nodes with an upgrade's take {nodes * each}",
            f"write a block of /{prefix} or larger, or write network_mode: overlay"
            if each > 1
            else f"write a block of /{prefix} or larger",
        )


def key_vault(environment: Environment) -> Iterator[Problem]:
    """There is a vault, and its keys have no folders."""
    azure = settings(environment)
    entries = environment.secrets.entries if environment.secrets is not None else {}
    fetched = any(source.keys for source in entries.values())
    if fetched and azure.vault is None and azure.foreign_vault is None:
        what = "has keys of a vault, and platform.azure describes none"
        yield ("secrets", "entries"), "keys-without-key-vault", what, "write platform.azure.vault or foreign_vault"
    for name, source in entries.items():
        for key, reference in source.keys.items():
            remote, _ = remote_key(reference)
            if not is_key_vault_name(remote):
                yield (
                    ("secrets", "entries", name, "keys", key),
                    "key-vault-name",
                    f"`{remote}` is not a name in Azure Key Vault",
                    "use letters, digits and - only",
                )


def controllers(environment: Environment) -> Iterator[Problem]:
    """Azure's operator, on whichever cluster it runs, is who its identity is for."""
    cluster = environment.cluster
    if cluster.controller_identity is not None and OPERATOR not in cluster.controllers:
        what = f"belongs to {OPERATOR}, which is not among the controllers"
        advice = "add it to cluster.controllers, or remove this"
        yield ("cluster", "controller_identity"), "idle-identity", what, advice


def restore_tests(environment: Environment) -> Iterator[Problem]:
    """What is in a container is not fetched again."""
    for access in (access for store in stores_of(environment).values() for access in store.bucket_access()):
        if access.actions == "read":
            what = "fetches dumps from a bucket, and on Azure they lie in a container"
            yield access.path, "restore-test-elsewhere", what, "remove it"


RULES = (
    place,
    network_blocks,
    subnet_names,
    names,
    node_pools,
    edge_parts,
    subnet_holds_the_nodes,
    key_vault,
    restore_tests,
    *RESTATED,
)
"""Each rule looks at one demand."""

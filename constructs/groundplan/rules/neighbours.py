"""What the environments of one system say about each other: addresses that do not overlap, copies that fit."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from groundplan.facts.capacity import pools_hold_their_pods
from groundplan.model.environment import Environment
from groundplan.rules.recovery import recovery_disagreements
from groundplan.yaml.marked import YamlPath


def disagreements_between(environment: Environment) -> Iterator[tuple[YamlPath, str, str, str]]:
    """Every contradiction between `environment` and those it refers to: path, rule, what is wrong, what to write."""
    yield from _peerings(environment)
    yield from _azure_peerings(environment)
    yield from _replicas(environment)
    yield from _buckets_of_tenants(environment)
    yield from recovery_disagreements(environment)
    yield from pools_hold_their_pods(environment)


def _peerings(environment: Environment) -> Iterator[tuple[YamlPath, str, str, str]]:
    network = environment.cloud.network if environment.cloud is not None else None
    if network is None:
        return
    for name, peer in network.peers.items():
        path: YamlPath = ("cloud", "network", "peers", name)
        other = environment.neighbour(peer.environment)
        theirs = other.network if other is not None else None
        if other is None or theirs is None:
            yield (
                (*path, "environment"), "peer-without-network", f"{peer.environment} has no network of its own",
                "name the environment that has the cluster",
            )  # fmt: skip
            continue
        if ipaddress.ip_network(network.cidr).overlaps(ipaddress.ip_network(theirs.cidr)):
            yield (
                (*path, "environment"), "networks-overlap",
                f"{theirs.cidr} of {peer.environment} overlaps {network.cidr}", "give one of them another address block",
            )  # fmt: skip
        back = [item for item in theirs.peers.values() if item.environment == environment.environment]
        if len(back) != 1 or back[0].request == peer.request:
            yield (
                path, "one-sided-peering", f"{peer.environment} does not take the other part",
                f"let one side write `request: true`, and declare {environment.environment} among its peers",
            )  # fmt: skip


def _azure_peerings(environment: Environment) -> Iterator[tuple[YamlPath, str, str, str]]:
    """Azure peers two networks only where both sides say so; neither knows addresses of the other twice."""
    network = environment.azure.network if environment.azure is not None else None
    for index, name in enumerate(network.peers if network is not None else ()):
        path: YamlPath = ("azure", "network", "peers", index)
        other = environment.neighbour(name)
        theirs = other.azure.network if other is not None and other.azure is not None else None
        if network is None or theirs is None:
            what = f"{name} has no network of its own"
            yield path, "peer-without-network", what, "describe azure.network there"
            continue
        if ipaddress.ip_network(network.cidr).overlaps(ipaddress.ip_network(theirs.cidr)):
            what = f"{theirs.cidr} of {name} overlaps {network.cidr}"
            yield path, "networks-overlap", what, "give one of them another address block"
        if environment.environment not in theirs.peers:
            what = f"{name} does not name {environment.environment} among its peers"
            yield path, "one-sided-peering", what, f"write azure.network.peers: [{environment.environment}] there"


def _replicas(environment: Environment) -> Iterator[tuple[YamlPath, str, str, str]]:
    """A copy in another region needs a bucket there that expects it; the recovery peer is where copies go."""
    peer = environment.peer_environment
    if environment.cloud is None or peer is None or not environment.has_workloads:
        return
    theirs = peer.cloud.buckets if peer.cloud is not None else {}
    for name, bucket in environment.cloud.buckets.items():
        path: YamlPath = ("cloud", "buckets", name)
        if name in theirs:
            what = f"is also a bucket of {peer.environment}, and no two accounts in the world may have one of that name"
            yield path, "bucket-twice", what, "give each environment's bucket its own name"
        for key, other, field in (
            ("replicate_to", bucket.replicate_to, "replica_of"),
            ("replica_of", bucket.replica_of, "replicate_to"),
        ):
            if other is not None and (other not in theirs or getattr(theirs[other], field) != name):
                yield (
                    (*path, key), "one-sided-replication", f"`{other}` of {peer.environment} says nothing of {name}",
                    f"declare `{other}: {{{field}: {name}}}` in {peer.environment}",
                )  # fmt: skip


def _buckets_of_tenants(environment: Environment) -> Iterator[tuple[YamlPath, str, str, str]]:
    """A bucket belongs to one tenant: two that render it would each undo what the other says."""
    owners: dict[str, str] = {}
    for tenant in environment.tenants:
        for name in tenant.cloud.buckets if tenant.cloud is not None else ():
            if name in owners:
                yield (
                    ("cloud", "buckets", name), "bucket-of-two-tenants",
                    f"`{name}` belongs to {owners[name]} and to {tenant.environment}",
                    f"write `{name}: null` in one of them, or give it a bucket of its own name",
                )  # fmt: skip
            owners.setdefault(name, tenant.environment)

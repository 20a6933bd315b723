"""What environments on AWS say about each other: addresses that do not overlap, copies that fit."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.platforms.aws.facts import network_of
from groundplan.platforms.aws.rules import CHAPTER
from groundplan.rules.addresses import networks_apart
from groundplan.rules.problem import Problem
from groundplan.yaml.marked import YamlPath


def peerings(environment: Environment) -> Iterator[Problem]:
    """One side asks, the other accepts, and their addresses are apart."""
    network = environment.platform.aws.network if environment.platform.aws is not None else None
    if network is None:
        return
    for name, peer in network.peers.items():
        path: YamlPath = (*CHAPTER, "network", "peers", name)
        other = environment.neighbour(peer.environment)
        theirs = network_of(other) if other is not None else None
        if other is None or theirs is None:
            yield (
                (*path, "environment"),
                "peer-without-network",
                f"{peer.environment} has no network of its own",
                "name the environment that has the cluster",
            )
            continue
        yield from networks_apart((*path, "environment"), network.cidr, peer.environment, theirs.cidr)
        back = [item for item in theirs.peers.values() if item.environment == environment.environment]
        if len(back) != 1 or back[0].request == peer.request:
            yield (
                path,
                "one-sided-peering",
                f"{peer.environment} does not take the other part",
                f"let one side write `request: true`, and declare {environment.environment} among its peers",
            )


def replicas(environment: Environment) -> Iterator[Problem]:
    """A copy in another region needs a bucket there that expects it; the recovery peer is where copies go."""
    peer = environment.peer_environment
    if environment.platform.aws is None or peer is None or not environment.has_workloads:
        return
    theirs = peer.platform.aws.buckets if peer.platform.aws is not None else {}
    for name, bucket in environment.platform.aws.buckets.items():
        path: YamlPath = (*CHAPTER, "buckets", name)
        if name in theirs:
            what = f"is also a bucket of {peer.environment}, and no two accounts in the world may have one of that name"
            yield path, "bucket-twice", what, "give each environment's bucket its own name"
        for key, other, field in (
            ("replicate_to", bucket.replicate_to, "replica_of"),
            ("replica_of", bucket.replica_of, "replicate_to"),
        ):
            if other is not None and (other not in theirs or getattr(theirs[other], field) != name):
                yield (
                    (*path, key),
                    "one-sided-replication",
                    f"`{other}` of {peer.environment} says nothing of {name}",
                    f"declare `{other}: {{{field}: {name}}}` in {peer.environment}",
                )


def buckets_of_tenants(environment: Environment) -> Iterator[Problem]:
    """A bucket belongs to one tenant: two that render it would each undo what the other says."""
    owners: dict[str, str] = {}
    for tenant in environment.tenants:
        for name in tenant.platform.aws.buckets if tenant.platform.aws is not None else ():
            if name in owners:
                yield (
                    (*CHAPTER, "buckets", name),
                    "bucket-of-two-tenants",
                    f"`{name}` belongs to {owners[name]} and to {tenant.environment}",
                    f"write `{name}: null` in one of them, or give it a bucket of its own name",
                )
            owners.setdefault(name, tenant.environment)


DISAGREEMENTS = (peerings, replicas, buckets_of_tenants)
"""Each rule looks at one agreement."""

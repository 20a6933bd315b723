"""What environments on Google Cloud say about each other: peered networks, buckets that one has and another uses."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.platforms.gcp.facts import network_of
from groundplan.platforms.gcp.rules import CHAPTER
from groundplan.rules.addresses import networks_apart
from groundplan.rules.problem import Problem
from groundplan.yaml.marked import YamlPath


def peerings(environment: Environment) -> Iterator[Problem]:
    """Packets flow where both sides say so; neither knows addresses of the other twice, those of pods included."""
    network = environment.platform.gcp.network if environment.platform.gcp is not None else None
    for index, name in enumerate(network.peers if network is not None else ()):
        path: YamlPath = (*CHAPTER, "network", "peers", index)
        other = environment.neighbour(name)
        theirs = network_of(other) if other is not None else None
        if network is None or theirs is None:
            what = f"{name} has no network of its own"
            yield path, "peer-without-network", what, "describe platform.gcp.network there"
            continue
        for own in (network.cidr, network.pods):
            for block in (theirs.cidr, theirs.pods):
                yield from networks_apart(path, own, name, block)
        if environment.environment not in theirs.peers:
            what = f"{name} does not name {environment.environment} among its peers"
            advice = f"write platform.gcp.network.peers: [{environment.environment}] there"
            yield path, "one-sided-peering", what, advice


def borrowed_buckets(environment: Environment) -> Iterator[Problem]:
    """A bucket that another environment has is one of that environment's own."""
    buckets = environment.platform.gcp.buckets if environment.platform.gcp is not None else {}
    for name, bucket in buckets.items():
        if bucket.of is None:
            continue
        other = environment.neighbour(bucket.of)
        theirs = other.platform.gcp.buckets if other is not None and other.platform.gcp is not None else {}
        if name not in theirs or theirs[name].of is not None:
            path: YamlPath = (*CHAPTER, "buckets", name, "of")
            yield path, "bucket-elsewhere", f"{bucket.of} has no bucket `{name}` of its own", "declare it there"


def buckets_twice(environment: Environment) -> Iterator[Problem]:
    """No two projects in the world have a bucket of one name, so no two environments of a system do."""
    buckets = environment.platform.gcp.buckets if environment.platform.gcp is not None else {}
    peer = environment.peer_environment
    others = [*environment.tenants, *([peer] if peer is not None else [])]
    for name, bucket in buckets.items():
        for other in others if bucket.of is None and environment.has_workloads else ():
            theirs = other.platform.gcp.buckets if other.platform.gcp is not None else {}
            if name in theirs and theirs[name].of is None:
                what = f"is also a bucket of {other.environment}, and no two projects have one of that name"
                advice = f"write `{name}: {{of: {environment.environment}}}` there, or another name"
                yield (*CHAPTER, "buckets", name), "bucket-twice", what, advice


DISAGREEMENTS = (peerings, borrowed_buckets, buckets_twice)
"""Each rule looks at one agreement."""

"""What environments on Azure say about each other: networks that are peered from both sides."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.platforms.azure.rules import CHAPTER
from groundplan.rules.addresses import networks_apart
from groundplan.rules.problem import Problem
from groundplan.yaml.marked import YamlPath


def peerings(environment: Environment) -> Iterator[Problem]:
    """Azure peers two networks only where both sides say so; neither knows addresses of the other twice."""
    network = environment.platform.azure.network if environment.platform.azure is not None else None
    for index, name in enumerate(network.peers if network is not None else ()):
        path: YamlPath = (*CHAPTER, "network", "peers", index)
        other = environment.neighbour(name)
        theirs = other.platform.azure.network if other is not None and other.platform.azure is not None else None
        if network is None or theirs is None:
            what = f"{name} has no network of its own"
            yield path, "peer-without-network", what, "describe platform.azure.network there"
            continue
        yield from networks_apart(path, network.cidr, name, theirs.cidr)
        if environment.environment not in theirs.peers:
            what = f"{name} does not name {environment.environment} among its peers"
            yield (
                path,
                "one-sided-peering",
                what,
                f"write platform.azure.network.peers: [{environment.environment}] there",
            )


DISAGREEMENTS = (peerings,)
"""Each rule looks at one agreement."""

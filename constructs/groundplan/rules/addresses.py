"""What every platform demands of the addresses in its chapter: parts of a network lie inside it and apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundplan.kubernetes.addresses import holds, overlap
from groundplan.rules.problem import Problem
from groundplan.yaml.marked import YamlPath


def subnets_fit(path: YamlPath, network: str, subnets: Mapping[str, str]) -> Iterator[Problem]:
    """Subnets, by name, lie in the network and apart; `path` leads to where they are written."""
    for name, cidr in subnets.items():
        if not holds(network, cidr):
            what, advice = f"{cidr} is not inside {network}", f"write a block of {network}"
            yield (*path, name, "cidr"), "subnet-outside-network", what, advice
    yield from blocks_apart({(*path, name, "cidr"): (name, cidr) for name, cidr in subnets.items()}, "subnets-overlap")


def blocks_apart(blocks: Mapping[YamlPath, tuple[str, str]], rule: str) -> Iterator[Problem]:
    """No block, a name and its addresses by where it is written, shares an address with one before it."""
    before: list[tuple[str, str]] = []
    for path, (name, cidr) in blocks.items():
        for other, taken in before:
            if overlap(cidr, taken):
                yield path, rule, f"{cidr} overlaps {taken} of {other}", "choose a free block"
        before.append((name, cidr))


def networks_apart(path: YamlPath, own: str, peer: str, theirs: str) -> Iterator[Problem]:
    """Networks that are peered know no address twice."""
    if overlap(own, theirs):
        what = f"{theirs} of {peer} overlaps {own}"
        yield path, "networks-overlap", what, "give one of them another address block"

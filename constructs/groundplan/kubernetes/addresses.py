"""Blocks of addresses as CIDR texts: whether two share an address, and whether one holds another.

IPv4 and IPv6 never meet. See https://www.rfc-editor.org/rfc/rfc4632 .
"""

from __future__ import annotations

import ipaddress
from functools import cache

Block = ipaddress.IPv4Network | ipaddress.IPv6Network


@cache
def block(cidr: str) -> Block:
    """The block that `cidr` writes.

    Raises:
        ValueError: where it writes none, or has bits behind its prefix.
    """
    return ipaddress.ip_network(cidr)


def overlap(one: str, other: str) -> bool:
    """Whether two blocks share an address."""
    return block(one).overlaps(block(other))


def holds(outer: str, inner: str) -> bool:
    """Whether every address of `inner` is one of `outer`."""
    within, around = block(inner), block(outer)
    return within.version == around.version and within.subnet_of(around)  # type: ignore[arg-type]  # same version by now

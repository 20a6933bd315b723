"""What the identity gate asks whoever knows a cloud's rights: `effect/identity.py` of a platform's or a store's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from groundplan.checks.identity.rights import Account, Grant, Holder, Need
from groundplan.checks.inventory import Object
from groundplan.errors import Finding

if TYPE_CHECKING:
    from groundplan.checks.identity.landscape import Landscape

HolderOf = Callable[[str, Account], Holder | None]
"""The identity that a ServiceAccount of a cluster is lent."""


class Cloud:
    """Identities, grants and needs of one cloud; the answers here are those of a cloud that has none.

    Args:
        land: the rendered tree.
    """

    def __init__(self, land: Landscape) -> None:
        self.land = land

    @property
    def lent(self) -> Mapping[tuple[str, Account], Holder]:
        """The identity of each ServiceAccount, by cluster. Default none."""
        return {}

    @property
    def lenders(self) -> Mapping[tuple[str, Account], Object]:
        """The object that lends each ServiceAccount its identity, by cluster. Default none."""
        return {}

    @property
    def members(self) -> Mapping[Holder, Sequence[Account]]:
        """ServiceAccounts that share an identity, where all of it comes to each. Default none."""
        return {}

    def places(self, item: Object) -> tuple[str, ...]:
        """The address of one of its resources and of everything it lies in. Default nowhere: it is not one of its own."""
        return ()

    def grants(self) -> Iterator[Grant]:
        """Every permission that somebody holds. Default none."""
        yield from ()

    def needs(self, holder_of: HolderOf) -> Iterator[Need]:
        """What its identities are needed for. Default nothing."""
        yield from ()

    def broken(self) -> Iterator[Finding]:
        """Gaps in the chain from a pod to its identity. Default none."""
        yield from ()

    def __len__(self) -> int:
        """How many links of such chains there are. Default none."""
        return 0

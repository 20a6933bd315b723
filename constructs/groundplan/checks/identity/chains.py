"""Everything that is known of rights in the clouds: grants, needs, and the chains from pods to what they are lent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from groundplan.checks.identity import needs
from groundplan.checks.identity.judge import Book
from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.identity.rights import Account, Holder
from groundplan.checks.inventory import Object
from groundplan.errors import Finding


@dataclass(frozen=True, eq=False)
class Rights:
    """Who may do what in the clouds, who has to, and what is broken between them."""

    land: Landscape
    """The tree they were read from."""

    book: Book
    """Grants and needs."""

    @cached_property
    def broken(self) -> tuple[Finding, ...]:
        """Gaps in the chains from pods to identities."""
        return tuple(chain.from_iterable(cloud.broken() for cloud in self.land.clouds))

    def lender(self, cluster: str, account: Account) -> Object | None:
        """The object that lends a ServiceAccount its identity; None where nothing does."""
        return next((item for cloud in self.land.clouds if (item := cloud.lenders.get((cluster, account)))), None)


def rights_of(land: Landscape) -> Rights:
    """Every right and every need of the tree, cloud by cloud and cluster by cluster."""
    lent = {place: holder for cloud in land.clouds for place, holder in cloud.lent.items()}

    def holder_of(cluster: str, account: Account) -> Holder | None:
        return lent.get((cluster, account))

    book = Book(
        chain.from_iterable(cloud.grants() for cloud in land.clouds),
        chain(
            *(cloud.needs(holder_of) for cloud in land.clouds),
            needs.called(land, holder_of),
            needs.counted(land, holder_of),
            needs.scripted(land, holder_of),
        ),
    )
    return Rights(land, book)

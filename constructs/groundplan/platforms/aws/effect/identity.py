"""IAM roles, as the identity gate asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from groundplan.checks.identity.cloud import Cloud, HolderOf
from groundplan.checks.identity.rights import Account, Grant, Holder, Need
from groundplan.checks.inventory import Object
from groundplan.errors import Finding
from groundplan.platforms.aws.effect import grants, needs, stores, trust


class AwsRights(Cloud):
    """Policies of roles, and the objects that hand a role to somebody."""

    @cached_property
    def _uses(self) -> list[grants.Use]:
        return list(grants.uses(self.land))

    @property
    def lent(self) -> Mapping[tuple[str, Account], Holder]:
        """The role of each ServiceAccount."""
        return {(use.cluster, use.account): use.holder for use in self._uses if use.account is not None}

    @property
    def lenders(self) -> Mapping[tuple[str, Account], Object]:
        """The object that hands a role to each ServiceAccount."""
        return {(use.cluster, use.account): use.item for use in self._uses if use.account is not None}

    def grants(self) -> Iterator[Grant]:
        """What policies of roles allow."""
        return grants.grants(self.land)

    def needs(self, holder_of: HolderOf) -> Iterator[Need]:
        """What roles are needed for."""
        return needs.needs(self.land, holder_of, self._uses)

    def broken(self) -> Iterator[Finding]:
        """Roles that do not trust whoever is to take them, or that are handed to pods which do not exist."""
        yield from grants.broken_uses(self.land, self._uses)
        yield from stores.untrusted(self.land, self._uses)
        yield from trust.too_far(self.land, self._uses)

    def __len__(self) -> int:
        return len(self._uses)


READER = AwsRights

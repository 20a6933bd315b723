"""IAM roles, as the identity gate asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from groundplan.checks.identity.cloud import Cloud, HolderOf
from groundplan.checks.identity.rights import Account, Grant, Holder, Need
from groundplan.errors import Finding
from groundplan.platforms.aws.effect import grants, needs


class AwsRights(Cloud):
    """Policies of roles, and the objects that hand a role to somebody."""

    @cached_property
    def _uses(self) -> list[grants.Use]:
        return list(grants.uses(self.land))

    @property
    def lent(self) -> Mapping[tuple[str, Account], Holder]:
        """The role of each ServiceAccount."""
        return {(use.cluster, use.account): use.holder for use in self._uses if use.account is not None}

    def grants(self) -> Iterator[Grant]:
        """What policies of roles allow."""
        return grants.grants(self.land)

    def needs(self, holder_of: HolderOf) -> Iterator[Need]:
        """What roles are needed for."""
        return needs.needs(self.land, holder_of, self._uses)

    def broken(self) -> Iterator[Finding]:
        """Objects that hand out a role which does not trust whoever is to take it, or pods that do not exist."""
        return grants.broken_uses(self.land, self._uses)

    def __len__(self) -> int:
        return len(self._uses)


READER = AwsRights

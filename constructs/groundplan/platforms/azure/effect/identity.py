"""Managed identities, as the identity gate asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from groundplan.checks.identity.cloud import Cloud, HolderOf
from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.identity.rights import Account, Grant, Holder, Need
from groundplan.checks.inventory import Object
from groundplan.errors import Finding
from groundplan.platforms.azure.effect import grants, needs
from groundplan.platforms.azure.effect.landscape import AzureLandscape
from groundplan.platforms.azure.effect.repeated import repeated
from groundplan.platforms.azure.effect.workflows import Workflows


class AzureRights(Cloud):
    """Role assignments, access policies and federations."""

    def __init__(self, land: Landscape) -> None:
        super().__init__(land)
        self._land = AzureLandscape(land.inventory, land.context, land.made_accounts)

    @cached_property
    def _federations(self) -> list[grants.Federation]:
        return list(grants.federations(self._land))

    @cached_property
    def _workflows(self) -> Workflows:
        return Workflows(self._land)

    @property
    def lent(self) -> Mapping[tuple[str, Account], Holder]:
        """The identity that lets each ServiceAccount in."""
        return {(item.cluster, item.account): item.holder for item in self._federations}

    @property
    def lenders(self) -> Mapping[tuple[str, Account], Object]:
        """The federation that lets each ServiceAccount in."""
        return {(item.cluster, item.account): item.item for item in self._federations}

    @property
    def members(self) -> Mapping[Holder, Sequence[Account]]:
        """Whom each identity lets in."""
        found: dict[Holder, list[Account]] = {}
        for item in self._federations:
            found.setdefault(item.holder, []).append(item.account)
        return found

    def places(self, item: Object) -> tuple[str, ...]:
        """The address of a resource and of what owns it."""
        return self._land.places(item)

    def grants(self) -> Iterator[Grant]:
        """What role assignments and access policies give."""
        return grants.grants(self._land)

    def needs(self, holder_of: HolderOf) -> Iterator[Need]:
        """What managed identities are needed for."""
        yield from needs.needs(self._land, holder_of)
        yield from self._workflows.needs()

    def broken(self) -> Iterator[Finding]:
        """Federations that no token fits, accounts and jobs without one, and clusters that nobody administers."""
        yield from grants.broken_federations(self._land)
        yield from grants.broken_accounts(self._land, self._federations)
        yield from grants.unadministered(self._land)
        yield from repeated(self._land)
        yield from self._workflows.broken()

    def __len__(self) -> int:
        return len(self._federations) + len(self._workflows)


READER = AzureRights

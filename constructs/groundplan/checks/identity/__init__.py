"""The identity gate: every right that something needs is granted, and every right that is granted is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain

from groundplan.checks.catalogue import catalogues
from groundplan.checks.exemptions import Exemptions
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.identity import azure_grants, azure_needs, iam_grants, iam_needs, needs
from groundplan.checks.identity.judge import Book, missing, shared, unused, wide
from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.identity.rights import Account, Grant, Holder
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, Inventory
from groundplan.checks.own_charts import all_provided
from groundplan.checks.provided import provided_by_platform
from groundplan.errors import EnvironmentFileError, Finding

FAMILY = "identity-"
"""What the rules of exemptions from this gate begin with."""

RULES = frozenset({"identity-shared", "identity-takes-over", "identity-unused"})
"""What somebody may be let off; a missing right nobody may."""


def run(inventory: Inventory, context: Context, *, today: date | None = None) -> Verdict:
    """Judge every right and every need, cloud by cloud and cluster by cluster."""
    try:
        land = landscape(inventory, context)
    except EnvironmentFileError as error:
        return Verdict(0, error.findings)
    known = list(azure_grants.federations(land))
    uses = list(iam_grants.uses(land))
    lent = {(item.cluster, item.account): item.holder for item in known} | dict(iam_needs.lent(uses))

    def holder_of(cluster: str, account: Account) -> Holder | None:
        return lent.get((cluster, account))

    book = Book(
        chain(azure_grants.grants(land), iam_grants.grants(land)),
        chain(
            azure_needs.needs(land, holder_of),
            iam_needs.needs(land, holder_of, uses),
            needs.called(land, holder_of),
            needs.counted(land, holder_of),
            needs.granted(land),
            needs.scripted(land, holder_of),
        ),
    )
    exemptions = Exemptions(context, RULES, family=FAMILY, today=today or date.today())
    findings = [
        *azure_grants.broken_federations(land),
        *azure_grants.broken_accounts(land, known),
        *iam_grants.broken_uses(land, uses),
        *missing(inventory, book),
        *_unless(exemptions, unused(inventory, book)),
        *_unless(exemptions, wide(inventory, book)),
        *_unless(exemptions, shared(inventory, book, _members(known))),
        *exemptions.findings(),
    ]
    return Verdict(len(book) + len(known) + len(uses), tuple(findings))


def landscape(inventory: Inventory, context: Context) -> Landscape:
    """The tree as rights see it.

    Raises:
        EnvironmentFileError: where what is taken on trust does not say what it should.
    """
    provided = all_provided(context)
    platforms = {scope: provided_by_platform(environment) for scope, environment in context.environments.items()}
    if context.management:
        platforms[MANAGEMENT_CLUSTER] = platforms[context.management[0]]
    known = catalogues(inventory, provided, platforms, context.facts_of)
    made = {
        cluster: frozenset((item.namespace, item.name) for item in catalogue.parts if item.kind == "ServiceAccount")
        for cluster, catalogue in known.items()
    }
    return Landscape(inventory, context, made)


def _members(known: Iterable[azure_grants.Federation]) -> Mapping[Holder, list[Account]]:
    found: dict[Holder, list[Account]] = {}
    for item in known:
        found.setdefault(item.holder, []).append(item.account)
    return found


def _unless(exemptions: Exemptions, found: Iterable[tuple[Grant, Finding]]) -> Iterator[Finding]:
    for grant, finding in found:
        if not exemptions.cover(finding.rule.replace(".", "-"), grant.item):
            yield finding


__all__ = ["run"]

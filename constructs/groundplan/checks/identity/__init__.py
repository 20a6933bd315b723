"""The identity gate: every right that something needs is granted, and every right that is granted is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from groundplan.checks.catalogue import catalogues
from groundplan.checks.effects import effects
from groundplan.checks.exemptions import Exemptions
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.identity import argo, powers
from groundplan.checks.identity.chains import rights_of
from groundplan.checks.identity.judge import missing, shared, unused, wide
from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.identity.rights import Grant
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.own_charts import all_provided, platform_makers
from groundplan.checks.today import today as current_day
from groundplan.errors import EnvironmentFileError, Finding

FAMILY = "identity-"
"""What the rules of exemptions from this gate begin with."""

RULES = frozenset({"identity-power", "identity-shared", "identity-takes-over", "identity-unused"})
"""What somebody may be let off; a missing right nobody may."""


def run(inventory: Inventory, context: Context, *, today: date | None = None) -> Verdict:
    """Judge every right and every need, cloud by cloud and cluster by cluster."""
    try:
        land = landscape(inventory, context)
    except EnvironmentFileError as error:
        return Verdict(0, error.findings)
    rights = rights_of(land)
    book = rights.book
    members = {holder: accounts for cloud in land.clouds for holder, accounts in cloud.members.items()}
    exemptions = Exemptions(context, RULES, family=FAMILY, today=today or current_day())
    findings = [
        *rights.broken,
        *missing(inventory, book),
        *_unless(exemptions, _at_grants(unused(inventory, book))),
        *_unless(exemptions, _at_grants(wide(inventory, book))),
        *_unless(exemptions, _at_grants(shared(inventory, book, members))),
        *powers.of_charts(land),
        *powers.idle_tokens(land),
        *_unless(exemptions, powers.of_bindings(land)),
        *argo.rights(land),
        *(finding for module in effects("roles") for finding in module.lacking(land)),
        *exemptions.findings(),
    ]
    links = sum(map(len, land.clouds))
    return Verdict(len(book) + links + argo.judged(land) + _bindings(land), tuple(findings))


def landscape(inventory: Inventory, context: Context) -> Landscape:
    """The tree as rights see it.

    Raises:
        EnvironmentFileError: where what is taken on trust does not say what it should.
    """
    provided = all_provided(context)
    known = catalogues(inventory, provided, platform_makers(context), context.facts_of)
    made = {
        cluster: frozenset((item.namespace, item.name) for item in catalogue.parts if item.kind == "ServiceAccount")
        for cluster, catalogue in known.items()
    }
    return Landscape(inventory, context, made)


def _at_grants(found: Iterable[tuple[Grant, Finding]]) -> Iterator[tuple[Object, Finding]]:
    return ((grant.item, finding) for grant, finding in found)


def _unless(exemptions: Exemptions, found: Iterable[tuple[Object, Finding]]) -> Iterator[Finding]:
    for item, finding in found:
        if not exemptions.cover(finding.rule.replace(".", "-"), item):
            yield finding


def _bindings(land: Landscape) -> int:
    """How many bindings of rights over the Kubernetes API are judged, those of charts included."""
    known = (land.context.facts_of(release.application) for release in land.inventory.releases)
    own = sum(len(land.of(powers.RBAC, kind)) for kind in ("ClusterRoleBinding", "RoleBinding"))
    return own + sum(len(item.bindings) for item in known if item is not None)

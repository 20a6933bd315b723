"""The gate: closed by what fails, by what has no teeth, and by a report that is not current."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from requirement_items import item, quota

from groundplan.checks.gate import Context
from groundplan.checks.inventory import read_inventory
from groundplan.requirements import gate
from groundplan.requirements.catalogue import LoadedCatalogue
from groundplan.requirements.judge import judge
from groundplan.requirements.report import report, write_report
from groundplan.requirements.tree import Tree

Write = Callable[[str], LoadedCatalogue]
EVIDENCE = "[{{environment: prod, select: {{kind: ResourceQuota}}, expect: \"object.spec.hard.pods == '{}'\"}}]"


def rules(shop: Path) -> list[str]:
    return [finding.rule for finding in gate.run(read_inventory(shop), Context(shop)).findings]


def test_is_open_on_a_tree_that_shows_everything(catalogue: Write, rendered: Callable[..., Tree], shop: Path) -> None:
    loaded, tree = catalogue(item(EVIDENCE.format(10))), rendered(quota())
    write_report(shop, "shop", report(loaded, judge(loaded, tree)))

    verdict = gate.run(read_inventory(shop), Context(shop))

    assert (verdict.judged, verdict.findings) == (1, ())


def test_is_closed_by_an_item_that_fails(catalogue: Write, rendered: Callable[..., Tree], shop: Path) -> None:
    catalogue(item(EVIDENCE.format(11)))
    rendered(quota())

    assert "requirements.manifests" in rules(shop)


def test_is_closed_by_evidence_without_teeth(catalogue: Write, rendered: Callable[..., Tree], shop: Path) -> None:
    catalogue(item(EVIDENCE.format("10' || '1' == '1")))
    rendered(quota())

    assert "requirements.toothless" in rules(shop)


def test_is_closed_by_a_report_nobody_committed(catalogue: Write, rendered: Callable[..., Tree], shop: Path) -> None:
    catalogue(item(EVIDENCE.format(10)))
    rendered(quota())

    assert rules(shop) == ["requirements.report"]


def test_is_closed_by_a_report_that_went_stale(catalogue: Write, rendered: Callable[..., Tree], shop: Path) -> None:
    catalogue(item(EVIDENCE.format(10)))
    rendered(quota())
    write_report(shop, "shop", "one\n")

    assert rules(shop) == ["requirements.report"]


def test_is_closed_by_a_catalogue_that_cannot_be_read(catalogue: Write, shop: Path) -> None:
    catalogue(item(EVIDENCE.format(10)))
    (shop / "environments" / "shop" / "requirements.yaml").write_text("system: shop\n")

    assert set(rules(shop)) == {"missing"}


def test_judges_only_the_systems_that_were_asked_for(catalogue: Write, shop: Path) -> None:
    catalogue(item(EVIDENCE.format(10)))

    verdict = gate.run(read_inventory(shop), Context(shop, selected=("other/prod",)))

    assert verdict.judged == 0

"""The compliance report: complete, readable, and the same bytes every time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from requirement_items import item, quota

from groundplan.requirements.catalogue import LoadedCatalogue
from groundplan.requirements.judge import judge
from groundplan.requirements.report import report, write_report
from groundplan.requirements.tree import Tree

Write = Callable[[str], LoadedCatalogue]
HOLDS = "[{environment: prod, select: {kind: ResourceQuota, name: quota}, expect: \"object.spec.hard.pods == '10'\"}]"
DEVIATION = "  deviation: {reason: ten is all there is, instead: nobody | gets more}\n"


def test_lists_every_item_with_its_evidence_and_result(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    loaded = catalogue(item(HOLDS))

    page = report(loaded, judge(loaded, rendered(quota())))

    assert (
        "| SHP-1 | A quota holds the namespace in bounds. | prod | "
        "ResourceQuota quota<br>`object.spec.hard.pods == '10'` | met |"
    ) in page


def test_counts_on_top(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    loaded = catalogue(item(HOLDS) + item(HOLDS, number="2") + DEVIATION)

    page = report(loaded, judge(loaded, rendered(quota())))

    assert "| **all** |  | 1 | 1 | 0 | 0 | 2 |" in page.partition("## ")[0]


def test_gives_the_reason_of_a_deviation_in_one_cell(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    loaded = catalogue(item(HOLDS) + DEVIATION)

    page = report(loaded, judge(loaded, rendered(quota())))

    assert "| SHP-1 | ten is all there is | nobody \\| gets more |" in page


def test_says_what_is_missing_of_an_open_item_and_claims_nothing(
    catalogue: Write, rendered: Callable[..., Tree]
) -> None:
    loaded = catalogue(item(HOLDS) + item("[]", number="2") + "  open: nobody has built it yet\n")

    page = report(loaded, judge(loaded, rendered(quota())))

    assert "| **all** |  | 1 | 0 | 0 | 0 | 1 | 2 |" in page
    assert "| SHP-2 | nobody has built it yet |" in page.partition("## Open")[2]


def test_is_the_same_whatever_was_judged_before(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    loaded = catalogue(item(HOLDS))
    tree = rendered(quota())

    assert report(loaded, judge(loaded, tree)) == report(loaded, judge(loaded, tree))


def test_leaves_a_current_report_alone(shop: Path) -> None:
    assert [write_report(shop, "shop", page) for page in ("one\n", "one\n", "two\n")] == [True, False, True]
    assert [path.name for path in (shop / "docs" / "systems" / "shop").iterdir()] == ["compliance.md"]

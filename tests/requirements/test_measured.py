"""A catalogue is judged once over one tree, and again over another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from requirement_items import item, quota

from groundplan.checks.inventory import read_inventory
from groundplan.requirements.catalogue import LoadedCatalogue
from groundplan.requirements.judge import Status
from groundplan.requirements.measured import measured
from groundplan.requirements.tree import Tree

Write = Callable[[str], LoadedCatalogue]
EVIDENCE = "[{environment: prod, select: {kind: ResourceQuota}, expect: \"object.spec.hard.pods == '10'\"}]"


def test_a_catalogue_is_judged_once_over_one_tree(catalogue: Write, rendered: Callable[..., Tree], shop: Path) -> None:
    path = shop / catalogue(item(EVIDENCE)).file
    rendered(quota())
    inventory = read_inventory(shop)

    assert measured(inventory, "shop", path) is measured(inventory, "shop", path)


def test_what_was_read_again_is_judged_again(catalogue: Write, rendered: Callable[..., Tree], shop: Path) -> None:
    path = shop / catalogue(item(EVIDENCE)).file
    rendered(quota())
    first = measured(read_inventory(shop), "shop", path)
    (shop / "dist" / "shop" / "prod" / "foundation" / "shop" / "ResourceQuota-quota.yaml").unlink()

    second = measured(read_inventory(shop), "shop", path)

    assert (first.results[0].status, second.results[0].status) == (Status.MET, Status.FAILING)

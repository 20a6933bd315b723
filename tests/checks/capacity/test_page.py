"""The page says what is left, and must be the one the tree shows."""

from __future__ import annotations

from pathlib import Path

from clusters import a_deployment, judged, put_all, rules, stated
from trees import a_context, inventory

from groundplan.checks.capacity import measured
from groundplan.checks.capacity.page import pages
from groundplan.layout import nodes_page

SERVER = {"cpu": "2", "memory": "4Gi"}


def _page(root: Path) -> str:
    put_all(root, a_deployment(replicas=2))
    return pages(measured(inventory(root), a_context(root, stated(server=SERVER))))["store"]


def test_it_says_what_each_case_asks_for_and_what_is_left(tmp_path: Path) -> None:
    assert "| at rest | server | 1 of 1 | 1.3 CPU and 0.7Gi | 1.9 CPU and 3.75Gi | 31 % of the CPU |" in _page(tmp_path)


def test_it_names_the_largest(tmp_path: Path) -> None:
    assert "| Deployment web | 2 | 0.5 CPU and 0.25Gi | 1 CPU and 0.5Gi |" in _page(tmp_path)


def test_a_page_of_another_tree_is_found(tmp_path: Path) -> None:
    place = tmp_path / nodes_page("store")
    place.parent.mkdir(parents=True)
    place.write_text(_page(tmp_path).replace("31 %", "80 %"))

    assert rules(judged(tmp_path, server=SERVER)) == {"capacity.page"}


def test_the_page_of_this_tree_is_not(tmp_path: Path) -> None:
    place = tmp_path / nodes_page("store")
    place.parent.mkdir(parents=True)
    place.write_text(_page(tmp_path))

    assert judged(tmp_path, server=SERVER).findings == ()

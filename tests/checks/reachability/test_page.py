"""Who reaches what, as a page: drawn from flows that policies admit."""

from pathlib import Path

import pytest
from reachable import API, DNS, PROVIDED, TREE, WEB, a_policy, a_shop, judge
from trees import a_context, inventory, put, write

from groundplan.checks.reachability.page import Way, page, ways
from groundplan.checks.reachability.view import View, views
from groundplan.layout import reachability_page


def a_view(root: Path, *documents: dict[str, object]) -> View:
    write(root, "environments/provided.yaml", PROVIDED)
    for document in documents:
        put(root, document, component=document["metadata"]["name"])  # type: ignore[index]
    [view] = [view for view in views(inventory(root), a_context(root, a_shop())) if view.environments]
    return view


def test_a_call_that_policies_admit_is_an_arrow(tmp_path: Path) -> None:
    assert Way("shop/web", "shop/api", 8080, True) in ways(a_view(tmp_path, *TREE, WEB, API), "shop")


def test_a_call_that_a_policy_refuses_is_none(tmp_path: Path) -> None:
    assert ways(a_view(tmp_path, *TREE, WEB, a_policy("api", [], [DNS])), "shop") == []


def test_the_picture_has_the_namespace_as_a_box_and_keys_that_are_names(tmp_path: Path) -> None:
    text = page("Shop", [a_view(tmp_path, *TREE, WEB, API)])

    assert '  subgraph shop["shop"]\n    shop_api["api"]\n    shop_web["web"]\n  end\n' in text
    assert '  shop_web -->|"8080"| shop_api\n' in text


def test_the_table_says_both_ways_of_every_pod(tmp_path: Path) -> None:
    text = page("Shop", [a_view(tmp_path, *TREE, WEB, API)])

    assert "| api | web (8080) | nobody |\n| web | nobody | api (8080) |\n" in text


@pytest.mark.parametrize(("committed", "said"), [(None, "is not committed"), ("old", "is not what the tree shows")])
def test_a_page_that_says_something_else_than_the_tree_is_found(
    tmp_path: Path, committed: str | None, said: str
) -> None:
    place = tmp_path / reachability_page("store")
    place.parent.mkdir(parents=True)
    if committed is not None:
        place.write_text(committed)

    found = judge(tmp_path, *TREE, WEB, API)

    assert [(item.rule, item.message) for item in found] == [("reachability.page", said)]


def test_a_page_that_says_what_the_tree_shows_is_fine(tmp_path: Path) -> None:
    place = tmp_path / reachability_page("store")
    place.parent.mkdir(parents=True)
    place.write_text(page(a_shop().title, [a_view(tmp_path, *TREE, WEB, API)]))

    assert judge(tmp_path, *TREE, WEB, API) == ()

"""Pages that are measured in the tree: missing, old, or current."""

from pathlib import Path

import pytest
from trees import a_context, an_environment

from groundplan.checks.measured_pages import stale
from groundplan.layout import nodes_page


@pytest.mark.parametrize(
    ("committed", "said"), [(None, ["is not committed"]), ("old", ["is not what the tree shows"]), ("new", [])]
)
def test_a_page_says_what_the_tree_shows_or_is_found(tmp_path: Path, committed: str | None, said: list[str]) -> None:
    place = tmp_path / nodes_page("store")
    place.parent.mkdir(parents=True)
    if committed is not None:
        place.write_text(committed)

    found = stale(a_context(tmp_path, an_environment()), {"store": "new"}, nodes_page, "capacity.page")

    assert [finding.message for finding in found] == said


def test_a_system_without_documents_needs_none(tmp_path: Path) -> None:
    assert list(stale(a_context(tmp_path, an_environment()), {"store": "new"}, nodes_page, "capacity.page")) == []

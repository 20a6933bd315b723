"""Markdown comes out as every reader of it expects."""

from __future__ import annotations

from groundplan import markdown


def test_a_page_parts_its_blocks_by_blank_lines_and_drops_empty_ones() -> None:
    assert markdown.document("Title", "one", "", "two\n") == "# Title\n\none\n\ntwo\n"


def test_a_section_without_content_is_left_out() -> None:
    assert markdown.section("Nothing", "", " ") == ""


def test_a_table_without_rows_is_left_out() -> None:
    assert markdown.table(["A"], []) == ""


def test_a_cell_cannot_break_its_table() -> None:
    assert markdown.table(["A"], [("a|b\nc",)]).splitlines()[-1] == "| a\\|b c |"


def test_lists_are_numbered_from_one() -> None:
    assert markdown.numbered(["a", "b"]) == "1. a\n2. b"


def test_a_placeholder_in_a_cell_stays_readable() -> None:
    assert markdown.table(["A"], [("set <name>, not `<name>`",)]).splitlines()[-1] == "| set &lt;name>, not `<name>` |"

"""The tables say of each row where it is from, and of each version until when."""

from __future__ import annotations

import pytest

from groundplan.checks.support.tables import Table, tables


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_every_table_names_its_page(table: Table) -> None:
    assert table.source.startswith("https://")


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_every_rule_is_one_an_exemption_may_name(table: Table) -> None:
    assert table.rule.startswith("support-")


@pytest.mark.parametrize("table", [item for item in tables() if item.place == "field"], ids=lambda table: table.name)
def test_what_stands_in_a_field_names_the_kind_and_the_field(table: Table) -> None:
    assert "/" in table.kind
    assert table.path[0] == "spec"


def test_platforms_and_stores_bring_their_own() -> None:
    assert {table.name.partition("/")[0] for table in tables()} == {"checks", "platforms", "stores"}

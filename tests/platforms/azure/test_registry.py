"""The container registry."""

from __future__ import annotations

from tests.support.azure_rendering import azure, operator_problems
from tests.support.rendering import rendered, the


def test_there_is_no_administrator_with_a_password() -> None:
    registry = the(rendered(azure(), "cloud"), "Registry")

    assert registry["spec"]["adminUserEnabled"] is False


def test_its_name_has_no_hyphens() -> None:
    assert the(rendered(azure(), "cloud"), "Registry")["spec"]["azureName"] == "crshoplive"


def test_the_tier_is_the_environments() -> None:
    registry = the(rendered(azure("platform: {azure: {registry_tier: Premium}}"), "cloud"), "Registry")

    assert registry["spec"]["sku"] == {"name": "Premium"}


def test_it_fits_the_operators_schemas() -> None:
    assert operator_problems([the(rendered(azure(), "cloud"), "Registry")]) == []

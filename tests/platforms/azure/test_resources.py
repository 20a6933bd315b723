"""What every Azure resource shares."""

from __future__ import annotations

import pytest
from tests.support.azure_rendering import azure
from tests.support.parts import a_component
from tests.support.rendering import an_environment, rendered, the

from groundplan.errors import ConstructError
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import site_of


def test_resources_carry_system_environment_owner_and_the_accounts_own_tags() -> None:
    tags = the(rendered(azure("platform: {azure: {tags: {cost-centre: '42'}}}"), "network"), "ResourceGroup")["spec"][
        "tags"
    ]

    assert tags == {
        "environment": "live",
        "managed-by": "groundplan",
        "owner": "platform",
        "system": "shop",
        "cost-centre": "42",
    }


def test_every_resource_belongs_to_the_environments_group() -> None:
    owners = {
        item["spec"]["owner"]["name"] for item in rendered(azure(), "network") if item["kind"] == "VirtualNetwork"
    }

    assert owners == {"rg-shop-live"}


def test_without_the_chapter_nothing_is_rented() -> None:
    with pytest.raises(ConstructError, match="needs the chapter of Azure; write `platform"):
        site_of(an_environment())


@pytest.mark.parametrize("name", ["", "x" * 254])
def test_a_name_kubernetes_refuses_is_refused(name: str) -> None:
    environment = azure()
    component = a_component("cloud", namespace="shop-live")
    part = AzurePart(component, "part", site_of(environment))

    with pytest.raises(ConstructError, match=r"has a name of \d+ characters, not 1 to 253; shorten"):
        part.add("network.azure.com/v1api20240301", "PublicIPAddress", name, {})

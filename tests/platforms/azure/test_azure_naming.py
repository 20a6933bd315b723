"""The naming convention of Azure resources, and what each kind of resource takes as a name."""

from __future__ import annotations

import re

import pytest
from tests.support.azure import AZURE, SHARE
from tests.support.rendering import an_environment, rendered

from groundplan.platforms.azure.naming import AzureKind, azure_name, name_problem, object_name, storage_account

CONVENTION = re.compile(r"^[a-z]+-az01-prd-sh(-[a-z0-9]+)*-01$|^[a-z]+az01prdsh[a-z]*01$")


@pytest.mark.parametrize(
    ("kind", "purpose", "name"),
    [
        (AzureKind.RESOURCE_GROUP, "", "rg-az01-prd-sh-01"),
        (AzureKind.CLUSTER, "", "aks-az01-prd-sh-01"),
        (AzureKind.KEY_VAULT, "", "kv-az01-prd-sh-01"),
        (AzureKind.SUBNET, "nodes", "snet-az01-prd-sh-nodes-01"),
        (AzureKind.STORAGE_ACCOUNT, "", "staz01prdsh01"),
        (AzureKind.REGISTRY, "", "craz01prdsh01"),
    ],
)
def test_segments_stand_in_the_convention_s_order(kind: AzureKind, purpose: str, name: str) -> None:
    assert azure_name(an_environment(AZURE), kind, purpose) == name


def test_without_a_convention_a_name_is_made_of_system_and_environment() -> None:
    environment = an_environment(AZURE, "platform: {azure: {naming: {org: '', stage: '', system: '', sequence: ''}}}")

    assert azure_name(environment, AzureKind.CLUSTER) == "aks-shop-live"


def test_the_main_storage_account_has_no_purpose_in_its_name() -> None:
    environment = an_environment(AZURE)

    assert storage_account(environment, "main") == "staz01prdsh01"
    assert storage_account(environment, "archive") == "staz01prdsharchive01"


def test_every_azure_name_that_is_rendered_follows_the_convention_or_drops_its_hyphens() -> None:
    environment = an_environment(AZURE, SHARE)
    names = [
        item["spec"]["azureName"]
        for component in ("network", "cluster", "cloud")
        for item in rendered(environment, component)
        if item["kind"] == "ResourceGroup"
        or (item["kind"] != "PrivateDnsZone" and item["spec"].get("owner", {}).get("name") == "rg-az01-prd-sh-01")
    ]

    assert len(names) > 8
    assert [name for name in names if not CONVENTION.match(name)] == []


@pytest.mark.parametrize(
    ("name", "kind", "problem"),
    [
        ("kv-az01-prd-sh-01", AzureKind.KEY_VAULT, None),
        ("kv-az01-production-sh-001", AzureKind.KEY_VAULT, "has 25 characters, not 3 to 24"),
        ("st-az01", AzureKind.STORAGE_ACCOUNT, "characters other than lower-case letters and digits"),
        ("rg-az01-", AzureKind.RESOURCE_GROUP, "characters other than lower-case letters, digits and -"),
        ("kv--az01", AzureKind.KEY_VAULT, "two hyphens in a row"),
        ("cr", AzureKind.REGISTRY, "has 2 characters, not 5 to 50"),
    ],
)
def test_says_what_a_kind_does_not_take(name: str, kind: AzureKind, problem: str | None) -> None:
    found = name_problem(name, kind)

    assert found is None if problem is None else problem in str(found)


def test_the_object_of_a_resource_has_a_kubernetes_name() -> None:
    assert object_name("ApplicationGatewaySubnet_1") == "applicationgatewaysubnet-1"

"""Storage accounts hold the shares that stores ask for, and let the cluster mount them."""

from __future__ import annotations

from tests.support.azure import AZURE, SHARE
from tests.support.rendering import an_environment, rendered, schema_problems, the


def test_a_store_s_share_is_as_large_as_the_store() -> None:
    share = the(rendered(an_environment(AZURE, SHARE), "cloud"), "StorageAccountsFileServicesShare")

    assert share["spec"]["azureName"] == "uploads"
    assert share["spec"]["shareQuota"] == 100
    assert schema_problems(share) == []


def test_the_cluster_may_read_the_account_s_key_and_nothing_else_gets_it() -> None:
    documents = rendered(an_environment(AZURE, SHARE), "cloud")
    grants = [
        item
        for item in documents
        if item["kind"] == "RoleAssignment" and item["spec"]["owner"]["kind"] == "StorageAccount"
    ]

    assert [grant["spec"]["principalIdFromConfig"]["name"] for grant in grants] == ["cluster-identity"]
    assert grants[0]["spec"]["owner"]["name"] == "staz01prdsh01"
    assert schema_problems(grants[0]) == []


def test_an_account_without_shares_is_not_the_cluster_s_business() -> None:
    documents = rendered(an_environment(AZURE), "cloud")

    assert not [item for item in documents if item["kind"] == "StorageAccountsFileService"]
    assert not [item for item in documents if item["metadata"]["name"].endswith("mounted-by-cluster")]

"""A rented cache writes its snapshots to storage as itself: no key is written anywhere."""

from __future__ import annotations

from tests.support.azure_shop import AZURE_SHOP
from tests.support.rendering import Json, an_environment, rendered, schema_problems, the


def documents(component: str, *overlays: str) -> list[Json]:
    return rendered(an_environment(*overlays, base=AZURE_SHOP), component)


def test_snapshots_go_to_an_endpoint_without_a_key() -> None:
    configuration = the(documents("cache"), "Redis")["spec"]["redisConfiguration"]

    assert (
        configuration["rdb-storage-connection-string"] == "BlobEndpoint=https://stshoplivecache.blob.core.windows.net/;"
    )
    assert configuration["preferred-data-persistence-auth-method"] == "ManagedIdentity"
    assert configuration["rdb-backup-frequency"] == "15"


def test_the_log_takes_the_place_of_snapshots() -> None:
    overlay = "data: {cache: {engine: {azure-cache: {persistence: aof}}}}"

    configuration = the(documents("cache", overlay), "Redis")["spec"]["redisConfiguration"]

    assert configuration["aof-backup-enabled"] == "true"
    assert "aof-storage-connection-string-0" in configuration
    assert "rdb-backup-enabled" not in configuration


def test_the_cache_may_write_to_that_account_and_to_no_other() -> None:
    grant = the(documents("cache"), "RoleAssignment")["spec"]
    cache = the(documents("cache"), "Redis")["spec"]

    assert grant["owner"] == {"group": "storage.azure.com", "kind": "StorageAccount", "name": "stshoplivecache"}
    assert grant["principalIdFromConfig"]["name"] == cache["operatorSpec"]["configMapExpressions"][0]["name"]


def test_without_persistence_there_is_no_grant() -> None:
    objects = documents("cache", "data: {cache: {engine: {azure-cache: {persistence: none, storage: null}}}}")

    assert "RoleAssignment" not in {document["kind"] for document in objects}
    assert "operatorSpec" not in the(objects, "Redis")["spec"]


def test_what_the_cache_leaves_behind_is_deleted_and_not_kept_by_soft_delete() -> None:
    objects = documents("cloud")

    policy = the(objects, "StorageAccountsManagementPolicy", "stshoplivecache-lifecycle")

    rule = policy["spec"]["policy"]["rules"][0]
    assert rule["definition"]["actions"]["baseBlob"]["delete"] == {"daysAfterModificationGreaterThan": 7}
    assert "prefixMatch" not in rule["definition"]["filters"]
    assert "stshoplivecache-blobs" not in {document["metadata"]["name"] for document in objects}


def test_the_cache_is_valid() -> None:
    assert schema_problems(the(documents("cache"), "Redis")) == []


def test_a_read_replica_says_what_it_is_for() -> None:
    overlay = "data: {orders: {engine: {azure-flexible-server: {read_replicas: {reads: {sku: Standard_D2s_v3, purpose: read}}}}}}"

    replica = the(documents("orders", overlay), "FlexibleServer", "pgdb-shop-live-reads")

    assert replica["spec"]["tags"]["purpose"] == "read"

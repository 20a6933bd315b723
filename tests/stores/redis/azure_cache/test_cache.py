"""A rented cache: TLS, Entra identities, a private endpoint, and only what its tier offers."""

from __future__ import annotations

from tests.support.azure_rendering import CACHE, STORAGE, azure, everything, named, operator_problems
from tests.support.rendering import Json, rendered, the

PREMIUM = """
data: {cache: {engine: {azure-cache: {tier: Premium, capacity: 2, shards: 3, replicas_per_primary: 1, zones: ["1", "2"],
  persistence: rdb, storage: backup, snapshot_minutes: 15}}}}
"""


def cache(*overlays: str) -> Json:
    found: Json = the(rendered(azure(CACHE, STORAGE, *overlays), "cache"), "Redis")["spec"]
    return found


def test_only_identities_are_admitted_and_only_by_tls() -> None:
    spec = cache()

    assert spec["enableNonSslPort"] is False
    assert spec["minimumTlsVersion"] == "1.2"
    assert spec["redisConfiguration"]["aad-enabled"] == "true"


def test_it_is_reached_by_its_private_endpoint_alone() -> None:
    endpoint = the(rendered(azure(CACHE), "cache"), "PrivateEndpoint")["spec"]

    assert cache()["publicNetworkAccess"] == "Disabled"
    assert endpoint["privateLinkServiceConnections"][0]["groupIds"] == ["redisCache"]
    assert endpoint["subnet"]["reference"]["name"] == "snet-shop-live-cache"


def test_what_leaves_when_memory_is_full_is_the_stores_choice() -> None:
    assert cache("data: {cache: {eviction: allkeys-lru}}")["redisConfiguration"]["maxmemory-policy"] == "allkeys-lru"


def test_premium_brings_shards_copies_and_zones() -> None:
    spec = cache(PREMIUM)

    assert spec["sku"] == {"name": "Premium", "family": "P", "capacity": 2}
    assert (spec["shardCount"], spec["replicasPerPrimary"], spec["zones"]) == (3, 1, ["1", "2"])


def test_other_tiers_bring_none_of_these() -> None:
    spec = cache()

    assert spec["sku"]["family"] == "C"
    assert not {"shardCount", "replicasPerPrimary", "zones"} & set(spec)


def test_without_zones_no_empty_list_is_written() -> None:
    overlay = (
        "platform: {azure: {region: koreasouth, zones: []}}\ndata: {cache: {engine: {azure-cache: {tier: Premium}}}}"
    )

    assert "zones" not in cache(overlay)


def test_two_caches_have_names_and_endpoints_of_their_own() -> None:
    second = "data: {queue: {type: redis, engine: {azure-cache: {}}}}"

    documents = everything(azure(CACHE, second))

    assert set(named(documents, "Redis")) == {"redis-shop-live-cache", "redis-shop-live-queue"}
    assert set(named(documents, "PrivateEndpoint")) == {"pep-shop-live-redis-cache", "pep-shop-live-redis-queue"}


def test_what_is_rendered_fits_the_operators_schemas() -> None:
    documents = [*rendered(azure(CACHE), "cache"), *rendered(azure(CACHE, STORAGE, PREMIUM), "cache")]

    assert operator_problems(documents) == []

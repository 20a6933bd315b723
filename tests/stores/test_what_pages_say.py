"""Pages and workflows state the store that is rendered, not what another engine would be."""

from __future__ import annotations

from tests.support.azure_rendering import CACHE, SECRETS, SERVER, STORAGE, azure
from tests.support.rendering import rendered, the

from groundplan.model.environment import Environment
from groundplan.stores.registry import store_of
from groundplan.stores.store import AnyStore

PREMIUM = "data: {cache: {engine: {azure-cache: {tier: Premium, capacity: 2, shards: 3}}}}"
PAIR = "data: {orders: {engine: {azure-flexible-server: {high_availability: zone-redundant, standby_zone: '3'}}}}"
OWN = """
stage: staging
data:
  cache:
    engine:
      azure-cache: null
      statefulset: {resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}}
"""


def store(environment: Environment, name: str) -> AnyStore:
    found = store_of(environment, name)
    assert found is not None
    return found


def test_a_rented_cache_is_of_the_version_and_size_that_is_rented() -> None:
    environment = azure(CACHE, STORAGE, PREMIUM)

    spec = the(rendered(environment, "cache"), "Redis")["spec"]
    said = store(environment, "cache").pages().description()
    assert said.what == f"Redis {spec['redisVersion']}"
    assert said.size == f"{spec['sku']['name']} P{spec['sku']['capacity']}, {spec['shardCount']} shards"


def test_a_rented_server_is_of_the_size_that_is_rented() -> None:
    environment = azure(SECRETS, SERVER, PAIR)

    spec = the(rendered(environment, "orders"), "FlexibleServer")["spec"]
    said = store(environment, "orders").pages().description()
    assert said.size == f"{spec['sku']['name']}, {spec['storage']['storageSizeGB']}Gi"
    assert said.how == "a standby in another zone"


def test_tests_run_against_the_version_that_runs() -> None:
    def image(*overlays: str) -> str:
        container = store(azure(*overlays), "cache").pipelines().test_container()
        assert container is not None
        return str(container.definition["image"])

    assert image(CACHE) == "redis:6"
    assert image(CACHE, OWN) == "redis:7"


def test_an_engine_in_the_cluster_has_the_version_of_its_image() -> None:
    newer = "data: {cache: {engine: {statefulset: {image: 'valkey/valkey:8.1.2-alpine'}}}}"

    assert store(azure(CACHE, OWN), "cache").pages().description().what == "Redis 7.2"
    assert store(azure(CACHE, OWN, newer), "cache").pages().description().what == "Redis 8.1"


def test_whoever_reads_the_login_is_named() -> None:
    dump = "data: {orders: {dump: {schedule: 0 2 * * *, bucket: backups}}}"

    readers = store(azure(SECRETS, SERVER, STORAGE, dump), "orders").secret_readers()
    assert readers == {"login": ("postgres-backup",)}

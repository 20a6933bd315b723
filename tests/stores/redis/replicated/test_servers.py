"""Servers that take over from each other: apart, signed in, encrypted, and told who they are."""

from __future__ import annotations

import pytest
from tests.support.azure_rendering import SECRETS, azure
from tests.support.rendering import Json, an_environment, rendered, schema_problems, the

from groundplan.errors import EnvironmentFileError

RESOURCES = "resources: {requests: {cpu: 250m, memory: 512Mi}, limits: {cpu: 1, memory: 1Gi}}"


def redis(engine: str, settings: str = "", more: str = "holds: cache,") -> str:
    return f"""
services:
  web: {{image: "shop/web:v1", port: 8080, {RESOURCES}, calls: [cache]}}
data:
  cache: {{type: redis, {more} engine: {{{engine}: {{credentials: cache, {RESOURCES}, {settings}}}}}}}
secrets: {{entries: {{cache: {{generated: true}}}}}}
"""


BACKUP = 'backup: {schedule: "0 * * * *", bucket: shop-backups, prefix: cache/, restore_test: "30 4 * * *", oldest: 2h}'


@pytest.fixture
def watched() -> list[Json]:
    return rendered(an_environment(redis("redis-sentinel")), "cache")


@pytest.fixture
def sharded() -> list[Json]:
    return rendered(an_environment(redis("redis-cluster", "shards: 4, replicas: 2")), "cache")


def configuration(documents: list[Json]) -> list[str]:
    return str(the(documents, "ConfigMap")["data"]["redis.conf"]).splitlines()


def variables(documents: list[Json], workload: str, container: str) -> dict[str, str]:
    containers = the(documents, "StatefulSet", workload)["spec"]["template"]["spec"]["containers"]
    [found] = [item for item in containers if item["name"] == container]
    return {entry["name"]: entry.get("value", "") for entry in found["env"]}


def test_each_shard_has_a_set_and_a_budget_of_its_own(sharded: list[Json]) -> None:
    sets = [item for item in sharded if item["kind"] == "StatefulSet"]
    budgets = [item for item in sharded if item["kind"] == "PodDisruptionBudget"]

    assert [(item["metadata"]["name"], item["spec"]["replicas"]) for item in sets] == [
        (f"cache-{shard}", 3) for shard in range(4)
    ]
    assert [item["spec"]["selector"] for item in budgets] == [item["spec"]["selector"] for item in sets]
    assert all(item["spec"]["maxUnavailable"] == 1 for item in budgets)


def test_no_two_of_a_set_stand_on_one_node_or_in_one_zone(sharded: list[Json]) -> None:
    for item in (item for item in sharded if item["kind"] == "StatefulSet"):
        rules = item["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert [rule["topologyKey"] for rule in rules] == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
        assert all(rule["whenUnsatisfiable"] == "DoNotSchedule" for rule in rules)
        assert all(rule["labelSelector"] == item["spec"]["selector"] for rule in rules)


def test_every_member_is_told_of_every_other(sharded: list[Json]) -> None:
    told = variables(sharded, "cache-2", "tender")

    assert told["MEMBERS"].split()[-1] == "cache-3-2.cache-members.web.svc.cluster.local"
    assert len(told["MEMBERS"].split()) == 12
    assert (told["SHARD"], told["SHARDS"]) == ("2", "4")


def test_most_sentinels_must_agree() -> None:
    five = rendered(an_environment(redis("redis-sentinel", "members: 5")), "cache")

    assert variables(five, "cache", "sentinel")["QUORUM"] == "3"
    assert the(five, "StatefulSet")["spec"]["replicas"] == 5


def test_a_primary_that_nobody_follows_refuses_writes(watched: list[Json]) -> None:
    assert "min-replicas-to-write 1" in configuration(watched)


@pytest.mark.parametrize("engine", ["redis-cluster", "redis-sentinel"])
def test_nobody_is_answered_in_the_clear(engine: str) -> None:
    lines = configuration(rendered(an_environment(redis(engine)), "cache"))

    assert "port 0" in lines
    assert "tls-port 6379" in lines
    assert "tls-replication yes" in lines


@pytest.mark.parametrize("engine", ["redis-cluster", "redis-sentinel"])
def test_its_certificate_has_every_name_that_somebody_asks(engine: str) -> None:
    documents = rendered(an_environment(redis(engine)), "cache")

    names = the(documents, "Certificate", "cache-tls")["spec"]["dnsNames"]
    assert {"localhost", "cache", "*.cache-members.web.svc.cluster.local"} <= set(names)
    assert the(documents, "Certificate", "cache-ca")["spec"]["privateKey"]["rotationPolicy"] == "Never"


@pytest.mark.parametrize("engine", ["redis-cluster", "redis-sentinel"])
def test_its_objects_fit_their_schemas(engine: str) -> None:
    documents = rendered(an_environment(redis(engine)), "cache")

    assert [problem for document in documents for problem in schema_problems(document)] == []


@pytest.mark.parametrize(
    ("engine", "url"),
    [("redis-cluster", "rediss://cache:6379"), ("redis-sentinel", "rediss-sentinel://cache:26379/0#cache")],
)
def test_a_caller_is_told_where_and_whom_to_trust(engine: str, url: str) -> None:
    web = the(rendered(an_environment(redis(engine)), "web"), "Deployment")["spec"]["template"]["spec"]

    told = {entry["name"]: entry for entry in web["containers"][0]["env"]}
    assert told["CACHE_URL"]["value"] == url
    assert told["CACHE_CA"]["valueFrom"]["secretKeyRef"] == {"name": "cache-tls", "key": "ca.crt"}


def test_its_users_passwords_are_made_and_the_services_login_has_its_name(watched: list[Json]) -> None:
    secrets = rendered(an_environment(redis("redis-sentinel")), "secrets")

    template = the(secrets, "ExternalSecret", "cache")["spec"]["target"]["template"]["data"]
    assert template["username"] == "cache"
    made = the(watched, "Password", "cache-members")["spec"]["secretKeys"]
    assert made == ["replica", "sentinel", "exporter", "backup", "operator"]


def test_a_copy_is_made_and_restored() -> None:
    environment = an_environment(redis("redis-cluster", BACKUP))

    jobs = rendered(environment, "backup")
    pod = the(jobs, "CronJob", "cache-backup")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    told = {entry["name"]: entry.get("value") for entry in pod["initContainers"][0]["env"]}
    assert told["SETS"] == "cache-0 cache-1 cache-2"
    test = the(jobs, "CronJob", "cache-backup-restore-test")
    assert test["spec"]["schedule"] == "30 4 * * *"
    admitted = the(rendered(environment, "cache"), "NetworkPolicy")["spec"]["ingress"][0]["from"]
    assert {"podSelector": {"matchLabels": {"app": "cache-backup"}}} in admitted


def test_a_changed_setting_rolls_the_pods() -> None:
    def digest(more: str) -> str:
        documents = rendered(an_environment(redis("redis-sentinel", more=more)), "cache")
        return str(the(documents, "StatefulSet")["spec"]["template"]["metadata"]["annotations"])

    assert digest("holds: cache,") != digest("holds: cache, eviction: volatile-lru,")


def test_production_keeps_a_copy_of_what_is_no_cache() -> None:
    with pytest.raises(EnvironmentFileError, match="keeps what nobody copies, in production"):
        an_environment(redis("redis-sentinel", more=""))

    an_environment(redis("redis-sentinel", more="holds: cache,"))
    an_environment(redis("redis-sentinel", BACKUP, more=""))


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        ("redis-cluster", {"username", "password", "ca"}),
        ("redis-sentinel", {"username", "password", "ca", "sentinelUsername", "sentinelPassword"}),
    ],
)
def test_the_autoscaler_signs_in_as_the_service_does(engine: str, words: set[str]) -> None:
    scaled = "services: {web: {scaling: {min: 1, max: 5, cpu: null, queues: {work: 10}}}}"

    documents = rendered(azure(SECRETS, redis(engine), scaled), "web")

    login = the(documents, "TriggerAuthentication")
    assert {target["parameter"] for target in login["spec"]["secretTargetRef"]} == words
    [trigger, *_] = the(documents, "ScaledObject")["spec"]["triggers"]
    assert (trigger["type"], trigger["metadata"]["enableTLS"]) == (engine, "true")
    assert trigger["authenticationRef"] == {"name": login["metadata"]["name"]}

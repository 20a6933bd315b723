"""Brokers, controllers, topics, users and policies of a Kafka."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.rendering import an_environment, rendered, schema_problems, the

from groundplan.model.environment import Environment
from groundplan.stores.registry import store_of

RESOURCES = "resources: {requests: {cpu: 100m, memory: 4Gi}, limits: {cpu: 1, memory: 4Gi}}"
SMALL = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 256Mi}}"

KAFKA = f"""
services:
  web: {{image: "shop/web:v1", port: 8080, {SMALL}, calls: [events], prepare: [migrate]}}
  worker: {{image: "shop/worker:v1", port: 8080, {SMALL}, calls: [events]}}
jobs:
  nightly: {{image: "shop/job:v1", schedule: {{at: "0 3 * * *"}}, {SMALL}, calls: [events]}}
data:
  events:
    type: kafka
    version: 4.3.1
    topics:
      orders: {{writers: [web], readers: [worker, nightly], max_size: 1Gi}}
      prices: {{name: shop.prices, cleanup: compact, retention: forever, partitions: 3, writers: [worker]}}
    engine: {{strimzi: {{storage: 20Gi, node_pool: db, {RESOURCES}}}}}
"""
REGISTRY = "data: {events: {engine: {strimzi: {registry: {compatibility: FULL}}}}}"
SCHEMA = """data: {events: {topics: {orders: {schema: '{"type": "string"}'}}}}"""
CONNECT = """
data:
  events:
    engine:
      strimzi:
        connect:
          image: shop/connect:v1
          calls: [elastic.example.com]
          secrets: {ELASTIC_PASSWORD: elastic/password}
          connectors:
            sink: {class: com.example.Sink, direction: sink, topics: [prices], tasks: 2, config: {errors.tolerance: none}}
            source: {class: com.example.Source, direction: source, topics: [orders]}
secrets:
  store: {name: aws-secrets-manager}
  entries: {elastic: {keys: {password: shop/elastic-password}}}
"""


@pytest.fixture(scope="module")
def environment() -> Environment:
    return an_environment(KAFKA)


def of(environment: Environment, kind: str, name: str) -> dict[str, Any]:
    return the(rendered(environment, "events"), kind, name)


def test_every_object_is_what_its_kind_says() -> None:
    documents = rendered(an_environment(KAFKA, REGISTRY, SCHEMA, CONNECT), "events")

    own = [item for item in documents if item["apiVersion"].startswith("kafka.strimzi.io/")]
    assert {item["kind"] for item in own} == {
        "Kafka",
        "KafkaConnect",
        "KafkaConnector",
        "KafkaNodePool",
        "KafkaTopic",
        "KafkaUser",
    }
    assert [problem for item in own for problem in schema_problems(item)] == []


def test_nodes_stand_apart_and_evenly_over_zones(environment: Environment) -> None:
    pod = of(environment, "KafkaNodePool", "events-brokers")["spec"]["template"]["pod"]

    (apart,) = pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert apart["topologyKey"] == "kubernetes.io/hostname"
    (zones,) = pod["topologySpreadConstraints"]
    assert (zones["topologyKey"], zones["whenUnsatisfiable"]) == ("topology.kubernetes.io/zone", "DoNotSchedule")
    required = pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert required["nodeSelectorTerms"][0]["matchExpressions"][0]["values"] == ["db"]
    assert pod["tolerations"][0]["value"] == "database"


def test_half_of_the_memory_is_heap(environment: Environment) -> None:
    brokers = of(environment, "KafkaNodePool", "events-brokers")["spec"]

    assert brokers["jvmOptions"] == {"-Xms": "2048m", "-Xmx": "2048m"}


def test_a_topic_has_the_copies_and_the_time_that_are_written(environment: Environment) -> None:
    orders, prices = (of(environment, "KafkaTopic", f"events-{name}")["spec"] for name in ("orders", "prices"))

    assert (orders["topicName"], orders["partitions"], orders["replicas"]) == ("orders", 6, 3)
    week, gibi = 7 * 86400 * 1000, 2**30
    assert orders["config"] == {
        "cleanup.policy": "delete",
        "min.insync.replicas": 2,
        "retention.bytes": gibi,
        "retention.ms": week,
    }
    assert (prices["topicName"], prices["config"]["retention.ms"]) == ("shop.prices", -1)


def test_a_caller_may_what_its_topics_say_and_no_more(environment: Environment) -> None:
    def rights(user: str) -> set[tuple[str, str, str]]:
        acls = of(environment, "KafkaUser", user)["spec"]["authorization"]["acls"]
        return {(acl["resource"]["type"], acl["resource"]["name"], " ".join(acl["operations"])) for acl in acls}

    assert rights("events-web") == {
        ("topic", "orders", "Describe DescribeConfigs Write"),
        ("transactionalId", "web", "Describe Write"),
    }
    assert rights("events-nightly") == {
        ("topic", "orders", "Describe DescribeConfigs Read"),
        ("group", "nightly", "Delete Describe Read"),
    }
    assert ("topic", "shop.prices", "Describe DescribeConfigs Write") in rights("events-worker")


def test_callers_are_let_in_and_nobody_else(environment: Environment) -> None:
    clients, *_ = of(environment, "NetworkPolicy", "events-kafka")["spec"]["ingress"]

    assert clients["ports"] == [{"protocol": "TCP", "port": 9093}]
    callers = [peer["podSelector"]["matchLabels"]["app"] for peer in clients["from"]]
    assert callers == ["web", "web-prepare", "worker", "nightly"]


@pytest.mark.parametrize(("component", "kind", "name"), [("web", "Deployment", "web"), ("web", "Job", "web-prepare")])
def test_a_caller_holds_its_certificate(environment: Environment, component: str, kind: str, name: str) -> None:
    pod = the(rendered(environment, component), kind, name)["spec"]["template"]["spec"]

    (container,) = pod["containers"]
    (volume,) = (item for item in pod["volumes"] if item["name"] == "events-certificates")
    assert [source["secret"]["name"] for source in volume["projected"]["sources"]] == [
        "events-cluster-ca-cert",
        "events-web",
    ]
    assert {"name": "events-certificates", "mountPath": "/var/run/events", "readOnly": True} in container[
        "volumeMounts"
    ]
    variables = {item["name"]: item.get("value") for item in container["env"]}
    assert variables["EVENTS_URL"] == "ssl://events-kafka-bootstrap:9093"
    assert (variables["EVENTS_CERTIFICATES"], variables["EVENTS_GROUP"]) == ("/var/run/events", "web")


def test_a_job_on_a_schedule_holds_one_too(environment: Environment) -> None:
    job = the(rendered(environment, "jobs-nightly"), "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]

    (volume,) = (item for item in job["volumes"] if item["name"] == "events-certificates")
    assert volume["projected"]["sources"][1]["secret"]["name"] == "events-nightly"


def test_the_registry_keeps_its_rule_and_its_journal() -> None:
    with_registry = an_environment(KAFKA, REGISTRY, SCHEMA)

    settings = of(with_registry, "ConfigMap", "events-registry")["data"]["application.properties"]
    assert "apicurio.rules.global.compatibility=FULL\n" in settings
    assert "apicurio.kafkasql.topic.auto-create=false\n" in settings
    journal = of(with_registry, "KafkaTopic", "events-registry-journal")["spec"]["config"]
    assert (journal["cleanup.policy"], journal["retention.ms"]) == ("delete", -1)
    schemas = of(with_registry, "ConfigMap", "events-registry-schemas")["data"]
    assert schemas["orders-value.avsc"] == '{"type": "string"}'
    worker = the(rendered(with_registry, "worker"), "Deployment")["spec"]["template"]["spec"]["containers"][0]
    assert {"name": "EVENTS_REGISTRY_URL", "value": "http://events-registry:8080/apis/ccompat/v7"} in worker["env"]


def test_without_a_schema_nothing_registers_any() -> None:
    kinds = [item["kind"] for item in rendered(an_environment(KAFKA, REGISTRY), "events")]

    assert "Job" not in kinds


def test_connectors_do_what_they_say_and_sign_in_like_anybody() -> None:
    connecting = an_environment(KAFKA, REGISTRY, CONNECT)

    workers = of(connecting, "KafkaConnect", "events")
    assert workers["metadata"]["annotations"]["strimzi.io/use-connector-resources"] == "true"
    assert workers["spec"]["config"]["value.converter.apicurio.registry.url"].startswith("http://events-registry:8080/")
    sink, source = (of(connecting, "KafkaConnector", f"events-{name}")["spec"] for name in ("sink", "source"))
    assert sink["config"] == {"topics": "shop.prices", "errors.tolerance": "none"}
    assert (sink["tasksMax"], sink["autoRestart"]["enabled"], source["config"]) == (2, True, {})
    acls = of(connecting, "KafkaUser", "events-connect")["spec"]["authorization"]["acls"]
    topics = {acl["resource"]["name"]: acl["operations"] for acl in acls if acl["resource"]["type"] == "topic"}
    assert ("Write" in topics["orders"], "Read" in topics["orders"]) == (True, False)
    assert ("Write" in topics["shop.prices"], "Read" in topics["shop.prices"]) == (False, True)


def test_workers_of_a_plain_image_have_no_converter_that_it_lacks() -> None:
    plain = an_environment(KAFKA, REGISTRY, CONNECT, "data: {events: {engine: {strimzi: {connect: {image: null}}}}}")

    assert "value.converter" not in of(plain, "KafkaConnect", "events")["spec"]["config"]
    registry = of(plain, "NetworkPolicy", "events-registry")["spec"]["ingress"][0]["from"]
    assert {
        "podSelector": {"matchLabels": {"strimzi.io/cluster": "events", "strimzi.io/name": "events-connect"}}
    } not in registry


@pytest.mark.parametrize(
    ("kubernetes", "operator", "version"),
    [("1.28", "0.50.1", "4.1.1"), ("1.29", "0.50.1", "4.1.1"), ("1.35", "1.2.0", "4.3.1")],
)
def test_the_operator_follows_kubernetes_and_kafka_the_operator(kubernetes: str, operator: str, version: str) -> None:
    of_minor = an_environment(
        KAFKA, f"cluster: {{kubernetes: '{kubernetes}'}}\ndata: {{events: {{version: {version}}}}}"
    )

    image = of(of_minor, "Kafka", "events")["spec"]["kafka"]["image"]
    assert image == f"quay.io/strimzi/kafka:{operator}-kafka-{version}"


def test_the_operator_makes_no_policies_that_admit_everybody(environment: Environment) -> None:
    store = store_of(environment, "events")
    assert store is not None
    values = store.add_on_values()["strimzi"](environment)

    assert values["generateNetworkPolicy"] is False
    assert {"name": "STRIMZI_POD_SECURITY_PROVIDER_CLASS", "value": "restricted"} in values["extraEnvs"]

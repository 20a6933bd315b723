"""Rented stores and promised hosts are watched from where their callers stand, and stores by the cloud from inside."""

from __future__ import annotations

import promql_parser
import yaml
from tests.support.azure_rendering import CACHE, RESOURCES, SERVER, azure, introduced, named, operator_problems
from tests.support.rendering import Json, rendered, schema_problems, the

SOUTH = """
environment: spare
platform:
  azure:
    region: koreasouth
    zones: []
    monitor: {}
    network: {cidr: 10.1.0.0/16, subnets: {
        application: {cidr: 10.1.1.0/24}, database: {cidr: 10.1.2.0/24}, cache: {cidr: 10.1.3.0/24},
        gateway: {cidr: 10.1.4.0/24}, server: {cidr: 10.1.5.0/24}}}
"""
PROMISED = """
services:
  web: {image: 'web:1.0', port: 8080, resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}}
ingress:
  type: nginx
  certificate: shop-tls
  availability: 99.5
expose: {www: {routes: {/: web}, health: /alive}}
hosts: {www: www.shop.example}
"""
MONITOR = "platform: {azure: {monitor: {}}}"


def alerts(*overlays: str) -> list[Json]:
    return rendered(azure(SERVER, CACHE, *overlays), "alerts")


def rules(documents: list[Json]) -> dict[str, Json]:
    return {
        rule["alert"]: rule
        for item in documents
        if item["kind"] == "PrometheusRule"
        for group in item["spec"]["groups"]
        for rule in group["rules"]
    }


def measured(documents: list[Json]) -> dict[tuple[str, int], Json]:
    """The criterion of each alert of Azure's, by its name in the cluster and its severity."""
    found = {}
    for item in named(documents, "MetricAlert").values():
        name = item["spec"]["azureName"].partition("-")[0]
        criteria = item["spec"]["criteria"]["microsoftAzureMonitorSingleResourceMultipleMetricCriteria"]
        found[name, item["spec"]["severity"]] = criteria["allOf"][0]
    return found


def test_a_database_is_connected_to_at_its_public_name() -> None:
    probe = the(alerts(), "Probe", "prober-orders")["spec"]

    assert probe["targets"]["staticConfig"]["static"] == ["pgdb-shop-live.postgres.database.azure.com:5432"]
    assert probe["module"] == "connect"


def test_a_cache_is_connected_to_by_tls() -> None:
    probe = the(alerts(), "Probe", "prober-cache")["spec"]

    assert probe["targets"]["staticConfig"]["static"] == ["redis-shop-live.redis.cache.windows.net:6380"]
    assert probe["module"] == "connect-tls"


def test_every_module_a_probe_names_is_configured() -> None:
    documents = alerts(PROMISED)
    modules = yaml.safe_load(the(documents, "ConfigMap", "prober")["data"]["config.yaml"])["modules"]

    assert {probe["spec"]["module"] for probe in named(documents, "Probe").values()} == set(modules)


def test_the_prober_reaches_the_stores_and_nothing_else() -> None:
    egress = the(alerts(), "NetworkPolicy", "prober")["spec"]["egress"]

    blocks = [peer["ipBlock"]["cidr"] for rule in egress for peer in rule["to"] if "ipBlock" in peer]
    assert blocks == ["10.0.2.0/24", "10.0.3.0/24"]


def test_an_alert_fires_where_a_store_is_not_reached_or_not_asked_for() -> None:
    found = rules(alerts())

    for name, store in (("DatabaseDown", "orders"), ("CacheDown", "cache")):
        assert f'absent(probe_success{{namespace="web",store="{store}"}})' in found[name]["expr"]
        assert found[name]["labels"]["severity"] == "critical"
        assert promql_parser.parse(found[name]["expr"]) is not None


def test_a_store_in_the_cluster_needs_no_prober() -> None:
    own = f"""
stage: staging
data:
  orders: {{engine: {{azure-flexible-server: null, cloudnative-pg: {{storage: 1Gi, {RESOURCES}}}}}}}
  cache: {{engine: {{azure-cache: null, statefulset: {{{RESOURCES}}}}}}}
"""

    documents = alerts(own)

    assert named(documents, "Probe") == {}
    assert "prober" not in named(documents, "Deployment")


def test_the_cloud_watches_what_only_it_can_see() -> None:
    database = measured(rendered(azure(SERVER, MONITOR), "orders"))
    cache = measured(rendered(azure(CACHE, MONITOR), "cache"))

    assert database["DatabaseDown", 0]["metricName"] == "is_db_alive"
    assert database["DatabaseDown", 0]["operator"] == "LessThan"
    assert cache["CacheNearlyFull", 2]["threshold"] == 90


def test_a_copy_in_another_region_is_watched_for_falling_behind() -> None:
    primary = azure(SERVER, "recovery: {role: primary, peer: spare, rto: 1h, rpo: 15m}")
    waiting = azure(SERVER, SOUTH, "recovery: {role: standby, peer: live, rto: 1h, rpo: 15m}")
    live, spare = introduced(primary, waiting)

    found = measured(rendered(spare, "orders"))

    assert found["ReplicationLag", 1]["threshold"] == 900
    assert found["ReplicationLag", 2]["threshold"] == 450
    assert "ReplicationLag" not in {name for name, _ in measured(rendered(live, "orders"))}


def test_a_cache_that_waits_for_a_failover_is_not_asked_for() -> None:
    primary = azure(SERVER, CACHE, "recovery: {role: primary, peer: spare, rto: 1h, rpo: 15m}")
    waiting = azure(SERVER, CACHE, SOUTH, "recovery: {role: standby, peer: live, rto: 1h, rpo: 15m}")

    _, spare = introduced(primary, waiting)

    assert list(named(rendered(spare, "alerts"), "Probe")) == ["prober-orders"]


def test_without_azures_monitoring_there_is_nobody_it_could_tell() -> None:
    assert named(rendered(azure(SERVER), "orders"), "MetricAlert") == {}


def test_an_alert_tells_the_action_group_that_is_made() -> None:
    group = the(rendered(azure(SERVER, MONITOR), "cloud"), "ActionGroup")["spec"]["azureName"]

    alert = next(iter(named(rendered(azure(SERVER, MONITOR), "orders"), "MetricAlert").values()))

    assert alert["spec"]["actions"][0]["actionGroupId"].endswith(f"/actionGroups/{group}")


def test_what_is_rendered_fits_the_schemas() -> None:
    assert [schema_problems(probe) for probe in named(alerts(), "Probe").values()] == [[], []]
    assert operator_problems(rendered(azure(SERVER, MONITOR), "orders")) == []
    assert operator_problems(rendered(azure(CACHE, MONITOR), "cache")) == []


def test_a_host_that_promises_to_answer_is_asked_on_its_health_path() -> None:
    probe = the(rendered(azure(PROMISED), "alerts"), "Probe", "prober-www-shop-example")

    assert probe["spec"]["targets"]["staticConfig"]["static"] == ["https://www.shop.example/alive"]
    assert probe["spec"]["module"] == "answer"
    assert schema_problems(probe) == []


def test_the_prober_reaches_a_host_by_its_address_and_inside_the_cluster_by_its_controller() -> None:
    egress = the(rendered(azure(PROMISED), "alerts"), "NetworkPolicy", "prober")["spec"]["egress"]

    controller = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
    assert [rule["ports"][0]["port"] for rule in egress] == [53, 443, 443]
    assert egress[-1]["to"] == [controller]


def test_a_promise_is_watched_by_silence_and_by_how_fast_its_budget_burns() -> None:
    documents = rendered(azure(PROMISED), "alerts")
    found = the(documents, "PrometheusRule", "hosts")["spec"]["groups"][0]["rules"]

    assert [(rule["alert"], rule["labels"]["severity"]) for rule in found] == [
        ("HostUnreachable", "critical"),
        ("ErrorBudgetBurning", "critical"),
        ("ErrorBudgetBurning", "warning"),
    ]
    assert "> 14.4 * 0.005" in found[1]["expr"]
    assert [promql_parser.parse(rule["expr"]) is not None for rule in found] == [True] * 3


def test_a_host_without_a_promise_is_not_asked() -> None:
    documents = rendered(azure(PROMISED, "ingress: {availability: null}"), "alerts")

    assert named(documents, "Probe") == {}
    assert "hosts" not in named(documents, "PrometheusRule")

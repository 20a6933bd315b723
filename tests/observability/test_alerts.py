"""Alerts that follow from services, stores and the platform."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from tests.support.rendering import Json, an_environment, rendered, schema_problems, the

from groundplan.model.environment import Environment
from groundplan.observability.dashboard import WIDTH, dashboards

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}"
SHOP = f"""
services:
  web:
    image: 'web:1.0'
    port: 80
    {RESOURCES}
    scaling: {{min: 2, max: 4}}
    objectives: {{availability: 99.9, latency: 300ms}}
  worker: {{image: 'worker:1.0', replicas: 1, {RESOURCES}}}
namespaces: {{reports: {{}}}}
jobs:
  report: {{started_by: worker, namespace: reports, images: {{report: 'report:1.0'}}, {RESOURCES}}}
  nightly: {{schedule: {{at: "0 3 * * *"}}, image: 'nightly:1.0', {RESOURCES}}}
data:
  orders:
    type: postgres
    version: 16
    credentials: orders
    dump: {{bucket: shop-backups, schedule: 0 3 * * *, restore_test: 0 5 * * 0}}
    engine: {{cloudnative-pg: {{storage: 10Gi, {RESOURCES}, archive: {{bucket: shop-backups}}}}}}
  cache: {{type: redis, engine: {{statefulset: {{{RESOURCES}}}}}}}
secrets: {{entries: {{orders: {{generated: true}}}}}}
backups: {{bucket: shop-backups, schedules: {{daily: {{at: 0 18 * * *, keep: 30d}}}}, restore_test: 0 3 * * 0}}
"""
HOSTS = """
ingress: {type: nginx, certificate: shop-tls, availability: 99.5}
expose: {www: {routes: {/: web}}}
hosts: {www: www.shop.example}
"""
GRAFANA = "observability: {grafana_admin: login}\nsecrets: {entries: {login: {generated: true}}}"
STANDBY = "recovery: {role: standby, peer: other, rto: 4h, rpo: 30m}"


def rules(environment: Environment, component: str) -> list[Json]:
    return [
        rule
        for document in rendered(environment, component)
        if document["kind"] == "PrometheusRule"
        for group in document["spec"]["groups"]
        for rule in group["rules"]
    ]


def named(environment: Environment, name: str, component: str = "alerts") -> list[Json]:
    return [rule for rule in rules(environment, component) if rule["alert"] == name]


BUDGET = "observability: {budgets: {models: {series: model_cost_total, per_day: 50, warn_at: 40}}}"


def everything() -> list[Json]:
    environment = an_environment(SHOP, HOSTS, BUDGET)
    waiting = an_environment(HOSTS, f"services: {{web: {{image: 'web:1.0', port: 80, {RESOURCES}}}}}", STANDBY)
    return [*rules(environment, "alerts"), *rules(environment, "monitoring"), *named(waiting, "PrimaryUnreachable")]


@pytest.mark.parametrize("rule", everything(), ids=lambda rule: f"{rule['alert']}-{rule['labels']['service']}")
def test_every_expression_parses(rule: Json) -> None:
    assert promql_parser.parse(rule["expr"]) is not None


def test_every_alert_has_a_section_in_the_runbook(repository: Path) -> None:
    sections = {
        line[3:].strip() for line in (repository / "docs/alerts.md").read_text().splitlines() if line.startswith("## ")
    }

    assert {rule["alert"] for rule in everything()} | shipped(repository) | NOT_SHIPPED == sections


NOT_SHIPPED = {"CacheUnwatched"}
"""Alerts of an engine that no shipped environment has: sentinels of a Redis."""


def shipped(repository: Path) -> set[str]:
    """Alerts of the shipped environments whose runbook is the page of all systems."""
    return {
        rule["alert"]
        for file in sorted((repository / "dist").rglob("PrometheusRule-*.yaml"))
        for group in yaml.safe_load(file.read_text("utf-8"))["spec"]["groups"]
        for rule in group["rules"]
        if "/docs/alerts.md#" in rule.get("annotations", {}).get("runbook_url", "")
    }


def test_every_alert_says_what_to_do_and_whose_it_is() -> None:
    for rule in everything():
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"]
        assert rule["annotations"]["runbook_url"].endswith(f"/docs/alerts.md#{rule['alert'].lower()}")
        assert rule["labels"]["team"] == "platform"
        assert rule["labels"]["severity"] in ("critical", "warning", "info")


def test_an_alert_of_the_system_leads_to_the_system_s_page() -> None:
    own = "observability: {alerts: {TooFewOrders: {expr: up == 0, summary: no orders, action: ask the shop}}}"

    (rule,) = [rule for rule in rules(an_environment(SHOP, own), "alerts") if rule["alert"] == "TooFewOrders"]

    assert rule["annotations"]["runbook_url"].endswith("/docs/systems/shop/on-call.md#alerts-of-live")


def test_a_worker_without_port_is_not_missed_by_the_scraper() -> None:
    down = named(an_environment(SHOP), "ServiceDown")

    assert [rule["labels"]["service"] for rule in down] == ["web"]


def test_an_objective_becomes_a_fast_and_a_slow_burn() -> None:
    burns = named(an_environment(SHOP), "ErrorBudgetBurning")

    assert [
        (rule["labels"]["severity"], "14.4 * 0.001" in rule["expr"], "6 * 0.001" in rule["expr"]) for rule in burns
    ] == [
        ("critical", True, False),
        ("warning", False, True),
    ]


def test_a_promised_latency_is_compared_in_seconds() -> None:
    assert named(an_environment(SHOP), "SlowResponses")[0]["expr"].endswith("> 0.3")


def test_a_service_without_objectives_promises_nothing() -> None:
    assert not [rule for rule in named(an_environment(SHOP), "SlowResponses") if rule["labels"]["service"] == "worker"]


def test_an_autoscaler_at_its_maximum_is_told() -> None:
    assert 'horizontalpodautoscaler="web-hpa"' in named(an_environment(SHOP), "AutoscalerAtMaximum")[0]["expr"]


def test_replication_lag_warns_at_half_the_recovery_point() -> None:
    lag = named(an_environment(SHOP, "recovery: {role: primary, peer: other, rto: 4h, rpo: 30m}"), "ReplicationLag")

    bounds = {rule["labels"]["severity"]: int(re.findall(r"\d+$", rule["expr"])[0]) for rule in lag}
    assert bounds == {"warning": 900, "critical": 1800}


def test_a_late_archive_counts_three_timeouts_of_the_primary() -> None:
    late = named(an_environment(SHOP), "LogArchiveLate")[0]

    assert "> 900 and" in late["expr"]
    assert "cnpg_pg_replication_in_recovery" in late["expr"]


def test_a_missing_dump_is_noticed_after_26_hours() -> None:
    missing = named(an_environment(SHOP), "BackupMissing")[0]

    assert 'or max(kube_cronjob_created{namespace="web",cronjob="postgres-backup"})' in missing["expr"]
    assert missing["expr"].endswith("> 93600")


def test_failed_dumps_and_restore_tests_are_told_apart_from_others() -> None:
    failed = named(an_environment(SHOP), "BackupJobFailed")

    assert all("> (max(kube_cronjob_status_last_successful_time" in rule["expr"] for rule in failed)
    assert ["postgres-backup-[0-9]+" in failed[0]["expr"], "restore-test-[0-9]+" in failed[1]["expr"]] == [True, True]


def test_a_standby_watches_its_database_and_not_its_sleeping_services() -> None:
    standby = an_environment(SHOP, STANDBY)

    names = {rule["alert"] for rule in rules(standby, "alerts")}
    assert {"ReplicationLag", "BackupJobFailed"} <= names
    assert not names & {"ServiceDown", "PodsNotReady", "CacheDown", "BackupMissing", "LogArchiveLate"}


def test_own_alerts_of_the_system_come_too() -> None:
    own = "observability: {alerts: {QueueStuck: {expr: 'queue > 5', for: 10m, summary: stuck, action: look}}}"

    rule = named(an_environment(SHOP, own), "QueueStuck")[0]

    assert (rule["expr"], rule["for"]) == ("queue > 5", "600s")


def test_operators_of_the_cluster_are_watched() -> None:
    down = named(an_environment(SHOP), "OperatorDown", "monitoring")[0]

    assert "cnpg-system" in down["expr"]
    assert "namespace" not in down["labels"]


def test_what_was_scraped_is_missed_when_it_is_gone() -> None:
    (gone,) = named(an_environment(SHOP), "TargetGone", "monitoring")

    assert " unless " in gone["expr"]


def test_an_autoscaler_that_finds_no_measure_is_told() -> None:
    (blind,) = named(an_environment(SHOP), "AutoscalerBlind")

    assert 'horizontalpodautoscaler="web-hpa",condition="ScalingActive"' in blind["expr"]


def test_a_label_that_the_expression_keeps_apart_is_not_written_over() -> None:
    own = (
        "observability: {alerts: {Errors: {expr: 'sum by (service) (rate(x[5m])) > 1', summary: errors, action: look}}}"
    )

    (rule,) = named(an_environment(SHOP, own), "Errors")

    assert "service" not in rule["labels"]
    assert rule["labels"]["namespace"] == "web"


def test_a_standby_asks_the_host_of_its_peer() -> None:
    waiting = an_environment(HOSTS, f"services: {{web: {{image: 'web:1.0', port: 80, {RESOURCES}}}}}", STANDBY)

    assert [rule["labels"]["service"] for rule in named(waiting, "PrimaryUnreachable")] == ["www.shop.example"]


def test_a_worker_is_scraped_where_it_says_and_missed_when_it_is_gone() -> None:
    told = "services: {worker: {metrics_port: 9540, metrics: {runs_total: {type: counter, says: runs}}}}"

    down = named(an_environment(SHOP, told), "ServiceDown")

    assert (
        'up{namespace="web",container="worker"}' in next(r for r in down if r["labels"]["service"] == "worker")["expr"]
    )


@pytest.mark.parametrize("component", ["alerts", "monitoring"])
def test_rules_fit_their_schema(component: str) -> None:
    for document in rendered(an_environment(SHOP), component):
        if document["kind"] == "PrometheusRule":
            assert schema_problems(document) == []


def test_there_is_a_dashboard_for_each_service_and_store_and_one_of_all() -> None:
    data: dict[str, Any] = the(rendered(an_environment(SHOP, GRAFANA), "alerts"), "ConfigMap")["data"]

    names = ["shop-live", "shop-live-web", "shop-live-worker", "shop-live-orders", "shop-live-cache"]
    assert list(data) == [f"{name}.json" for name in names]
    assert [json.loads(text)["uid"] for text in data.values()] == names
    overview = json.loads(data["shop-live.json"])
    assert [panel["title"] for panel in overview["panels"] if panel["type"] == "row"] == ["Objectives"]
    assert overview["links"][0]["tags"] == overview["tags"] == ["shop", "live"]


def test_the_queries_of_the_dashboards_parse() -> None:
    data: dict[str, Any] = the(rendered(an_environment(SHOP, GRAFANA), "alerts"), "ConfigMap")["data"]

    for text in data.values():
        queries = [target["expr"] for panel in json.loads(text)["panels"] for target in panel.get("targets", [])]
        assert queries
        for query in queries:
            promql_parser.parse(query)


def test_without_a_grafana_there_is_no_dashboard() -> None:
    assert [item for item in rendered(an_environment(SHOP), "alerts") if item["kind"] == "ConfigMap"] == []


def test_panels_of_a_dashboard_do_not_overlap() -> None:
    for board in dashboards(an_environment(SHOP)).values():
        cells = [
            (x, y)
            for panel in board["panels"]
            for place in [panel["gridPos"]]
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        ]

        assert cells
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) < WIDTH


def test_a_new_service_moves_no_panel_of_another() -> None:
    resources = "resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m, memory: 64Mi}}"
    new = f"services: {{aaa: {{image: shop/aaa:v1, port: 80, {resources}}}}}"
    before, after = dashboards(an_environment(SHOP)), dashboards(an_environment(SHOP, new))

    assert set(after) - set(before) == {"shop-live-aaa"}
    assert {name: after[name] for name in before if name != "shop-live"} == {
        name: before[name] for name in before if name != "shop-live"
    }


def test_every_dashboard_has_a_uid_of_its_own_that_grafana_takes() -> None:
    long = f"services: {{{'s' * 40}: {{image: shop/aaa:v1, port: 80, resources: {{requests: {{cpu: 100m, memory: 64Mi}}, limits: {{cpu: 200m, memory: 64Mi}}}}}}}}"
    uids = [board["uid"] for board in dashboards(an_environment(SHOP, long)).values()]

    assert len(uids) == len(set(uids)) > 2
    assert max(map(len, uids)) <= 40


def test_a_progressive_service_is_counted_by_its_own_controller() -> None:
    environment = an_environment(SHOP, "services: {web: {rollout: canary}}")

    expr = next(rule["expr"] for rule in named(environment, "PodsNotReady") if rule["labels"]["service"] == "web")

    assert expr.startswith('rollout_info_replicas_available{exported_namespace="web",name="web"} < ')
    assert promql_parser.parse(expr) is not None

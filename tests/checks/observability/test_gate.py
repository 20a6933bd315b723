"""The observability gate: a shop whose web service is scraped, alerted on, routed and shown; then one thing is wrong."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_application, an_environment, an_object, inventory, put, put_delivery, write

from groundplan.checks.observability import run
from groundplan.errors import Finding
from groundplan.model.environment import Environment

Json = dict[str, Any]

PROVIDED = """
always:
  objects:
    - {kind: Namespace, names: [kube-system, monitoring], namespace: ""}
"""
MONITORING = "monitoring.coreos.com/v1"
SMALL = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
RUNBOOK = "https://git.example.com/platform/blob/main/docs/alerts.md#trouble"


def a_shop(observability: Json | None = None, **service: Any) -> Environment:
    orders = {"type": "counter", "labels": ["kind"], "says": "orders taken"}
    waiting = {"type": "gauge", "unit": "seconds", "says": "age of the oldest order"}
    web = {
        "image": "store/web:v1",
        "port": 8080,
        "replicas": 2,
        "resources": SMALL,
        "metrics": {"orders_total": orders, "oldest_order_seconds": waiting},
    } | service
    return an_environment(namespaces={"shop": {}}, services={"web": web}, observability=observability or {})


def a_stack(**values: Any) -> Json:
    told = {
        "prometheus": {"prometheusSpec": {"retention": "15d"}},
        "alertmanager": {"alertmanagerSpec": {"alertmanagerConfiguration": {"name": "alerts"}}},
        "grafana": {"enabled": True},
    } | values
    source = {
        "repoURL": "https://charts.example.com",
        "chart": "kube-prometheus-stack",
        "targetRevision": "1",
        "helm": {"valuesObject": told},
    }
    application = an_application("stack", source=source)
    application["spec"]["destination"]["namespace"] = "monitoring"
    return application


def rules(*listed: Json) -> Json:
    return an_object("PrometheusRule", "web", MONITORING, spec={"groups": [{"name": "web", "rules": list(listed)}]})


def an_alert(expr: str, name: str = "Trouble", **labels: str) -> Json:
    told = {"severity": "critical", **labels}
    return {"alert": name, "expr": expr, "labels": told, "annotations": {"runbook_url": RUNBOOK}}


GONE = an_alert('absent(up{namespace="shop",service="web"})', "Gone")
POD = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {
        "containers": [{"name": "web", "image": "store/web:v1", "ports": [{"name": "http", "containerPort": 8080}]}]
    },
}
WEB = an_object("Deployment", "web", "apps/v1", spec={"replicas": 2, "template": POD})
SERVICE = an_object(
    "Service",
    "web",
    metadata={"labels": {"app": "web"}},
    spec={"selector": {"app": "web"}, "ports": [{"name": "http", "port": 8080, "targetPort": "http"}]},
)
MONITOR = an_object(
    "ServiceMonitor",
    "web",
    MONITORING,
    spec={"selector": {"matchLabels": {"app": "web"}}, "endpoints": [{"port": "http", "interval": "30s"}]},
)
ROUTES = an_object(
    "AlertmanagerConfig",
    "alerts",
    "monitoring.coreos.com/v1alpha1",
    namespace="monitoring",
    spec={
        "route": {
            "receiver": "nobody",
            "routes": [
                {
                    "receiver": "people",
                    "matchers": [{"name": "severity", "matchType": "=~", "value": "critical|warning"}],
                    "continue": True,
                },
                {"receiver": "outside", "matchers": [{"name": "alertname", "value": "Watchdog"}]},
            ],
        },
        "receivers": [
            {"name": "nobody"},
            {"name": "people", "slackConfigs": [{"apiURL": {"name": "receivers", "key": "slack"}}]},
            {"name": "outside", "webhookConfigs": [{"urlSecret": {"name": "receivers", "key": "heartbeat"}}]},
        ],
    },
)
TREE: dict[str, Json] = {
    "namespace": an_object("Namespace", "shop", namespace=None),
    "web": WEB,
    "service": SERVICE,
    "monitor": MONITOR,
    "rules": rules(GONE),
    "routes": ROUTES,
}


def judge(
    root: Path, environment: Environment | None = None, *, stack: Json | None = None, **changed: Json | None
) -> list[Finding]:
    write(root, "environments/provided.yaml", PROVIDED)
    write(root, "docs/alerts.md", "# Alerts\n\n## Trouble\n\nLook.\n")
    for key, document in (TREE | changed).items():
        if document is not None:
            put(root, document, component=key)
    put_delivery(root, an_application("web"))
    put_delivery(root, stack or a_stack())
    return list(run(inventory(root), a_context(root, environment or a_shop())).findings)


def found(*args: Any, **kwargs: Any) -> list[str]:
    return sorted(finding.rule.removeprefix("observability.") for finding in judge(*args, **kwargs))


def asked(root: Path, expr: str, **labels: str) -> list[str]:
    return found(root, rules=rules(GONE, an_alert(expr, **labels)))


def changed(document: Json, *path: str | int, value: Any) -> Json:
    result = copy.deepcopy(document)
    place: Any = result
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return result


def test_a_shop_that_is_watched_is_fine(tmp_path: Path) -> None:
    assert judge(tmp_path) == []


@pytest.mark.parametrize(
    "expr",
    [
        'sum by (kind) (rate(orders_total{namespace="shop",service="web"}[5m])) == 0',
        'max(oldest_order_seconds{pod=~"web-.+"}) > 60',
        'histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket{service="web"}[5m]))) > 1',
        'sum(rate(http_requests_total{status=~"5.*"}[5m])) > 1',
        'kube_deployment_status_replicas_available{deployment="web"} < 2',
    ],
)
def test_what_is_promised_may_be_read(tmp_path: Path, expr: str) -> None:
    assert asked(tmp_path, expr) == []


@pytest.mark.parametrize(
    ("expr", "rule"),
    [
        ("rate(order_total[5m]) > 0", "series"),
        ('orders_total{kind="big"} > 5', "type"),
        ("rate(oldest_order_seconds[5m]) > 0", "type"),
        ("deriv(orders_total[5m]) > 0", "type"),
        ("http_request_duration_seconds > 1", "type"),
        ("histogram_quantile(0.9, sum(rate(http_request_duration_seconds_bucket[5m]))) > 1", "quantile"),
        ("histogram_quantile(0.9, sum by (le) (http_request_duration_seconds_bucket)) > 1", "quantile"),
        ("histogram_quantile(0.9, sum by (le) (rate(orders_total[5m]))) > 1", "quantile"),
        ('rate(orders_total{color="red"}[5m]) > 0', "label"),
        ("sum by (color) (rate(orders_total[5m])) > 0", "label"),
        ("rate(orders_total[30s]) > 0", "window"),
        ("rate(orders_total[30d]) > 0", "range"),
        ('rate(orders_total{service="shop"}[5m]) > 0', "value"),
        ('rate(orders_total{namespace="web"}[5m]) > 0', "value"),
        ('kube_deployment_status_replicas_available{deployment="shop"} < 2', "value"),
        ('kube_deployment_status_replicas_available{namespace=~"shop|web"} < 2', "value"),
    ],
)
def test_an_expression_that_can_never_be_right_is_found(tmp_path: Path, expr: str, rule: str) -> None:
    assert rule in asked(tmp_path, expr)


def test_a_label_that_the_rule_writes_over_is_found(tmp_path: Path) -> None:
    assert asked(tmp_path, "sum by (service) (rate(orders_total[5m])) > 1", service="shop") == ["overwritten"]


def test_a_page_without_the_section_is_found(tmp_path: Path) -> None:
    wrong = an_alert("up == 0")
    wrong["annotations"]["runbook_url"] = RUNBOOK.replace("#trouble", "#calm")

    assert found(tmp_path, rules=rules(GONE, wrong)) == ["runbook"]


def test_a_target_that_nobody_misses_is_found_at_its_monitor(tmp_path: Path) -> None:
    (finding,) = judge(tmp_path, rules=rules(an_alert("up == 0")))

    assert finding.rule == "observability.unwatched"
    assert finding.location.file.endswith("ServiceMonitor-web.yaml")


def test_a_monitor_of_a_port_that_nobody_has_leads_nowhere(tmp_path: Path) -> None:
    monitor = changed(MONITOR, "spec", "endpoints", 0, "port", value="metrics")

    assert "scrape" in found(tmp_path, monitor=monitor)


def test_two_services_over_the_same_pods_are_scraped_twice(tmp_path: Path) -> None:
    second = changed(SERVICE, "metadata", "name", value="web-canary")

    assert found(tmp_path, second=second) == ["doubled", "unwatched"]


def test_alerts_of_a_severity_that_no_route_takes_are_found(tmp_path: Path) -> None:
    routes = changed(ROUTES, "spec", "route", "routes", 0, "matchers", 0, "value", value="warning")

    assert found(tmp_path, routes=routes) == ["unheard"]


def test_a_receiver_that_tells_nobody_is_found(tmp_path: Path) -> None:
    routes = changed(ROUTES, "spec", "receivers", 1, value={"name": "people"})

    assert found(tmp_path, routes=routes) == ["unheard"]


def test_a_configuration_that_alertmanager_does_not_use_is_found(tmp_path: Path) -> None:
    alertmanager = {"alertmanagerSpec": {"alertmanagerConfiguration": {"name": "other"}}}

    assert found(tmp_path, stack=a_stack(alertmanager=alertmanager)) == ["silent", "unheard"]


def test_a_cluster_where_nobody_is_named_yet_is_warned_of(tmp_path: Path) -> None:
    findings = judge(tmp_path, stack=a_stack(alertmanager={}), routes=None)

    assert {str(finding.severity) for finding in findings} == {"warning"}


def test_a_rule_that_silences_its_own_alert_is_found(tmp_path: Path) -> None:
    critical = [{"name": "severity", "value": "critical"}]
    routes = changed(ROUTES, "spec", "inhibitRules", value=[{"sourceMatch": critical, "targetMatch": critical}])

    assert found(tmp_path, routes=routes) == ["inhibition"]


def test_a_cluster_that_can_fall_silent_unnoticed_is_found(tmp_path: Path) -> None:
    routes = changed(ROUTES, "spec", "route", "routes", value=ROUTES["spec"]["route"]["routes"][:1])

    told = {"outside": {"type": "webhook", "secret": "receivers/heartbeat", "severities": [], "heartbeat": True}}
    wanted = a_shop({"receivers": told})

    assert found(tmp_path, wanted, routes=routes) == ["heartbeat"]


def test_a_heartbeat_that_two_clusters_share_is_found(tmp_path: Path) -> None:
    other = a_shop().model_copy(update={"environment": "spare"})
    write(tmp_path, "environments/provided.yaml", PROVIDED)
    write(tmp_path, "docs/alerts.md", "## Trouble\n")
    store = {"name": "vault", "kind": "SecretStore"}
    entry = {"secretKey": "heartbeat", "remoteRef": {"key": "store/heartbeat"}}
    secret = an_object(
        "ExternalSecret",
        "receivers",
        "external-secrets.io/v1",
        namespace="monitoring",
        spec={"secretStoreRef": store, "data": [entry]},
    )
    for scope in ("store/prod", "store/spare"):
        put(tmp_path, ROUTES, "routes", scope)
        put(tmp_path, secret, "secrets", scope)
        put_delivery(tmp_path, a_stack(), scope=scope)

    verdict = run(inventory(tmp_path), a_context(tmp_path, a_shop(), other))

    told = [finding.rule for finding in verdict.findings if finding.rule != "observability.silent-failure"]
    assert told == ["observability.heartbeat"] * 2


def scaled(*metrics: Json) -> Json:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return an_object(
        "HorizontalPodAutoscaler",
        "web-hpa",
        "autoscaling/v2",
        spec={"scaleTargetRef": target, "metrics": list(metrics)},
    )


BLIND = an_alert(
    'max(kube_horizontalpodautoscaler_status_condition{horizontalpodautoscaler="web-hpa",condition="ScalingActive"}) == 1',
    "Blind",
)


def test_an_autoscaler_that_may_go_blind_unheard_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, scaler=scaled()) == ["blind"]


def test_an_autoscaler_whose_blindness_is_told_is_fine(tmp_path: Path) -> None:
    assert found(tmp_path, scaler=scaled(), rules=rules(GONE, BLIND)) == []


def test_a_custom_metric_that_nothing_serves_is_found(tmp_path: Path) -> None:
    metric = {"type": "Pods", "pods": {"metric": {"name": "orders_per_second"}}}

    assert found(tmp_path, scaler=scaled(metric), rules=rules(GONE, BLIND)) == ["unserved"]


def dashboard(**panel: Any) -> Json:
    told = {
        "type": "timeseries",
        "title": "Orders",
        "datasource": {"uid": "prometheus"},
        "targets": [{"expr": "sum(rate(orders_total[5m]))"}],
        **panel,
    }
    labels = {"labels": {"grafana_dashboard": "1"}}
    return an_object("ConfigMap", "board", metadata=labels, data={"board.json": json.dumps({"panels": [told]})})


def test_a_dashboard_that_grafana_loads_is_fine(tmp_path: Path) -> None:
    assert found(tmp_path, board=dashboard()) == []


def test_a_dashboard_without_grafana_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, board=dashboard(), stack=a_stack(grafana={"enabled": False})) == ["dashboard"]


def test_a_panel_of_a_source_that_is_not_there_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, board=dashboard(datasource={"uid": "loki"})) == ["source"]


def test_a_panel_in_another_unit_is_found(tmp_path: Path) -> None:
    wrong = dashboard(targets=[{"expr": "max(oldest_order_seconds)"}], fieldConfig={"defaults": {"unit": "bytes"}})

    assert found(tmp_path, board=wrong) == ["unit"]


def test_what_a_program_of_somebody_else_exposes_is_not_promised(tmp_path: Path) -> None:
    cache = changed(WEB, "spec", "template", "spec", "containers", 0, "image", value="oliver006/redis_exporter:v1")

    assert "series" in found(tmp_path, web=cache, rules=rules(GONE, an_alert("rate(orders_total[5m]) > 0")))


def test_a_queue_that_nobody_makes_is_found(tmp_path: Path) -> None:
    trigger = {"type": "azure-servicebus", "metadata": {"queueName": "orders"}}
    scaler = an_object("ScaledObject", "web", "keda.sh/v1alpha1", spec={"triggers": [trigger]})

    assert "queue" in found(tmp_path, scaler=scaler)


def follows(*triggers: Json) -> Json:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"scaleTargetRef": target, "minReplicaCount": 1, "maxReplicaCount": 4, "triggers": list(triggers)}
    return an_object("ScaledObject", "web", "keda.sh/v1alpha1", spec=spec)


LIST = {"type": "redis", "metadata": {"listName": "orders", "listLength": "2"}}


def backlog(query: str) -> Json:
    return {"type": "prometheus", "metadata": {"query": query, "threshold": "2"}}


@pytest.mark.parametrize(
    ("grace", "triggers", "said"),
    [
        (60, [LIST], set()),
        (3600, [LIST], {"forgetful"}),
        (3600, [LIST, backlog("max(oldest_order_seconds)")], set()),
        (3600, [LIST, backlog("max(newest_order_seconds)")], {"series"}),
    ],
)
def test_a_list_that_forgets_what_is_worked_on_is_found(
    tmp_path: Path, grace: int, triggers: list[Json], said: set[str]
) -> None:
    patient = changed(WEB, "spec", "template", "spec", "terminationGracePeriodSeconds", value=grace)

    assert {*found(tmp_path, web=patient, scaler=follows(*triggers))} - {"blind"} == said


PUSHED = an_object("PushSecret", "certificate", "external-secrets.io/v1alpha1", spec={})


def test_a_value_that_is_pushed_in_vain_for_weeks_is_found(tmp_path: Path) -> None:
    assert "silent-failure" in found(tmp_path, pushed=PUSHED)


@pytest.mark.parametrize(
    ("condition", "heard"),
    [
        ('condition="Ready",status="False"', True),
        ('exported_namespace="shop",condition="Ready",status="False"', True),
        ('exported_namespace="other",condition="Ready",status="False"', False),
        ('condition="Deleted",status="False"', False),
    ],
)
def test_an_alert_hears_of_the_namespaces_that_it_reads(tmp_path: Path, condition: str, heard: bool) -> None:
    alert = an_alert(f"max by (name) (pushsecret_status_condition{{{condition}}}) == 1")

    assert ("silent-failure" not in found(tmp_path, pushed=PUSHED, rules=rules(GONE, alert))) is heard


def a_metric_alert(metric: str = "storage_percent") -> Json:
    one = {"metricName": metric, "metricNamespace": "Microsoft.DBforPostgreSQL/flexibleServers"}
    scope = {"group": "dbforpostgresql.azure.com", "kind": "FlexibleServer", "name": "orders"}
    spec = {"scopesReferences": [scope], "criteria": {"single": {"allOf": [one]}}, "actions": [{"actionGroupId": "x"}]}
    return an_object("MetricAlert", "full", "insights.azure.com/v1api20180301", spec=spec)


def test_an_alert_of_a_cloud_on_what_it_measures_is_fine(tmp_path: Path) -> None:
    assert found(tmp_path, alert=a_metric_alert()) == []


def test_an_alert_of_a_cloud_on_what_it_does_not_measure_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, alert=a_metric_alert("disk_percent")) == ["metric"]


def test_a_health_check_without_a_reader_is_found(tmp_path: Path) -> None:
    spec = {"healthCheckConfig": {"fullyQualifiedDomainName": "shop.example.com"}}
    check = an_object("HealthCheck", "shop", "route53.services.k8s.aws/v1alpha1", spec=spec)

    assert found(tmp_path, check=check) == ["unheard"]

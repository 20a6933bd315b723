"""The monitoring stack: its values, its custom metrics, who is told, and who may talk to whom."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.observability.test_alerts import SHOP
from tests.support.rendering import Json, an_environment, rendered, schema_problems, the

from groundplan.errors import EnvironmentFileError
from groundplan.model.scaling import Metric
from groundplan.observability.custom_metrics import rule
from groundplan.observability.stack import stack_values
from groundplan.yaml.text import to_yaml

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}"
TOLD = """
secrets: {entries: {told: {keys: {key: shop/key}}}}
observability:
  receivers:
    chat: {type: slack, secret: told/key, to: '#shop'}
    mail: {type: email, secret: told/key, to: a@shop.example, server: 'mail.shop.example:587', sender: b@shop.example}
    pager: {type: pagerduty, secret: told/key, severities: [critical]}
    team: {type: teams, secret: told/key}
    outside: {type: webhook, secret: told/key, severities: [], heartbeat: true}
"""


def routing() -> Json:
    return the(rendered(an_environment(TOLD), "monitoring"), "AlertmanagerConfig")


def test_prometheus_takes_rules_and_targets_of_every_release() -> None:
    spec = stack_values(an_environment())["prometheus"]["prometheusSpec"]

    kinds = ("podMonitor", "probe", "rule", "scrapeConfig", "serviceMonitor")
    assert [spec[f"{kind}SelectorNilUsesHelmValues"] for kind in kinds] == [False] * 5


def test_metrics_fill_four_fifths_of_the_volume() -> None:
    spec = stack_values(an_environment("observability: {storage: 100Gi}"))["prometheus"]["prometheusSpec"]

    assert spec["retentionSize"] == "81920MB"


def test_grafana_comes_only_with_credentials_from_a_secret() -> None:
    secret = "secrets: {entries: {dashboards: {keys: {admin-user: shop/a, admin-password: shop/b}}}}"
    with_secret = an_environment(secret, "observability: {grafana_admin: dashboards}")

    assert stack_values(an_environment())["grafana"] == {"enabled": False}
    assert stack_values(with_secret)["grafana"]["admin"]["existingSecret"] == "dashboards"


def test_grafana_credentials_must_be_declared() -> None:
    with pytest.raises(EnvironmentFileError, match=r"observability.grafana_admin: there is no secret `dashboards`"):
        an_environment("observability: {grafana_admin: dashboards}")


def test_a_histogram_becomes_its_quantile_per_pod_in_seconds() -> None:
    made = rule("slow_p95", Metric(average="300ms", histogram="slow_seconds"))

    assert made["metricsQuery"] == (
        "histogram_quantile(0.95, sum by (<<.GroupBy>>, le) (rate(slow_seconds_bucket{<<.LabelMatchers>>}[2m])))"
    )
    assert made["resources"]["overrides"]["pod"] == {"resource": "pod"}


def test_a_counter_becomes_a_rate_and_a_gauge_an_average() -> None:
    assert "rate(done_total{" in rule("done", Metric(average="5", counter="done_total"))["metricsQuery"]
    assert rule("queue", Metric(average="5", gauge="queue"))["metricsQuery"].startswith("avg by (<<.GroupBy>>) (queue{")


def test_every_kind_of_receiver_fits_the_schema() -> None:
    assert schema_problems(routing()) == []


def test_values_of_receivers_stay_in_their_secret() -> None:
    chat = next(receiver for receiver in routing()["spec"]["receivers"] if receiver["name"] == "chat")

    assert chat["slackConfigs"][0]["apiURL"] == {"name": "told", "key": "key"}


def test_nobody_ends_the_search_for_receivers() -> None:
    assert all(route["continue"] for route in routing()["spec"]["route"]["routes"])


def test_a_pager_gets_critical_alerts_alone() -> None:
    route = next(route for route in routing()["spec"]["route"]["routes"] if route["receiver"] == "pager")

    assert {"name": "severity", "matchType": "=~", "value": "critical"} in route["matchers"]


def test_a_heartbeat_goes_out_every_minute_and_nothing_else_to_who_wants_no_alerts() -> None:
    routes = [route for route in routing()["spec"]["route"]["routes"] if route["receiver"] == "outside"]

    assert len(routes) == 1
    assert routes[0]["repeatInterval"] == "1m"
    assert routes[0]["matchers"] == [{"name": "alertname", "matchType": "=", "value": "Watchdog"}]


@pytest.mark.parametrize(
    ("receiver", "message"),
    [
        ("{type: slack, secret: told/key}", "is of type slack and names nobody; write to: a channel or an address"),
        ("{type: email, secret: told/key, to: a@shop.example}", "sends mail, but lacks the server or the sender"),
        ("{type: webhook, secret: told}", "secret `told` names no key; write it as <secret>/<key>"),
    ],
)
def test_a_receiver_that_cannot_work_is_refused(receiver: str, message: str) -> None:
    with pytest.raises(EnvironmentFileError, match=message):
        an_environment(f"observability: {{receivers: {{one: {receiver}}}}}")


def test_only_alertmanager_leaves_the_cluster_and_mail_has_its_port() -> None:
    policies = {
        document["metadata"]["name"]: document["spec"]["egress"]
        for document in rendered(an_environment(TOLD), "monitoring")
        if document["kind"] == "NetworkPolicy"
    }

    public = {
        name: sorted(port["port"] for rule in rules for port in rule.get("ports", []) if "0.0.0.0/0" in str(rule))
        for name, rules in policies.items()
        if "0.0.0.0/0" in str(rules)
    }
    assert public == {"alertmanager": [443, 587]}


def test_the_api_server_may_ask_the_metrics_adapter() -> None:
    measured = "scaling: {min: 2, max: 4, metrics: {queue_length: {average: 5, gauge: queue_length}}}"
    service = f"services: {{web: {{image: 'web:1.0', port: 80, {RESOURCES}, {measured}}}}}"
    adapter = the(rendered(an_environment(service), "monitoring"), "NetworkPolicy", "prometheus-adapter")

    assert adapter["spec"]["ingress"] == [{"ports": [{"protocol": "TCP", "port": 6443}]}]


def test_each_prometheus_may_be_watched_by_the_other_and_both_watch_alertmanager() -> None:
    policies = rendered(an_environment(SHOP), "monitoring")

    admitted = {
        name: {
            port["port"]
            for rule in the(policies, "NetworkPolicy", name)["spec"]["ingress"]
            if {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}}} in rule["from"]
            for port in rule["ports"]
        }
        for name in ("prometheus", "alertmanager")
    }
    assert admitted == {"prometheus": {8080, 9090}, "alertmanager": {8080, 9093}}


def test_promtool_accepts_the_rules(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: the rules were parsed, not checked")
    groups: list[Any] = [
        group
        for document in rendered(an_environment(SHOP), "alerts")
        if document["kind"] == "PrometheusRule"
        for group in document["spec"]["groups"]
    ]
    file = tmp_path / "rules.yaml"
    file.write_text(to_yaml({"groups": groups}))

    done = subprocess.run([promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr

"""What keeps logs is judged by every gate, and each sees what can go wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from groundplan.checks.inventory import read_inventory
from groundplan.checks.runner import check
from groundplan.errors import Severity
from groundplan.review.fields import joined, leaves
from groundplan.review.semantics import table_of

SYSTEM = "logs"
PLACE = f"dist/{SYSTEM}/live/logging/logging"
AGENTS = f"dist/{SYSTEM}/live/logging/log-agents"
JUDGED = (
    "admission", "alerts", "capacity", "cold_start", "credentials", "documents", "intent", "observability", "order",
    "reachability", "references", "schema", "support",
)  # fmt: skip


def the_file(root: Path, pattern: str) -> Path:
    found = sorted(root.glob(pattern))
    assert len(found) == 1, f"{pattern}: {found}"
    return found[0]


def broken(root: Path, pattern: str, before: str, after: str) -> None:
    """One text of one file is another."""
    file = the_file(root, pattern)
    text = file.read_text("utf-8")
    assert re.search(before, text), f"{file.name} has no {before}"
    file.write_text(re.sub(before, after, text, count=1), "utf-8")


def test_it_passes_every_gate(rendered: Path) -> None:
    report = check(rendered, [SYSTEM], workers=1)

    assert [str(item) for item in report.findings if item.severity is Severity.ERROR] == []
    results = {result.name: result for result in report.results}
    assert all(results[name].judged for name in JUDGED)


def test_every_field_has_a_meaning_for_a_review(rendered: Path) -> None:
    unknown = set()
    for item in read_inventory(rendered).objects:
        table = table_of(item.group, item.kind)
        if not item.path.startswith(f"dist/{SYSTEM}/live/logging/") or table is None:
            unknown |= {f"{item.group}/{item.kind}"} if item.path.startswith(f"dist/{SYSTEM}/live/logging/") else set()
            continue
        paths = [path for path, _ in leaves(dict(item.document)) if path[0] not in ("apiVersion", "kind")]
        unknown |= {f"{item.kind}: {joined(path)}" for path in paths if table.meaning(path) is None}

    assert unknown == set()


CASES = {
    "admission: what writes to its image": (
        "admission", f"{PLACE}/Elasticsearch-logs.yaml", r"readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false",
        "refuses",
    ),
    "admission: an image from elsewhere": (
        "admission", f"{PLACE}/Kibana-logs.yaml", r"image: docker\.elastic\.co/", "image: docker.example.com/", "allowed registry",
    ),
    "alerts: one that never fires": (
        "alerts", f"dist/{SYSTEM}/live/monitoring/monitoring/PrometheusRule-logging.yaml",
        r'max\(elasticsearch_cluster_health_status\{color="yellow"\}\) == 1', 'max(elasticsearch_cluster_health_status{color="yellow"}) == 2',
        "LogsWithoutCopies",
    ),
    "observability: an alert about a Deployment that nobody makes": (
        "observability", f"dist/{SYSTEM}/live/monitoring/monitoring/PrometheusRule-logging.yaml", r'deployment="logs-kb"', 'deployment="kibana"',
        "which it never has",
    ),
    "observability: nobody reads the exporter": (
        "observability", f"{PLACE}/ServiceMonitor-logs-exporter.yaml", r"port: metrics", "port: http", "nothing is scraped by it",
    ),
    "capacity: nodes of it that no node holds": (
        "capacity", f"{PLACE}/Elasticsearch-logs.yaml", r"count: 3", "count: 9", "Elasticsearch logs",
    ),
    "references: no operator": (
        "references", f"argocd/{SYSTEM}/live/applications/Application-eck-operator-live.yaml", None, "", "elastic",
    ),
    "cold_start: it is told what is kept before it is there": (
        "cold_start", f"{PLACE}/Job-logs-setup.yaml", r"sync-wave: '2'", "sync-wave: '-5'", "and that for itself",
    ),
    "order: it comes before its operator": (
        "order", f"argocd/{SYSTEM}/live/applications/Application-logging-live.yaml", r"sync-wave: '20'", "sync-wave: '-5'",
        "the definition of elasticsearch.k8s.elastic.co/Elasticsearch",
    ),
    "intent: fewer nodes than are stated": (
        "intent", f"{PLACE}/Elasticsearch-logs.yaml", r"count: 3", "count: 1", "logging.elasticsearch.nodes says `3`",
    ),
    "intent: smaller volumes than are stated": (
        "intent", f"{PLACE}/Elasticsearch-logs.yaml", r"storage: 200Gi", "storage: 20Gi", "logging.elasticsearch.storage says",
    ),
    "intent: volumes that go with their cluster": (
        "intent", f"{PLACE}/Elasticsearch-logs.yaml", r"DeleteOnScaledownOnly", "DeleteOnScaledownAndClusterDeletion",
        "which must be `DeleteOnScaledownOnly`",
    ),
    "intent: logs that are deleted too early": (
        "intent", f"{PLACE}/ConfigMap-logs-setup.yaml", r'"min_age": "30d"', '"min_age": "7d"',
        "deletes logs after 7d, and logging.retention says 30d",
    ),
    "intent: an audit log that is deleted too early": (
        "intent", f"{PLACE}/ConfigMap-logs-setup.yaml", r'"min_age": "365d"', '"min_age": "30d"',
        "deletes logs after 30d, and logging.audit_retention says 365d",
    ),
    "intent: logs that are never deleted": (
        "intent", f"{PLACE}/ConfigMap-logs-setup.yaml", r'"delete": \{\s+"min_age"', '"cold": {"min_age"', "deletes nothing",
    ),
    "intent: one index for ever": (
        "intent", f"{PLACE}/ConfigMap-logs-setup.yaml", r'"rollover": \{', '"forcemerge": {', "begins no new index",
    ),
    "intent: no copy of a shard": (
        "intent", f"{PLACE}/ConfigMap-logs-setup.yaml", r'"number_of_replicas": 1', '"number_of_replicas": 0', "keeps 0 copies",
    ),
    "intent: a policy that nobody brings": (
        "intent", f"{PLACE}/ConfigMap-logs-setup.yaml", r'"name": "logs-pods"', '"name": "logs-pod"', "names the policy `logs-pod`",
    ),
    "intent: a data view on logs that nobody keeps": (
        "intent", f"{PLACE}/ConfigMap-logs-setup.yaml", r'"title":"logs-audit-\*"', '"title":"logs-audits-*"', "looks at logs that nobody keeps",
    ),
    "intent: a dashboard of a picture that is not there": (
        "intent", f"{PLACE}/ConfigMap-logs-setup.yaml", r'"id":"shop-0","name":"panel_0"', '"id":"shop-7","name":"panel_0"', "`shop-7`, which nobody brings",
    ),
    "references: it shows another Elasticsearch": (
        "references", f"{PLACE}/Kibana-logs.yaml", r"elasticsearchRef:\n( +)name: logs", r"elasticsearchRef:\n\1name: log", "there is no Elasticsearch `log`",
    ),
    "references: a login that nobody makes": (
        "references", f"{PLACE}/Elasticsearch-logs.yaml", r"secretName: logs-reader", "secretName: logs-readers", "logs-readers",
    ),
    "reachability: nobody may ask Elasticsearch": (
        "reachability", f"{PLACE}/NetworkPolicy-logs-elasticsearch.yaml", r"port: 9200", "port: 9201", "9200",
    ),
    "reachability: nodes that do not find each other": (
        "reachability", f"{PLACE}/NetworkPolicy-logs-elasticsearch.yaml", r"port: 9300", "port: 9301", "9300",
    ),
    "reachability: Kibana that reaches nothing": (
        "reachability", f"{PLACE}/NetworkPolicy-logs-kibana.yaml", r"port: 9200", "port: 9201", "9200",
    ),
    "intent: a pipeline that writes where nobody says how long": (
        "intent", f"{PLACE}/Logstash-logs.yaml", r'data_stream_dataset => "pods"', 'data_stream_dataset => "pod"', "for which no template says",
    ),
    "intent: a pipeline that listens where no Service leads": (
        "intent", f"{PLACE}/Logstash-logs.yaml", r"port => 8443", "port => 8445", "to which no Service of it leads",
    ),
    "intent: a pipeline that cannot be read": (
        "intent", f"{PLACE}/Logstash-logs.yaml", r"skip_on_invalid_json => true \}", "skip_on_invalid_json => true", "leaves a brace open",
    ),
    "intent: agents that send in plain": (
        "intent", f"{AGENTS}/ConfigMap-logs-agent.yaml", r"endpoint https://", "endpoint http://", "everybody on the way reads along",
    ),
    "intent: agents that send to a port that is not there": (
        "intent", f"{AGENTS}/ConfigMap-logs-agent.yaml", r"\.svc:8443", ".svc:8444", "has no port 8444",
    ),
    "intent: agents that send to nobody": (
        "intent", f"{AGENTS}/ConfigMap-logs-agent.yaml", r"logs-ls-input\.logging", "logs-ls-inputs.logging", "which no Logstash",
    ),
    "reachability: agents that do not reach Logstash": (
        "reachability", f"{AGENTS}/NetworkPolicy-logs-agent.yaml", r"port: 8443", "port: 8442", "8443",
    ),
    "reachability: Logstash that lets no agent in": (
        "reachability", f"{PLACE}/NetworkPolicy-logs-logstash.yaml", r"port: 8443", "port: 8442", "8443",
    ),
    "references: an authority whose key lies elsewhere": (
        "references", f"dist/{SYSTEM}/live/logging/ClusterIssuer-logs-authority.yaml", r"secretName: logs-authority", "secretName: logs-authorities",
        "logs-authorities",
    ),
    "references: agents without a certificate": (
        "references", f"{AGENTS}/Certificate*-logs-agent.yaml", None, "", "logs-agent",
    ),
    "policy: agents that answer for nothing": (
        "policy", "environments/logs/exemptions.yaml", r"rule: no-host-path", "rule: no-host-port", "mounts the disk of its node",
    ),
    "admission: what prepares the files of Logstash may become root": (
        "admission", f"{PLACE}/Logstash-logs.yaml", r"logstash-internal-init-config", "logstash-internal-init", "refuses",
    ),
    "documents: a page about a workload that nobody makes": (
        "documents", "docs/systems/logs/logging.md", r"statefulset/logs-ls", "statefulset/logs-logstash", "there is no StatefulSet",
    ),
    "reachability: spans that nobody lets out": (
        "reachability", f"dist/{SYSTEM}/live/web/shop/NetworkPolicy-web.yaml", r"port: 4317", "port: 4316", "4317",
    ),
    "reachability: spans that nobody lets in": (
        "reachability", f"{PLACE}/NetworkPolicy-traces.yaml", r"port: 4317", "port: 4316", "4317",
    ),
    "references: spans for a Service that nobody makes": (
        "references", f"dist/{SYSTEM}/live/web/shop/Deployment-web.yaml", r"http://traces\.logging\.svc", "http://tracing.logging.svc", "tracing",
    ),
    "intent: spans are deleted at another time than is stated": (
        "intent", f"{PLACE}/CronJob-traces-cleaner.yaml", r"schedule: 30 2 \* \* \*", "schedule: 30 2 1 1 *", "which the environment states nowhere",
    ),
    "intent: spans are deleted too early": (
        "intent", f"{PLACE}/CronJob-traces-cleaner.yaml", r"- '7'", "- '1'", "tracing.retention says 7d",
    ),
    "intent: another share of requests than is stated": (
        "intent", f"dist/{SYSTEM}/live/web/shop/Deployment-web.yaml", r"value: '0\.25'", "value: '1.0'", "tracing.sampling says 0.25",
    ),
    "schema: a field that its kind does not have": (
        "schema", f"{PLACE}/Elasticsearch-logs.yaml", r"nodeSets:", "nodeSet:", "nodeSet",
    ),
}  # fmt: skip
"""What is broken to the gate, the file, what stands there (None for the whole file), what instead, and what is said."""


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_seen(case: str, tree: Path) -> None:
    gate, pattern, before, after, said = CASES[case]
    if before is None:
        the_file(tree, pattern).unlink()
    else:
        broken(tree, pattern, before, after)

    report = check(tree, [SYSTEM], gates=[gate], workers=1)
    told = [str(item) for item in report.findings if item.severity in (Severity.ERROR, Severity.NOT_JUDGED)]

    assert any(said in line for line in told), told

"""The charts gate: a chart without facts is not judged, and what the facts say against a chart is a finding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, a_project, an_application, an_environment, inventory, put_delivery

from groundplan.addons.catalogue import catalogue
from groundplan.chart_facts.facts import Brought, ChartFacts, DefinedVersion, Definition, Refusal, ValueFacts
from groundplan.chart_facts.pods import Container, Pod
from groundplan.chart_facts.release import inputs_of
from groundplan.chart_facts.store import FOLDER, Entry, write_entries
from groundplan.chart_facts.traffic import Service, ServicePort, Webhook
from groundplan.checks.charts import run
from groundplan.checks.gate import GateResult, Verdict
from groundplan.errors import Severity

FILE = f"{FOLDER}/store/web-prod.json"
CHARTS = "https://charts.example.com"
DEPLOYMENT = Brought("apps/v1", "Deployment", "web", "shop")


def application(values: dict[str, Any] | None = None, chart: str = "web", scope: str = "store/prod") -> dict[str, Any]:
    helm = {"releaseName": "web", "valuesObject": values or {}}
    source = {"repoURL": CHARTS, "chart": chart, "targetRevision": "1.2.3", "helm": helm}
    return an_application(scope=scope, source=source)


def entry_for(document: dict[str, Any], facts: ChartFacts | None = None, **fields: Any) -> Entry:
    (release,) = inputs_of(document, "1.32")
    return Entry(
        release.chart,
        release.version,
        release.release,
        release.namespace,
        release.kubernetes,
        release.digest,
        facts=facts or ChartFacts(objects=(DEPLOYMENT,)),
        **fields,
    )


def judge(root: Path, documents: list[dict[str, Any]], entries: dict[str, Entry]) -> Verdict:
    put_delivery(root, a_project())
    for document in documents:
        put_delivery(root, document, scope=f"store/{document['metadata']['name'].partition('-')[2]}")
    write_entries(root, entries)
    environments = [an_environment(f"store/{name}") for name in ("prod", "dev")]
    return run(inventory(root), a_context(root, *environments))


def rules(verdict: Verdict) -> list[str]:
    return [finding.rule for finding in verdict.findings]


def one(root: Path, facts: ChartFacts, values: dict[str, Any] | None = None, chart: str = "web") -> Verdict:
    document = application(values, chart)
    return judge(root, [document], {FILE: entry_for(document, facts)})


def test_a_chart_whose_facts_are_recorded_is_judged(tmp_path: Path) -> None:
    assert one(tmp_path, ChartFacts(objects=(DEPLOYMENT,))) == Verdict(1)


def test_a_chart_without_facts_is_not_judged_and_closes_the_strict_run(tmp_path: Path) -> None:
    verdict = judge(tmp_path, [application()], {})
    result = GateResult("charts", verdict.judged, verdict.findings, verdict.not_judged, 0)

    assert (verdict.judged, rules(verdict)) == (0, ["charts.not-recorded"])
    assert (result.failed(strict=False), result.failed(strict=True)) == (False, True)


def test_facts_of_other_values_are_stale(tmp_path: Path) -> None:
    verdict = judge(tmp_path, [application({"replicas": 3})], {FILE: entry_for(application({"replicas": 2}))})

    assert sorted(rules(verdict)) == ["charts.not-recorded", "charts.unused"]


def test_facts_from_before_the_cluster_had_an_api_are_stale(tmp_path: Path) -> None:
    document = application()
    entry = entry_for(document, asked=("apps/v1/Deployment",), served=())

    assert rules(judge(tmp_path, [document], {FILE: entry})) == ["charts.not-recorded"]


def test_a_chart_that_was_not_to_be_had_is_shown_and_closes_nothing(tmp_path: Path) -> None:
    document = application()
    verdict = judge(tmp_path, [document], {FILE: entry_for(document, recorded=False, reason="nobody has it")})
    result = GateResult("charts", verdict.judged, verdict.findings, verdict.not_judged, 0)

    assert [finding.severity for finding in verdict.findings] == [Severity.WARNING]
    assert (result.unjudged, result.failed(strict=True)) == (1, False)


def test_a_value_that_nobody_reads_is_found_at_its_line(tmp_path: Path) -> None:
    facts = ChartFacts(objects=(DEPLOYMENT,), values=ValueFacts(1, unread=("server.replica",)))
    (finding,) = one(tmp_path, facts, {"server": {"replica": 2}}).findings

    assert (finding.rule, finding.severity) == ("charts.value-unread", Severity.ERROR)
    assert finding.subject.endswith("spec.source.helm.valuesObject.server.replica")
    assert finding.location.line > 0


def test_values_that_the_charts_schema_refuses_are_found(tmp_path: Path) -> None:
    facts = ChartFacts(objects=(DEPLOYMENT,), values=ValueFacts(1, refused=("replica: is not allowed",)))

    assert rules(one(tmp_path, facts, {"replica": 2})) == ["charts.value-refused"]


def test_a_value_that_repeats_the_default_is_a_warning(tmp_path: Path) -> None:
    facts = ChartFacts(objects=(DEPLOYMENT,), values=ValueFacts(1, {"log": "info"}))
    (finding,) = one(tmp_path, facts, {"log": "info"}).findings

    assert (finding.rule, finding.severity) == ("charts.value-repeated", Severity.WARNING)
    assert 'web 1.2.3 has `"info"` by itself' in finding.message


def test_a_choice_that_varies_may_be_the_default_somewhere(tmp_path: Path) -> None:
    prod, dev = application({"log": "info"}), application({"log": "debug"}, scope="store/dev")
    facts = ChartFacts(objects=(DEPLOYMENT,), values=ValueFacts(1, {"log": "info"}))
    other = entry_for(dev, ChartFacts(objects=(DEPLOYMENT,), values=ValueFacts(1)))

    verdict = judge(tmp_path, [prod, dev], {FILE: entry_for(prod, facts), f"{FOLDER}/store/web-dev.json": other})

    assert verdict.findings == ()


@pytest.mark.parametrize(
    ("values", "path"),
    [({"replicaCount": 1}, "replicaCount"), ({"resources": {"limits": {"memory": "1Gi"}}}, "resources.limits.memory")],
)
def test_sizes_may_be_said_although_they_are_the_default(tmp_path: Path, values: dict[str, Any], path: str) -> None:
    facts = ChartFacts(objects=(DEPLOYMENT,), values=ValueFacts(1, {path: "x"}))

    assert one(tmp_path, facts, values).findings == ()


def test_what_the_clusters_kubernetes_would_refuse_is_found(tmp_path: Path) -> None:
    refusal = Refusal("CustomResourceDefinition a", "spec.versions[0].selectableFields", "is not a field here")
    (finding,) = one(tmp_path, ChartFacts(objects=(DEPLOYMENT,), refusals=(refusal,))).findings

    assert finding.rule == "charts.refused"
    assert "Kubernetes 1.32 refuses spec.versions[0].selectableFields: is not a field here" in finding.message


def test_what_comes_out_differently_each_time_is_found(tmp_path: Path) -> None:
    assert rules(one(tmp_path, ChartFacts(objects=(DEPLOYMENT,), unstable=("Secret a",)))) == ["charts.unstable"]


def test_a_kind_that_the_project_does_not_permit_is_found(tmp_path: Path) -> None:
    facts = ChartFacts(objects=(DEPLOYMENT, Brought("rbac.authorization.k8s.io/v1", "ClusterRole", "web")))

    assert rules(one(tmp_path, facts)) == ["charts.kind"]


def test_a_namespace_that_the_project_does_not_permit_is_found(tmp_path: Path) -> None:
    facts = ChartFacts(objects=(replace(DEPLOYMENT, namespace="kube-system"),))

    assert rules(one(tmp_path, facts)) == ["charts.namespace"]


def behind_a_webhook(**fields: Any) -> ChartFacts:
    pod = Pod("apps/v1", "Deployment", "shop", "web", (Container("web", "web:1"),), labels={"app": "web"}, **fields)
    service = Service("shop", "web", {"app": "web"}, (ServicePort(443, "443"),))
    webhook = Webhook("validating", "web", "web.example.com", "shop", "web")
    return ChartFacts(objects=(DEPLOYMENT,), pods=(pod,), services=(service,), webhooks=(webhook,))


def test_a_pod_that_the_api_server_calls_without_a_priority_is_found(tmp_path: Path) -> None:
    assert rules(one(tmp_path, behind_a_webhook())) == ["charts.no-priority"]


def test_a_pod_with_a_priority_and_one_that_nobody_calls_are_no_findings(tmp_path: Path) -> None:
    quiet = replace(behind_a_webhook(), webhooks=())

    assert one(tmp_path / "a", behind_a_webhook(priority="system-cluster-critical")).findings == ()
    assert one(tmp_path / "b", quiet).findings == ()


def test_a_pod_behind_a_load_balancer_needs_a_priority_too(tmp_path: Path) -> None:
    facts = behind_a_webhook()
    open_to_all = replace(facts, webhooks=(), services=(replace(facts.services[0], type="LoadBalancer"),))

    assert rules(one(tmp_path, open_to_all)) == ["charts.no-priority"]


def test_definitions_that_the_catalogue_lacks_or_makes_up_are_found(tmp_path: Path) -> None:
    add_on = catalogue()["sealed-secrets"]
    (first, *others) = add_on.defined_kinds
    (version,) = set(add_on.versions.values())
    defined = [Definition("example.com", "Thing", "things", True, (DefinedVersion("v1"),))]
    facts = ChartFacts(objects=(DEPLOYMENT,), definitions=tuple(defined))

    document = application(chart="sealed-secrets")
    document["spec"]["source"]["targetRevision"] = version

    found = judge(tmp_path, [document], {FILE: entry_for(document, facts)}).findings

    assert others == []
    assert [(finding.rule, finding.message) for finding in found] == [
        ("charts.definitions", "lacks Thing, which the chart defines"),
        ("charts.definitions", f"names {first[1]}, which the chart does not define"),
    ]


def test_facts_that_nobody_asks_for_are_found(tmp_path: Path) -> None:
    document = application()
    old = entry_for(application({"old": True}))

    verdict = judge(tmp_path, [document], {FILE: entry_for(document), f"{FOLDER}/store/old-prod.json": old})

    assert [(finding.rule, finding.location.file) for finding in verdict.findings] == [
        ("charts.unused", f"{FOLDER}/store/old-prod.json")
    ]

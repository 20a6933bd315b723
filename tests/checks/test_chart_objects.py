"""What the references gate believes of a chart: its recorded facts, and the list of trusted things only without them."""

from __future__ import annotations

from pathlib import Path

import pytest
from trees import a_context, an_application, an_environment, an_object, inventory, put, put_delivery, write

from groundplan.chart_facts.facts import Brought, Certificate, ChartFacts
from groundplan.chart_facts.pods import Container, ContainerPort, Pod
from groundplan.chart_facts.release import inputs_of
from groundplan.chart_facts.store import FOLDER, Entry, write_entries
from groundplan.chart_facts.traffic import Service, ServicePort
from groundplan.checks.references import run

PROVIDED = """
always:
  apis: ["", apps, networking.k8s.io, argoproj.io]
  objects: [{kind: Namespace, names: [argocd, shop], namespace: ""}]
charts:
  web: {objects: [{kind: Pod, labels: {app: ghost}}]}
kinds:
  - {of: example.com/Server, objects: [{kind: ConfigMap, names: ["{metadata.name}-made"], keys: [a]}]}
"""

FACTS = ChartFacts(
    objects=(Brought("v1", "Secret", "keys", "shop", keys=("a",)), Brought("example.com/v1", "Server", "one", "shop")),
    pods=(
        Pod(
            "apps/v1",
            "Deployment",
            "shop",
            "web",
            (Container("web", "web:1", ports=(ContainerPort(80, "http"),)),),
            labels={"app": "web"},
        ),
    ),
    services=(Service("shop", "web", {"app": "web"}, (ServicePort(80, "http", "http"),)),),
    certificates=(Certificate("shop", "web", "web-tls", "Issuer/own"),),
)


def found(root: Path, facts: ChartFacts | None, pod: dict[str, object], app: str = "web") -> list[str]:
    """Rules that a pod and a Service which refers to the chart's pods break."""
    write(root, "environments/provided.yaml", PROVIDED)
    source = {"repoURL": "https://charts.example.com", "chart": "web", "targetRevision": "1.2.3"}
    application = an_application(source=source)
    put_delivery(root, application)
    (release,) = inputs_of(application, "1.32")
    entry = Entry("web", "1.2.3", release.release, "shop", "1.32", release.digest, facts=facts or ChartFacts())
    write_entries(root, {f"{FOLDER}/store/web-prod.json": entry} if facts is not None else {})
    put(
        root, an_object("Service", "to-web", spec={"selector": {"app": app}, "ports": [{"port": 80, "targetPort": 80}]})
    )
    put(root, an_object("Pod", "mine", spec={"containers": [{"name": "a", "image": "a:1", **pod}]}))
    verdict = run(inventory(root), a_context(root, an_environment()))
    return [f"{item.rule}: {item.message}" for item in verdict.findings if "project" not in item.message.lower()]


def of_secret(name: str, key: str) -> dict[str, object]:
    return {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}]}


def of_config(name: str, key: str) -> dict[str, object]:
    return {"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": name, "key": key}}}]}


@pytest.mark.parametrize("pod", [of_secret("keys", "a"), of_secret("web-tls", "tls.crt"), of_config("one-made", "a")])
def test_what_a_chart_brings_is_found(tmp_path: Path, pod: dict[str, object]) -> None:
    assert found(tmp_path, FACTS, pod) == []


def test_a_key_that_the_chart_does_not_bring_is_missed(tmp_path: Path) -> None:
    assert len(found(tmp_path, FACTS, of_secret("keys", "b"))) == 1


def test_where_facts_are_known_nothing_is_taken_on_trust(tmp_path: Path) -> None:
    assert len(found(tmp_path, FACTS, {}, app="ghost")) == 1


def test_without_facts_the_list_is_believed(tmp_path: Path) -> None:
    assert found(tmp_path, None, {}, app="ghost") == []

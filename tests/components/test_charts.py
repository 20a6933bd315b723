"""Charts that a system names itself: delivered, permitted and judged like every add-on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hello import hello, refused, rendered

from groundplan.checks.runner import check

CHARTS = """
charts:
  kafka-operator:
    chart: strimzi-kafka-operator
    repository: quay.io/strimzi-helm
    version: 0.46.0
    namespace: kafka
    pod_security: restricted
    values: {watchAnyNamespace: true}
    provides:
      kinds: [ConfigMap, ServiceAccount, apps/Deployment, apiextensions.k8s.io/CustomResourceDefinition]
      definitions: {kafka.strimzi.io: [Kafka, KafkaTopic]}
      services: {kafka-operator: [http]}
      namespaces: [kafka-extra]
"""

TOPIC = """
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaTopic
metadata: {name: orders}
spec: {partitions: 3}
"""


def test_it_is_an_application_of_the_operators_project(tmp_path: Path) -> None:
    tree = rendered(hello(tmp_path, more=CHARTS))

    spec = tree["applications/Application-kafka-operator-live.yaml"]["spec"]
    assert spec["source"] == {  # type: ignore[index]
        "repoURL": "quay.io/strimzi-helm",
        "chart": "strimzi-kafka-operator",
        "targetRevision": "0.46.0",
        "helm": {"releaseName": "kafka-operator", "valuesObject": {"watchAnyNamespace": True}},
    }
    project = tree["applications/AppProject-hello-operators.yaml"]["spec"]
    assert "quay.io/strimzi-helm" in project["sourceRepos"]  # type: ignore[index]
    namespaces = {entry["namespace"] for entry in project["destinations"]}  # type: ignore[index]
    assert {"kafka", "kafka-extra"} <= namespaces
    labels = spec["syncPolicy"]["managedNamespaceMetadata"]["labels"]  # type: ignore[index]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def gates(root: Path) -> list[str]:
    return [
        str(item) for item in check(root, ["hello"], gates=["references", "placement", "order"], workers=1).findings
    ]


def test_the_gates_know_what_it_defines(tmp_path: Path) -> None:
    root = hello(tmp_path, {"manifests/topics.yaml": TOPIC}, more=CHARTS)
    rendered(root)

    assert gates(root) == []


def test_the_gates_know_nothing_of_it_that_it_does_not_say(tmp_path: Path) -> None:
    topic = TOPIC.replace("kafka.strimzi.io/v1beta2", "streams.example.com/v1")
    said = CHARTS.replace("kafka.strimzi.io: [Kafka, KafkaTopic]", "streams.example.com: [Stream]")
    root = hello(tmp_path, {"manifests/topics.yaml": topic}, more=said)
    rendered(root)

    assert any("nothing in cluster hello/live provides streams.example.com/KafkaTopic" in line for line in gates(root))


def test_what_comes_before_its_definition_is_found(tmp_path: Path) -> None:
    root = hello(tmp_path, {"manifests/topics.yaml": TOPIC}, more=f"{CHARTS}    wave: operations\n")
    rendered(root)

    assert any("the definition of kafka.strimzi.io/KafkaTopic" in line for line in gates(root))


def test_an_environment_can_leave_it_out(tmp_path: Path) -> None:
    tree = rendered(hello(tmp_path, more=CHARTS, live="charts: {kafka-operator: null}\n"))

    assert "applications/Application-kafka-operator-live.yaml" not in tree


def test_its_namespace_is_not_judged_at_admission(tmp_path: Path) -> None:
    tree = rendered(hello(tmp_path, more=CHARTS))

    match = tree["policy/AllowedRegistry-allowed-registry.yaml"]["spec"]["match"]  # type: ignore[index]
    assert "kafka" in match["excludedNamespaces"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("0.46.0", "^0.46"), "charts.kafka-operator.version: `^0.46` is not an exact version; write it like 1.2.3"),
        (
            ("kinds: [ConfigMap, ServiceAccount, apps/Deployment, apiextensions.k8s.io/CustomResourceDefinition]", "kinds: []"),
            "charts.kafka-operator: is permitted nothing, because provides.kinds is empty; list what `helm template` prints",
        ),
        (("namespace: kafka", "namespase: kafka"), "charts.kafka-operator.namespase: is not a key here; did you mean `namespace`?"),
        (("kafka-operator:\n", "web:\n"), "two components have this name"),
    ],
)  # fmt: skip
def test_refuses_at_its_line(wrong: tuple[str, str], said: str, tmp_path: Path) -> None:
    assert said in refused(hello(tmp_path, more=CHARTS.replace(*wrong)))

"""The names gate: planted violations, one for each rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, a_project, an_application, an_object, inventory, put, put_delivery

from groundplan.checks.names import run

LONG = "a" * 64


def subjects(root: Path, document: dict[str, Any]) -> list[str]:
    put(root, document)
    verdict = run(inventory(root), a_context(root))
    assert verdict.judged == 1
    return [f"{finding.rule} {finding.subject.partition(': ')[2]}" for finding in verdict.findings]


def a_workload(container: dict[str, Any] | None = None, **pod: Any) -> dict[str, Any]:
    containers = [{"name": "web", "image": "web:1", **(container or {})}]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers, **pod}}
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    return an_object("Deployment", "web", "apps/v1", spec=spec)


def a_service(*ports: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return an_object("Service", "web", spec={"ports": list(ports), **spec})


POD = "spec.template.spec"
WEB = f"{POD}.containers[0]"


def test_good_objects_pass(tmp_path: Path) -> None:
    document = a_workload(
        {
            "ports": [{"name": "http", "containerPort": 80}],
            "env": [{"name": "A", "value": "1"}],
            "resources": {"requests": {"cpu": "100m"}, "limits": {"cpu": 1}},
            "readinessProbe": {"httpGet": {"path": "/", "port": "http"}},
            "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
        },
        volumes=[{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}],
    )

    assert subjects(tmp_path, document) == []


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (an_object("ConfigMap", "Web"), ["names.name metadata.name"]),
        (an_object("Service", "1web", spec={}), ["names.name metadata.name"]),
        (an_object("Namespace", "a.b", namespace=None), ["names.name metadata.name"]),
        (an_object("CronJob", "a" * 53, "batch/v1"), ["names.name metadata.name"]),
        (an_object("ConfigMap", "c", namespace="Shop"), ["names.namespace metadata.namespace"]),
        (an_object("ConfigMap", "c", metadata={"labels": {"-a": "b"}}), ["names.label-key metadata.labels.-a"]),
        (an_object("ConfigMap", "c", metadata={"labels": {"a": LONG}}), ["names.label-value metadata.labels.a"]),
        (
            an_object("ConfigMap", "c", metadata={"annotations": {"a b": "c"}}),
            ["names.annotation-key metadata.annotations.a b"],
        ),
        (
            an_object("ConfigMap", "c", metadata={"annotations": {"a": "b" * 262144}}),
            ["names.annotations metadata.annotations"],
        ),
        (an_object("ConfigMap", "c", data={"a b": "c"}), ["names.config-key data.a b"]),
        (an_object("ConfigMap", "c", data={"a": "b" * 1048577}), ["names.config-size "]),
        (an_object("ConfigMap", "c", data={"a": "b"}, binaryData={"a": ""}), ["names.config-key binaryData.a"]),
        (a_service({"port": 0}), ["names.port spec.ports[0].port"]),
        (a_service({"port": 80, "targetPort": "HTTP"}), ["names.port spec.ports[0].targetPort"]),
        (a_service({"port": 80, "nodePort": 80}), ["names.port spec.ports[0].nodePort"]),
        (a_service({"port": 80, "name": "a"}, {"port": 81}), ["names.port spec.ports[1]"]),
        (a_service({"port": 80, "name": "a"}, {"port": 81, "name": "a"}), ["names.twice spec.ports[1].name"]),
        (a_service({"port": 80, "name": "a"}, {"port": 80, "name": "b"}), ["names.twice spec.ports[1]"]),
        (a_service(selector={"app": "a b"}), ["names.label-value spec.selector.app"]),
        (a_workload({"env": [{"name": "1A"}]}), [f"names.variable {WEB}.env[0].name"]),
        (a_workload({"env": [{"name": "A"}, {"name": "A"}]}), [f"names.twice {WEB}.env[1].name"]),
        (a_workload({"ports": [{"containerPort": 70000}]}), [f"names.port {WEB}.ports[0].containerPort"]),
        (a_workload({"ports": [{"containerPort": 1, "name": "Web"}]}), [f"names.port {WEB}.ports[0].name"]),
        (a_workload({"ports": [{"containerPort": 1}, {"containerPort": 1}]}), [f"names.twice {WEB}.ports[1]"]),
        (
            a_workload({"livenessProbe": {"httpGet": {"port": "http"}}}),
            [f"names.port {WEB}.livenessProbe.httpGet.port"],
        ),
        (a_workload({"resources": {"limits": {"cpu": "1 core"}}}), [f"names.quantity {WEB}.resources.limits.cpu"]),
        (a_workload({"resources": {"limits": {"cpu": "-1"}}}), [f"names.quantity {WEB}.resources.limits.cpu"]),
        (
            a_workload({"resources": {"requests": {"cpu": 2}, "limits": {"cpu": "1500m"}}}),
            [f"names.resources {WEB}.resources.requests.cpu"],
        ),
        (
            a_workload({"volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}]}),
            [f"names.volume {WEB}.volumeMounts[0].name"],
        ),
        (
            a_workload(
                {"volumeMounts": [{"name": "t", "mountPath": "/t"}, {"name": "t", "mountPath": "/t"}]},
                volumes=[{"name": "t"}],
            ),
            [f"names.twice {WEB}.volumeMounts[1].mountPath"],
        ),
        (a_workload(volumes=[{"name": "T"}]), [f"names.volume {POD}.volumes[0].name"]),
        (a_workload(volumes=[{"name": "t"}, {"name": "t"}]), [f"names.twice {POD}.volumes[1].name"]),
        (a_workload(initContainers=[{"name": "web"}]), [f"names.twice {WEB}.name"]),
        (a_workload(nodeSelector={"a": "b c"}), [f"names.label-value {POD}.nodeSelector.a"]),
        (
            an_object("PodDisruptionBudget", "b", "policy/v1", spec={"selector": {"matchLabels": {"a b": "c"}}}),
            ["names.label-key spec.selector.matchLabels.a b"],
        ),
        (
            an_object(
                "PodDisruptionBudget", "b", "policy/v1",
                spec={"selector": {"matchExpressions": [{"key": "a", "operator": "In"}]}},
            ),
            ["names.selector spec.selector.matchExpressions[0]"],
        ),
        (
            an_object(
                "PodDisruptionBudget", "b", "policy/v1",
                spec={"selector": {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}},
            ),
            ["names.selector spec.selector.matchExpressions[0]"],
        ),
        (
            an_object("ResourceQuota", "q", spec={"hard": {"pods": "ten"}}),
            ["names.quantity spec.hard.pods"],
        ),
        (
            an_object(
                "HorizontalPodAutoscaler", "h", "autoscaling/v2",
                spec={"metrics": [{"pods": {"target": {"averageValue": "300ms"}}}]},
            ),
            ["names.quantity spec.metrics[0].pods.target.averageValue"],
        ),
        (
            an_object("CronJob", "c", "batch/v1", spec={"schedule": "0 25 * * *", "timeZone": "Mars/Base"}),
            ["names.value spec.schedule", "names.value spec.timeZone"],
        ),
        (
            an_object("ScheduledBackup", "s", "postgresql.cnpg.io/v1", spec={"schedule": "0 3 * * *"}),
            ["names.value spec.schedule"],
        ),
        (
            an_object("PrometheusRule", "r", "monitoring.coreos.com/v1", spec={"groups": [{"rules": [{"for": "5"}]}]}),
            ["names.value spec.groups[0].rules[0].for"],
        ),
        (
            an_object("ExternalSecret", "e", "external-secrets.io/v1", spec={"refreshInterval": "1d"}),
            ["names.value spec.refreshInterval"],
        ),
        (
            an_object("Ingress", "i", "networking.k8s.io/v1", spec={"rules": [{"host": "Shop.example.com"}]}),
            ["names.value spec.rules[0].host"],
        ),
        (
            an_object("ConstraintTemplate", "wrong", "templates.gatekeeper.sh/v1", namespace=None,
                      spec={"crd": {"spec": {"names": {"kind": "Labelled"}}}}),
            ["names.name metadata.name"],
        ),
        (
            an_object("CustomResourceDefinition", "wrong", "apiextensions.k8s.io/v1", namespace=None,
                      spec={"group": "example.com", "names": {"plural": "widgets"}}),
            ["names.name metadata.name"],
        ),
    ],
)  # fmt: skip
def test_says_what_would_be_refused(tmp_path: Path, document: dict[str, Any], found: list[str]) -> None:
    assert subjects(tmp_path, document) == found


def test_a_selector_selects_its_own_pods(tmp_path: Path) -> None:
    document = a_workload()
    document["spec"]["selector"]["matchLabels"]["app"] = "other"

    assert subjects(tmp_path, document) == ["names.selector spec.selector.matchLabels.app"]


def test_labels_of_a_pod_template_are_labels(tmp_path: Path) -> None:
    document = a_workload()
    document["spec"]["template"]["metadata"]["labels"]["version"] = LONG
    document["spec"]["template"]["metadata"]["annotations"] = {"a b": "c"}

    assert subjects(tmp_path, document) == [
        "names.label-value spec.template.metadata.labels.version",
        "names.annotation-key spec.template.metadata.annotations.a b",
    ]


def test_a_claim_template_is_a_volume(tmp_path: Path) -> None:
    document = a_workload({"volumeMounts": [{"name": "data", "mountPath": "/data"}]})
    document |= {"kind": "StatefulSet"}
    document["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}}]

    assert subjects(tmp_path, document) == []


def test_names_of_roles_may_hold_colons(tmp_path: Path) -> None:
    assert subjects(tmp_path, an_object("Role", "system:reader", "rbac.authorization.k8s.io/v1")) == []


def test_a_custom_resource_may_write_zero_for_no_port(tmp_path: Path) -> None:
    assert subjects(tmp_path, an_object("Widget", "w", "example.com/v1", spec={"port": 0})) == []


def test_resources_in_the_values_of_a_chart_are_quantities(tmp_path: Path) -> None:
    values = {"server": {"interval": "1d", "resources": {"limits": {"memory": "2GB"}}}}
    source = {"repoURL": "https://charts.example.com", "chart": "c", "helm": {"valuesObject": values}}
    put_delivery(tmp_path, an_application(source=source))

    findings = run(inventory(tmp_path), a_context(tmp_path)).findings

    assert [finding.subject.rpartition(".")[2] for finding in findings] == ["memory"]


def test_a_sync_window_has_a_schedule_and_a_duration(tmp_path: Path) -> None:
    put_delivery(tmp_path, a_project(syncWindows=[{"schedule": "0 0 * *", "duration": "1d", "timeZone": "Nowhere"}]))

    assert len(run(inventory(tmp_path), a_context(tmp_path)).findings) == 3

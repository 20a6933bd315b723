from pathlib import Path
from typing import Any

import pytest
from trees import a_context, a_project, an_application, an_environment, an_object, inventory, put, put_delivery

from groundplan.checks.delivery import run
from groundplan.checks.delivery.retries import patience
from groundplan.errors import Finding
from groundplan.model.environment import Environment

Json = dict[str, Any]

PATIENT: Json = {"limit": 20, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}}
CASCADE = "resources-finalizer.argocd.argoproj.io/foreground"
LOCKED = a_project("default", sourceRepos=[], destinations=[])
CONFIG = an_object("ConfigMap", "settings", data={})


def delivered(*, finalizers: tuple[str, ...] = (CASCADE,), retry: Json = PATIENT, **spec: Any) -> Json:
    application = an_application(syncPolicy={"automated": {}, "retry": retry}, **spec)
    if finalizers:
        application["metadata"]["finalizers"] = list(finalizers)
    return application


def judge(root: Path, *documents: Json, environment: Environment | None = None) -> tuple[Finding, ...]:
    for document in documents:
        if document["kind"] in ("Application", "AppProject"):
            put_delivery(root, document)
        else:
            put(root, document)
    tree = inventory(root)
    verdict = run(tree, a_context(root, environment or an_environment()))
    assert verdict.judged == len(tree)
    return verdict.findings


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(finding.rule.removeprefix("delivery.") for finding in findings)


def test_a_patient_application_that_takes_its_objects_along_is_fine(tmp_path: Path) -> None:
    assert judge(tmp_path, LOCKED, delivered(), CONFIG) == ()


def test_tries_add_up_as_argo_cd_waits() -> None:
    assert patience(5, {"duration": "10s", "factor": 2, "maxDuration": "5m"}) == 10 + 20 + 40 + 80 + 160
    assert patience(2, {"duration": "1h30m", "factor": 2, "maxDuration": "1h"}) == 7200
    assert patience(2, {"duration": "30", "factor": 2, "maxDuration": "1h"}) == 90


def test_an_application_that_gives_up_within_minutes_is_found(tmp_path: Path) -> None:
    found = judge(tmp_path, LOCKED, delivered(retry={**PATIENT, "limit": 5}), CONFIG)

    assert rules(found) == ["retries"]
    assert "gives up after 5 tries in 5 minutes" in found[0].message


def test_an_application_that_leaves_everything_running_is_found(tmp_path: Path) -> None:
    assert rules(judge(tmp_path, LOCKED, delivered(finalizers=()), CONFIG)) == ["leftover"]


def test_an_application_that_takes_data_along_is_found(tmp_path: Path) -> None:
    claim = an_object(
        "PersistentVolumeClaim", "data", metadata={"annotations": {"argocd.argoproj.io/sync-options": "Prune=false"}}
    )

    found = judge(tmp_path, LOCKED, delivered(), claim)

    assert rules(found) == ["cascade"]
    assert "PersistentVolumeClaim data included" in found[0].message


@pytest.mark.parametrize(
    ("kind", "api_version"),
    [
        ("PersistentVolumeClaim", "v1"),
        ("Cluster", "postgresql.cnpg.io/v1"),
        ("UserAssignedIdentity", "managedidentity.azure.com/v1api20230131"),
        ("Bucket", "s3.services.k8s.aws/v1alpha1"),
    ],
)
def test_what_holds_something_and_would_be_pruned_is_found(tmp_path: Path, kind: str, api_version: str) -> None:
    found = judge(tmp_path, LOCKED, delivered(finalizers=()), an_object(kind, "data", api_version))

    assert rules(found) == ["prune"]


def test_an_open_default_project_is_found_once_for_each_argo_cd(tmp_path: Path) -> None:
    found = judge(tmp_path, delivered(), CONFIG, a_project("default", sourceRepos=["https://git.example.com/any"]))

    assert rules(found) == ["default-project"]


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        ({"sourceRepos": ["*"]}, "any repository"),
        ({"destinations": [{"server": "https://kubernetes.default.svc", "namespace": "*"}]}, "any namespace"),
        ({"clusterResourceWhitelist": [{"group": "*", "kind": "*"}]}, "any kind"),
    ],
)
def test_an_open_project_is_found(tmp_path: Path, spec: Json, what: str) -> None:
    found = judge(tmp_path, LOCKED, delivered(), CONFIG, a_project(**spec))

    assert rules(found) == ["open-project"]
    assert what in found[0].message


def a_window(*applications: str, manual: bool = True) -> Json:
    window = {
        "kind": "allow",
        "schedule": "0 2 * * *",
        "duration": "2h",
        "applications": list(applications),
        "manualSync": manual,
    }
    return a_project(syncWindows=[window])


SERVICE: Json = {
    "image": "store/web:v1", "port": 8080, "replicas": 2,
    "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}},
}  # fmt: skip


def a_shop(**chapters: Any) -> Environment:
    return an_environment(namespaces={"shop": {}}, services={"web": SERVICE}, **chapters)


def test_a_window_for_the_releases_of_a_service_is_fine(tmp_path: Path) -> None:
    assert judge(tmp_path, LOCKED, delivered(), CONFIG, a_window("web-prod"), environment=a_shop()) == ()


def test_a_window_that_locks_people_out_is_found(tmp_path: Path) -> None:
    found = judge(tmp_path, LOCKED, delivered(), CONFIG, a_window("web-prod", manual=False), environment=a_shop())

    assert rules(found) == ["window-locks"]


def test_a_window_that_holds_back_what_heals_the_cluster_is_found(tmp_path: Path) -> None:
    found = judge(tmp_path, LOCKED, delivered(), CONFIG, a_window("*-prod"))

    assert rules(found) == ["window-holds"]
    assert "is no release of a service" in found[0].message


def test_a_window_that_holds_back_a_standby_is_found(tmp_path: Path) -> None:
    standby = a_shop(recovery={"role": "standby", "peer": "main", "rto": "1h", "rpo": "5m"})

    found = judge(tmp_path, LOCKED, delivered(), CONFIG, a_window("web-prod"), environment=standby)

    assert rules(found) == ["window-holds"]
    assert "must take over at any hour" in found[0].message


def test_webhooks_that_the_cloud_rewrites_must_be_left_alone(tmp_path: Path) -> None:
    cluster = an_object(
        "ManagedCluster",
        "aks",
        "containerservice.azure.com/v1api20240402preview",
        metadata={"annotations": {"argocd.argoproj.io/sync-options": "Prune=confirm"}},
    )
    chart = {"repoURL": "https://charts.example.com", "chart": "cert-manager", "targetRevision": "v1"}
    bare = delivered(finalizers=(), source=chart)
    selector = ".webhooks[]?.namespaceSelector"
    ignored = [
        {"group": "admissionregistration.k8s.io", "kind": kind, "jqPathExpressions": [selector]}
        for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
    ]

    fought = judge(tmp_path / "fought", LOCKED, bare, cluster)
    left_alone = judge(
        tmp_path / "left", LOCKED, {**bare, "spec": {**bare["spec"], "ignoreDifferences": ignored}}, cluster
    )

    assert rules(fought) == ["contention", "contention"]
    assert left_alone == ()


def scaled(**spec: Any) -> tuple[Json, Json]:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    autoscaler = an_object("HorizontalPodAutoscaler", "web", "autoscaling/v2", spec={"scaleTargetRef": target})
    return an_object("Deployment", "web", "apps/v1", spec=spec), autoscaler


BLIND = {"kind": "Deployment", "jsonPointers": ["/spec/replicas"]}
BY_SCALER = {"kind": "Deployment", "managedFieldsManagers": ["kube-controller-manager"]}
RECOVERY = {"recovery": {"role": "primary", "peer": "dr", "rto": "4h", "rpo": "30m"}}


@pytest.mark.parametrize(
    ("spec", "ignored", "chapters", "expected"),
    [
        ({}, [BLIND], {}, []),
        ({"replicas": 2}, [], {}, ["contention"]),
        ({"replicas": 2}, [BLIND], {}, []),
        ({"replicas": 2}, [BY_SCALER], {}, []),
        ({"replicas": 2}, [BY_SCALER], RECOVERY, []),
        ({}, [BLIND], RECOVERY, ["stays-at-zero"]),
        ({}, [], RECOVERY, ["stays-at-zero"]),
        ({"replicas": 2}, [BLIND], RECOVERY, ["stays-at-zero"]),
    ],
)
def test_the_number_of_pods_is_the_autoscalers_but_not_a_zero_that_a_failover_left(
    tmp_path: Path, spec: Json, ignored: list[Json], chapters: Json, expected: list[str]
) -> None:
    application = delivered(ignoreDifferences=ignored)

    assert (
        rules(judge(tmp_path, LOCKED, application, *scaled(**spec), environment=an_environment(**chapters))) == expected
    )

"""The order gate: what is needed comes first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, a_project, an_application, an_environment, an_object, inventory, put, put_delivery, write

from groundplan.checks.order import HEALTH, run
from groundplan.model.environment import Environment

SCRIPT = "hs = {}\nreturn hs\n"


def rules(root: Path, *environments: Environment, **hosts: str) -> list[tuple[str, str]]:
    found = inventory(root, **hosts)
    verdict = run(found, a_context(root, *environments))
    assert verdict.judged == len(found)
    return [(finding.rule, finding.subject) for finding in verdict.findings]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Waves mean something: argocd-cm has the health check."""
    put(tmp_path, an_object("ConfigMap", "argocd-cm", namespace="argocd", data={HEALTH: SCRIPT}), "argocd")
    destination = {"server": "https://kubernetes.default.svc", "namespace": "argocd"}
    put_delivery(tmp_path, an_application("argocd", wave=-40, destination=destination))
    return tmp_path


def component(root: Path, name: str, wave: int, *documents: dict[str, Any], **spec: Any) -> None:
    """A component, its objects, and its Application in a wave."""
    scope = spec.pop("scope", "store/prod")
    for document in documents:
        put(root, document, name, scope)
    put_delivery(root, an_application(name, wave=wave, scope=scope, **spec), scope=scope)


def chart(root: Path, name: str, wave: int, *, namespace: str = "shop", **values: Any) -> None:
    source = {"repoURL": "https://charts.example.com", "chart": name, "helm": {"valuesObject": values}}
    destination = {"server": "https://kubernetes.default.svc", "namespace": namespace}
    put_delivery(root, an_application(name, wave=wave, source=source, destination=destination))


def a_pod(**spec: Any) -> dict[str, Any]:
    return an_object("Pod", "p", spec={"containers": [], **spec})


def a_pod_with_a_secret() -> dict[str, Any]:
    return a_pod(volumes=[{"name": "v", "secret": {"secretName": "s"}}])


NAMESPACE = an_object("Namespace", "shop", namespace=None)


@pytest.mark.parametrize(("wave", "good"), [(-1, True), (0, True), (1, False)])
def test_a_pod_waits_for_a_secret_of_its_own_wave_but_not_of_a_later_one(tree: Path, wave: int, good: bool) -> None:
    component(tree, "web", 0, a_pod_with_a_secret())
    component(tree, "secrets", wave, an_object("Secret", "s"))

    assert rules(tree) == ([] if good else [("order", "Pod p: spec.volumes[0].secret")])


@pytest.mark.parametrize(("wave", "good"), [(-1, True), (0, False), (1, False)])
@pytest.mark.parametrize(
    ("source", "target"),
    [
        (a_pod(priorityClassName="high"), an_object("PriorityClass", "high", "scheduling.k8s.io/v1", namespace=None)),
        (
            an_object("PersistentVolumeClaim", "c", spec={"storageClassName": "fast"}),
            an_object("StorageClass", "fast", "storage.k8s.io/v1", namespace=None),
        ),
        (an_object("ConfigMap", "c"), NAMESPACE),
    ],
)
def test_what_the_api_server_asks_for_at_once_comes_strictly_before(
    tree: Path, source: dict[str, Any], target: dict[str, Any], wave: int, good: bool
) -> None:
    component(tree, "web", 0, source)
    component(tree, "foundation", wave, target)

    assert (rules(tree) == []) == good


def test_one_application_orders_its_own_objects(tree: Path) -> None:
    component(tree, "web", 0, an_object("ConfigMap", "c"), NAMESPACE)

    assert rules(tree) == []


def test_argo_cd_may_make_the_namespace(tree: Path) -> None:
    component(tree, "web", 0, an_object("ConfigMap", "c"), syncPolicy={"syncOptions": ["CreateNamespace=true"]})
    component(tree, "foundation", 5, NAMESPACE)

    assert rules(tree) == []


@pytest.mark.parametrize(("wave", "good"), [(-1, True), (0, False)])
def test_a_chart_comes_before_the_objects_of_its_kinds(tree: Path, wave: int, good: bool) -> None:
    component(tree, "secrets", 0, an_object("ExternalSecret", "e", "external-secrets.io/v1"))
    chart(tree, "external-secrets", wave)

    assert rules(tree) == ([] if good else [("order", "ExternalSecret e: kind")])


def test_a_definition_in_the_tree_comes_before_its_objects(tree: Path) -> None:
    spec = {"group": "example.com", "names": {"kind": "Widget", "plural": "widgets"}}
    definition = an_object(
        "CustomResourceDefinition", "widgets.example.com", "apiextensions.k8s.io/v1", namespace=None, spec=spec
    )
    component(tree, "web", 0, an_object("Widget", "w", "example.com/v1"))
    component(tree, "definitions", 0, definition)

    assert rules(tree) == [("order", "Widget w: kind")]


def test_what_an_operator_makes_comes_with_its_maker(tree: Path) -> None:
    write(
        tree,
        "environments/provided.yaml",
        "kinds:\n- of: external-secrets.io/ExternalSecret\n  objects:\n  - {kind: Secret, names: ['{metadata.name}']}\n",
    )
    component(tree, "web", 0, a_pod_with_a_secret())
    component(tree, "secrets", 5, an_object("ExternalSecret", "s", "external-secrets.io/v1"))

    assert rules(tree) == [("order", "Pod p: spec.volumes[0].secret")]


def test_what_a_chart_makes_comes_with_the_chart(tree: Path) -> None:
    write(tree, "environments/provided.yaml", "charts:\n  db:\n    objects:\n    - {kind: Secret, names: [s]}\n")
    component(tree, "web", 0, a_pod_with_a_secret())
    chart(tree, "db", 5)

    assert rules(tree) == [("order", "Pod p: spec.volumes[0].secret")]


def test_a_chart_waits_for_what_its_values_name(tree: Path) -> None:
    chart(tree, "db", 0, auth={"existingSecret": "s"})
    component(tree, "secrets", 5, an_object("Secret", "s"))

    assert rules(tree) == [("order", "Application db-prod: spec.source.helm.valuesObject.auth.existingSecret")]


def test_a_binding_does_not_wait_for_its_subject(tree: Path) -> None:
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}
    subjects = [{"kind": "ServiceAccount", "name": "a"}]
    binding = an_object("RoleBinding", "b", "rbac.authorization.k8s.io/v1", roleRef=role, subjects=subjects)
    component(tree, "foundation", 0, binding)
    component(tree, "web", 5, an_object("ServiceAccount", "a"))

    assert rules(tree) == []


def test_one_mistake_of_an_application_is_told_once(tree: Path) -> None:
    second = a_pod_with_a_secret()
    second["metadata"]["name"] = "q"
    component(tree, "web", 0, a_pod_with_a_secret(), second)
    component(tree, "secrets", 5, an_object("Secret", "s"))

    assert len(rules(tree)) == 1


@pytest.mark.parametrize(("wave", "good"), [(-100, True), (-40, False)])
def test_a_project_comes_before_its_applications(tree: Path, wave: int, good: bool) -> None:
    project = a_project()
    project["metadata"]["annotations"] = {"argocd.argoproj.io/sync-wave": str(wave)}
    put_delivery(tree, project)

    assert rules(tree) == ([] if good else [("order", "Application argocd-prod: spec.project")])


def test_a_tenant_may_rely_on_its_host_and_a_host_not_on_its_tenant(tree: Path) -> None:
    secret_class = an_object("StorageClass", "fast", "storage.k8s.io/v1", namespace=None)
    claim = an_object("PersistentVolumeClaim", "c", spec={"storageClassName": "fast"})
    component(tree, "storage", 50, secret_class, scope="store/shared")
    component(tree, "web", 0, claim)
    tenant, host = an_environment(role="tenant", host="shared"), an_environment("store/shared")

    assert rules(tree, tenant, host, store_prod="shared") == []

    component(tree, "jobs", 99, an_object("Secret", "s"))
    component(tree, "monitoring", 99, a_pod_with_a_secret(), scope="store/shared")

    assert rules(tree, tenant, host, store_prod="shared") == [("order", "Pod p: spec.volumes[0].secret")]


def test_a_wave_is_a_whole_number(tree: Path) -> None:
    component(
        tree, "web", 0, an_object("ConfigMap", "c", metadata={"annotations": {"argocd.argoproj.io/sync-wave": "x"}})
    )

    assert [rule for rule, _ in rules(tree)] == ["order.wave"]


def a_constraint(**annotations: str) -> dict[str, Any]:
    return an_object(
        "Labelled",
        "l",
        "constraints.gatekeeper.sh/v1beta1",
        namespace=None,
        metadata={
            "annotations": {f"argocd.argoproj.io/{key.replace('_', '-')}": text for key, text in annotations.items()}
        },
    )


@pytest.mark.parametrize(
    ("annotations", "count"),
    [
        ({}, 2),
        ({"sync_wave": "1"}, 1),
        ({"sync_options": "SkipDryRunOnMissingResource=true"}, 1),
        ({"sync_wave": "1", "sync_options": "SkipDryRunOnMissingResource=true"}, 0),
    ],
)
def test_a_constraint_follows_its_template(tree: Path, annotations: dict[str, str], count: int) -> None:
    crd = {"spec": {"names": {"kind": "Labelled"}}}
    template = an_object(
        "ConstraintTemplate", "labelled", "templates.gatekeeper.sh/v1", namespace=None, spec={"crd": crd}
    )
    component(tree, "policy", 0, template, a_constraint(**annotations))

    assert [rule for rule, _ in rules(tree)] == ["order.constraint"] * count


def test_waves_mean_nothing_without_the_health_of_applications(tmp_path: Path) -> None:
    component(tmp_path, "a", 0, an_object("ConfigMap", "a"))
    component(tmp_path, "b", 1, an_object("ConfigMap", "b"))

    assert [rule for rule, _ in rules(tmp_path)] == ["order.health"]


def test_one_wave_needs_no_health(tmp_path: Path) -> None:
    component(tmp_path, "a", 0, an_object("ConfigMap", "a"))

    assert rules(tmp_path) == []


def test_the_chart_of_argo_cd_may_bring_the_health_check(tmp_path: Path) -> None:
    component(tmp_path, "a", 0, an_object("ConfigMap", "a"))
    chart(tmp_path, "argo-cd", -40, namespace="argocd", configs={"cm": {HEALTH: SCRIPT}})

    assert rules(tmp_path) == []

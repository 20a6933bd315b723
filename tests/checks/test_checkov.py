from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, inventory, put

from groundplan.checks import checkov
from groundplan.checks.gate import Verdict

TODAY = date(2026, 11, 21)


def a_deployment(**metadata: Any) -> dict[str, Any]:
    context = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "runAsUser": 10001,
    }
    container = {
        "name": "web",
        "image": f"registry.example.com/web:1@sha256:{'a' * 64}",
        "imagePullPolicy": "Always",
        "livenessProbe": {"httpGet": {"path": "/", "port": 80}},
        "readinessProbe": {"httpGet": {"path": "/", "port": 80}},
        "resources": {
            "requests": {"cpu": "1", "memory": "1Gi"},
            "limits": {"cpu": "1", "memory": "1Gi"},
        },
        "securityContext": context,
    }
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {
            "serviceAccountName": "web",
            "automountServiceAccountToken": False,
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [container],
        },
    }
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    return an_object("Deployment", "web", "apps/v1", metadata=metadata, spec=spec)


POLICY = an_object(
    "NetworkPolicy", "web", "networking.k8s.io/v1", spec={"podSelector": {"matchLabels": {"app": "web"}}}
)


def judge(root: Path, *documents: dict[str, Any], **exemptions: dict[str, Any]) -> Verdict:
    for document in documents:
        put(root, document)
    return checkov.run(inventory(root), a_context(root, an_environment(exemptions=exemptions)), today=TODAY)


def rules(verdict: Verdict) -> list[str]:
    return [finding.rule for finding in verdict.findings]


def broken(**metadata: Any) -> dict[str, Any]:
    document = a_deployment(**metadata)
    document["spec"]["template"]["spec"]["containers"][0]["securityContext"]["privileged"] = True
    return document


def an_exemption(**changes: str) -> dict[str, str]:
    return {
        "rule": "CKV_K8S_16", "kind": "Deployment", "name": "web", "owner": "store",
        "reason": "the office printer needs the whole machine", "expires": "2027-01-01", **changes,
    }  # fmt: skip


def test_a_hardened_deployment_beside_its_policy_passes(tmp_path: Path) -> None:
    verdict = judge(tmp_path, a_deployment(), POLICY)

    assert (verdict.judged, rules(verdict)) == (2, [])


def test_a_deployment_without_a_policy_in_its_component_is_found(tmp_path: Path) -> None:
    assert rules(judge(tmp_path, a_deployment())) == ["checkov.CKV2_K8S_6"]


def test_a_privileged_container_is_found_at_its_object(tmp_path: Path) -> None:
    verdict = judge(tmp_path, broken(), POLICY)

    assert rules(verdict) == ["checkov.CKV_K8S_16"]
    assert "Deployment web: does not pass CKV_K8S_16" in str(verdict.findings[0])
    assert verdict.findings[0].location.line > 1


def test_an_exemption_lets_off(tmp_path: Path) -> None:
    assert rules(judge(tmp_path, broken(), POLICY, printer=an_exemption())) == []


def test_an_expired_exemption_is_found(tmp_path: Path) -> None:
    verdict = judge(tmp_path, broken(), POLICY, printer=an_exemption(expires="2026-01-01"))

    assert set(rules(verdict)) == {"checkov.CKV_K8S_16", "exemption.expired"}


def test_an_exemption_nobody_needs_is_found(tmp_path: Path) -> None:
    assert rules(judge(tmp_path, a_deployment(), POLICY, printer=an_exemption())) == ["exemption.unused"]


@pytest.mark.parametrize("value", ["CKV_K8S_16=because", "CKV_K8S_16=a=b"])
def test_an_object_cannot_let_itself_off_nor_stop_the_scan(tmp_path: Path, value: str) -> None:
    verdict = judge(tmp_path, broken(annotations={"checkov.io/skip1": value}), POLICY)

    assert set(rules(verdict)) == {"checkov.skip-annotation", "checkov.CKV_K8S_16"}


def test_an_object_that_holds_a_chart_template_is_scanned(tmp_path: Path) -> None:
    document = broken(annotations={"note": "{{ .Values.image }}"})

    assert rules(judge(tmp_path, document, POLICY)) == ["checkov.CKV_K8S_16"]


def test_an_object_the_scanner_leaves_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkov, "scan", lambda items: checkov.Scan((), frozenset()))

    verdict = judge(tmp_path, POLICY)

    assert (verdict.judged, verdict.not_judged[0].count, rules(verdict)) == (0, 1, ["checkov.not-scanned"])


ROLE = an_object(
    "Role", "editor", "rbac.authorization.k8s.io/v1", rules=[{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
)
BINDING = an_object(
    "RoleBinding",
    "editor",
    "rbac.authorization.k8s.io/v1",
    roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "editor"},
    subjects=[{"kind": "ServiceAccount", "name": "web", "namespace": "store"}],
)
ACCOUNT = an_object("ServiceAccount", "web", automountServiceAccountToken=False)
SETTINGS = an_object("ConfigMap", "settings", data={"level": "info"})
BARE = an_object("Pod", "bare", spec={"containers": [{"name": "c", "image": "c"}]})


@pytest.mark.parametrize(
    "documents",
    [(broken(), POLICY, BARE), (a_deployment(), SETTINGS), (ROLE, BINDING, ACCOUNT), (ROLE,), (SETTINGS,)],
    ids=lambda documents: "-".join(document["kind"] for document in documents),
)
def test_finds_what_the_scanner_finds_by_its_own_way_in(tmp_path: Path, documents: tuple[dict[str, Any], ...]) -> None:
    from checkov.kubernetes.runner import Runner
    from checkov.runner_filter import RunnerFilter

    for document in documents:
        put(tmp_path, document)
    only = RunnerFilter(framework=["kubernetes"], show_progress_bar=False)

    theirs = Runner().run(root_folder=str(tmp_path / "dist"), runner_filter=only)
    ours = checkov.scan(inventory(tmp_path).manifests)

    assert {(failure.path.rpartition("/")[2], failure.check) for failure in ours.failures} == {
        (record.file_path.rpartition("/")[2], record.check_id) for record in theirs.failed_checks
    }
    assert len(ours.scanned) == len(documents)


def test_a_binding_to_everything_is_found_by_the_checks_that_look_at_several_objects(tmp_path: Path) -> None:
    assert {f"checkov.CKV2_K8S_{number}" for number in range(1, 6)} <= set(
        rules(judge(tmp_path, ROLE, BINDING, ACCOUNT))
    )


@pytest.mark.parametrize(
    ("documents", "graphs"),
    [
        ((SETTINGS, ACCOUNT), []),
        ((a_deployment(), POLICY, SETTINGS, ACCOUNT), [{"Deployment", "NetworkPolicy"}]),
        ((ROLE, BINDING, ACCOUNT), [{"Role", "RoleBinding"}]),
    ],
    ids=["no graph", "pods", "roles"],
)
def test_the_graph_holds_what_its_checks_ask_about_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, documents: tuple[dict[str, Any], ...], graphs: list[set[str]]
) -> None:
    from checkov.kubernetes.graph_manager import KubernetesGraphManager

    built = []
    build = KubernetesGraphManager.build_graph_from_definitions

    def counted(self: KubernetesGraphManager, definitions: dict[str, Any]) -> Any:
        built.append({document["kind"] for [document] in definitions.values()})
        return build(self, definitions)

    monkeypatch.setattr(KubernetesGraphManager, "build_graph_from_definitions", counted)

    judge(tmp_path, *documents)

    assert built == graphs


def test_every_check_of_the_graph_says_which_kinds_it_looks_at() -> None:
    kinds = checkov.kinds_in_graph()

    assert kinds["CKV2_K8S_6"] >= {"Deployment", "StatefulSet", "Pod", "NetworkPolicy"}
    assert all(kinds.values())

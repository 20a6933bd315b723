"""The schema gate sees what the API server would refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, a_project, an_application, an_environment, an_object, inventory, put, put_delivery

from groundplan.checks.core_schemas import core_schemas
from groundplan.checks.core_values import VALUES
from groundplan.checks.gate import Verdict
from groundplan.checks.schema import run
from groundplan.errors import Severity


@pytest.fixture(autouse=True)
def upstream(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One custom resource, as a catalogue has it."""
    folder = tmp_path_factory.mktemp("schemas")
    (folder / "example.com").mkdir()
    spec = {
        "type": "object",
        "properties": {
            "size": {"type": "integer", "format": "int32", "minimum": 0, "exclusiveMinimum": True},
            "mode": {"type": "string", "enum": ["fast", "slow"]},
            "wait": {"type": "string", "format": "duration"},
        },
        "required": ["size"],
        "additionalProperties": False,
    }
    widget = {"type": "object", "properties": {"metadata": {"type": "object"}, "spec": spec}}
    (folder / "example.com" / "widget_v1.json").write_text(json.dumps(widget))
    monkeypatch.setenv("GROUNDPLAN_SCHEMAS", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "none"))
    return folder


def judge(root: Path, document: dict[str, Any]) -> list[str]:
    put(root, document)
    verdict = run(inventory(root), a_context(root))
    assert verdict.judged == 1
    return [f"{finding.subject}: {finding.message}; {finding.advice}" for finding in verdict.findings]


def a_deployment(**pod: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "web", "image": "web:1"}], **pod}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": spec}
    return an_object(
        "Deployment",
        "web",
        "apps/v1",
        spec={"selector": {"matchLabels": {"app": "web"}}, "template": template},
    )


def a_widget(**rest: Any) -> dict[str, Any]:
    return an_object("Widget", "w", "example.com/v1", **{"spec": {"size": 1}, **rest})


def test_a_good_object_passes(tmp_path: Path) -> None:
    assert judge(tmp_path, a_deployment()) == []


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            a_deployment(restartPolicyy="Always"),
            "Deployment web: spec.template.spec.restartPolicyy: is not a field here; did you mean `restartPolicy`?",
        ),
        (
            a_deployment(restartPolicy="Sometimes"),
            "Deployment web: spec.template.spec.restartPolicy: `Sometimes` is not known here; "
            "write `Always`, `OnFailure` or `Never`",
        ),
        (
            a_deployment(containers=[{"name": "web", "image": "web:1", "imagePullPolicy": "IfNotpresent"}]),
            "Deployment web: spec.template.spec.containers[0].imagePullPolicy: `IfNotpresent` is not known here; "
            "did you mean `IfNotPresent`?",
        ),
        (
            a_deployment(terminationGracePeriodSeconds="30"),
            "Deployment web: spec.template.spec.terminationGracePeriodSeconds: `30` is not a whole number; "
            "write a whole number",
        ),
        (
            a_deployment(priority=2**31),
            "Deployment web: spec.template.spec.priority: `2147483648` is more than 2147483647; "
            "write 2147483647 or less",
        ),
        (
            an_object("Deployment", "web", "apps/v1", spec={"template": {}}),
            "Deployment web: spec: has no `selector`; write `selector:` here",
        ),
        (
            an_object("Deployment", "web", "apps/v1beta1", spec={}),
            "Deployment web: apiVersion: Kubernetes 1.32 does not serve Deployment of apps/v1beta1; write apps/v1",
        ),
        (
            an_object("ConfigMap", "c", data={"n": 8}),
            "ConfigMap c: data.n: `8` is not text; write text",
        ),
        (
            an_object("ConfigMap", "c", metadata={"labels": {"a": True}}),
            "ConfigMap c: metadata.labels.a: `true` is not text; write text",
        ),
        (
            an_object("Secret", "s", data={"k": "not base64!"}),
            "Secret s: data.k: `not base64!` is not base64; write it in that form",
        ),
        (
            an_object("NetworkPolicy", "n", "networking.k8s.io/v1", spec={"podSelector": {}, "policyTypes": ["In"]}),
            "NetworkPolicy n: spec.policyTypes[0]: `In` is not known here; write `Ingress` or `Egress`",
        ),
        (
            a_widget(specc={}),
            "Widget w: specc: is not a field here; remove it",
        ),
        (
            a_widget(spec={"size": 0}),
            "Widget w: spec.size: `0` is not more than 0; write more than 0",
        ),
        (
            a_widget(spec={"size": 2**31}),
            "Widget w: spec.size: `2147483648` is more than 2147483647; write 2147483647 or less",
        ),
        (
            a_widget(spec={"size": 1, "mode": "fats"}),
            "Widget w: spec.mode: `fats` is not known here; did you mean `fast`?",
        ),
        (
            a_widget(spec={"size": 1, "wait": "5 minutes"}),
            "Widget w: spec.wait: `5 minutes` is not a duration; write it in that form",
        ),
        (
            a_widget(metadata={"lables": {}}),
            "Widget w: metadata.lables: is not a field here; did you mean `labels`?",
        ),
        (
            a_widget(metadata={"annotations": {"a": 1}}),
            "Widget w: metadata.annotations.a: `1` is not text; write text",
        ),
    ],
)
def test_says_what_the_api_server_would_refuse(tmp_path: Path, document: dict[str, Any], message: str) -> None:
    assert judge(tmp_path, document) == [message]


def test_a_finding_points_at_the_line(tmp_path: Path) -> None:
    path = put(tmp_path, an_object("ConfigMap", "c", data={"n": 8}))

    (finding,) = run(inventory(tmp_path), a_context(tmp_path)).findings

    assert str(finding.location) == f"{path}:7:3"


def test_a_version_decides_what_is_served(tmp_path: Path) -> None:
    document = an_object(
        "ValidatingAdmissionPolicy", "p", "admissionregistration.k8s.io/v1", namespace=None, spec={"validations": []}
    )
    put(tmp_path, document)

    def findings(version: str) -> int:
        cluster = {**an_environment().cluster.model_dump(), "kubernetes": version}
        return len(run(inventory(tmp_path), a_context(tmp_path, an_environment(cluster=cluster))).findings)

    assert (findings("1.28"), findings("1.32")) == (1, 0)


def test_a_kind_without_a_schema_is_not_judged_and_named(tmp_path: Path) -> None:
    put(tmp_path, an_object("Gadget", "g", "example.com/v1"))
    put(tmp_path, an_object("Gadget", "h", "example.com/v1"))

    verdict = run(inventory(tmp_path), a_context(tmp_path))

    assert verdict.judged == 0
    assert [(item.reason, item.count) for item in verdict.not_judged] == [("no schema for example.com/v1 Gadget", 2)]
    assert [finding.severity for finding in verdict.findings] == [Severity.NOT_JUDGED]


def test_an_object_without_an_environment_is_not_judged(tmp_path: Path) -> None:
    put(tmp_path, an_object("ConfigMap", "c"), scope="store/gone")

    verdict = run(inventory(tmp_path), a_context(tmp_path))

    assert (verdict.judged, verdict.not_judged[0].count) == (0, 1)


def test_a_definition_in_the_tree_is_the_schema(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"n": {"type": "integer"}}}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {
        "group": "example.com",
        "names": {"kind": "Gadget", "plural": "gadgets"},
        "scope": "Namespaced",
        "versions": [version],
    }
    put(tmp_path, an_object("CustomResourceDefinition", "gadgets.example.com", "apiextensions.k8s.io/v1",
                            namespace=None, spec=spec))  # fmt: skip
    put(tmp_path, an_object("Gadget", "g", "example.com/v1", spec={"m": 1}))

    verdict = run(inventory(tmp_path), a_context(tmp_path))

    assert verdict.judged == 2
    assert [finding.subject for finding in verdict.findings] == ["Gadget g: spec.m"]


def a_template(parameters: dict[str, Any]) -> dict[str, Any]:
    crd = {"spec": {"names": {"kind": "Labelled"}, "validation": {"openAPIV3Schema": parameters}}}
    return an_object(
        "ConstraintTemplate", "labelled", "templates.gatekeeper.sh/v1", namespace=None, spec={"crd": crd, "targets": []}
    )


def test_a_constraint_is_held_to_its_template(tmp_path: Path) -> None:
    put(tmp_path, a_template({"type": "object", "properties": {"label": {"type": "string"}}}))
    spec = {"enforcementAction": "denyy", "parameters": {"lable": "team"}}
    put(tmp_path, an_object("Labelled", "l", "constraints.gatekeeper.sh/v1beta1", namespace=None, spec=spec))

    verdict = run(inventory(tmp_path), a_context(tmp_path))

    constraint = [finding.subject for finding in verdict.findings if finding.subject.startswith("Labelled")]
    assert constraint == ["Labelled l: spec.enforcementAction", "Labelled l: spec.parameters.lable"]


def test_a_constraint_without_parameters_takes_none(tmp_path: Path) -> None:
    document = a_template({})
    del document["spec"]["crd"]["spec"]["validation"]
    put(tmp_path, document)
    constraint = an_object("Labelled", "l", "constraints.gatekeeper.sh/v1beta1", namespace=None,
                           spec={"parameters": {"a": 1}})  # fmt: skip
    put(tmp_path, constraint)

    findings = run(inventory(tmp_path), a_context(tmp_path)).findings

    assert any(finding.subject == "Labelled l: spec.parameters" for finding in findings)


def test_argo_cd_objects_are_counted_too(tmp_path: Path) -> None:
    put_delivery(tmp_path, an_application())
    put_delivery(tmp_path, a_project())

    verdict: Verdict = run(inventory(tmp_path), a_context(tmp_path))

    assert sum(item.count for item in verdict.not_judged) == 2


@pytest.mark.parametrize("definition", sorted(VALUES))
def test_every_restricted_field_exists(definition: str) -> None:
    core = core_schemas("1.32")
    assert core is not None

    properties = core.definitions[definition]["properties"]

    assert set(VALUES[definition]) <= set(properties)


def test_an_uncompilable_schema_leaves_the_kind_unjudged(tmp_path: Path, upstream: Path) -> None:
    (upstream / "example.com" / "gadget_v1.json").write_text('{"type": "object", "properties": {"a": {"type": "no"}}}')
    put(tmp_path, an_object("Gadget", "g", "example.com/v1"))

    (reason,) = run(inventory(tmp_path), a_context(tmp_path)).not_judged

    assert "cannot be compiled" in reason.reason


def test_a_machine_without_any_schemas_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDPLAN_SCHEMAS", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    put(tmp_path, an_object("Gadget", "g", "example.com/v1"))
    put(tmp_path, an_object("Gizmo", "g", "example.com/v1"))

    verdict = run(inventory(tmp_path), a_context(tmp_path))

    assert ["2 objects of 2 kinds" in finding.message for finding in verdict.findings] == [True]
    assert sum(item.count for item in verdict.not_judged) == 2

"""The schema gate sees what the API server would refuse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, a_project, an_application, an_environment, an_object, inventory, put, put_delivery

from groundplan.checks.core_schemas import core_schemas
from groundplan.checks.core_values import DROPPED, VALUES
from groundplan.checks.gate import Verdict
from groundplan.checks.schema import run
from groundplan.checks.schema_kinds import MATCH
from groundplan.errors import Severity
from groundplan.schemas.store import Facts, Kind, facts_path

WIDGET = """spec: object
  size!: int32 0<..
  mode: fast | slow
  wait: string (duration)
  ports: [map=name]object
    name!: string
    port: int32 = 80
    ? self.size() < 3
    ?? self.port > 79
"""

MATCH_FACTS = """spec: object
  match: object
    kinds: []@kinds
    namespaces: []string

@kinds: object
  apiGroups: []string
  kinds: []string
"""


def put_facts(root: Path, kind: Kind, fields: str) -> Path:
    file = root / facts_path(kind)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(Facts(kind, "sha256:0", fields).text)
    return file


@pytest.fixture(autouse=True)
def facts(tmp_path: Path) -> Path:
    """What is recorded of one custom resource."""
    return put_facts(tmp_path, ("example.com", "v1", "Widget"), WIDGET)


def verdict(root: Path) -> Verdict:
    """What the gate says of one environment, so that facts which only other tests need are no finding."""
    return run(inventory(root), replace(a_context(root), selected=("store/prod",)))


def judge(root: Path, document: dict[str, Any]) -> list[str]:
    put(root, document)
    found = verdict(root)
    assert found.judged == 1
    return [f"{finding.subject}: {finding.message}; {finding.advice}" for finding in found.findings]


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
            a_deployment(containers=[{"name": "web", "image": "web:1", "resources": {"limits": {"cpu": "1000m"}}}]),
            "Deployment web: spec.template.spec.containers[0].resources.limits.cpu: `1000m` is stored as `1`; write it so",
        ),
        (
            an_object("NetworkPolicy", "n", "networking.k8s.io/v1", spec={"podSelector": {}, "ingress": []}),
            "NetworkPolicy n: spec.ingress: is `[]`, which the API server does not store; leave it out",
        ),
        (
            a_widget(spec={"size": 1, "ports": [{"name": "a"}]}),
            "Widget w: spec.ports: gets `port: 80` from the API server, which compares as a change of the list; "
            "write what is filled in",
        ),
        (
            a_widget(specc={}),
            "Widget w: specc: is not a field here; did you mean `spec`?",
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
            a_widget(spec={"size": 1, "ports": [{"name": "a", "port": 80, "prt": 81}]}),
            "Widget w: spec.ports[0].prt: is not a field here; did you mean `port`?",
        ),
        (
            a_widget(spec={"size": 1, "ports": [{"name": "a", "port": 80}, {"name": "a", "port": 81}]}),
            "Widget w: spec.ports: has name a twice; keep one of them",
        ),
        (
            a_widget(spec={"size": 1, "ports": [{"name": "a", "port": 1}]}),
            "Widget w: spec.ports[0]: breaks the rule self.port > 79; write it so that it holds",
        ),
        (
            a_widget(spec={"size": 1, "ports": [{"name": name, "port": 80} for name in "abc"]}),
            "Widget w: spec.ports: breaks the rule self.size() < 3; write it so that it holds",
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

    (finding,) = verdict(tmp_path).findings

    assert str(finding.location) == f"{path}:7:3"


def test_a_version_decides_what_is_served(tmp_path: Path) -> None:
    document = an_object(
        "ValidatingAdmissionPolicy", "p", "admissionregistration.k8s.io/v1", namespace=None, spec={"validations": []}
    )
    put(tmp_path, document)

    def findings(version: str) -> int:
        cluster = {**an_environment().cluster.model_dump(), "kubernetes": version}
        return len(
            run(
                inventory(tmp_path),
                replace(a_context(tmp_path, an_environment(cluster=cluster)), selected=("store/prod",)),
            ).findings
        )

    assert (findings("1.28"), findings("1.32")) == (1, 0)


def test_a_kind_without_a_schema_is_not_judged_and_named(tmp_path: Path) -> None:
    put(tmp_path, an_object("Gadget", "g", "example.com/v1"))
    put(tmp_path, an_object("Gadget", "h", "example.com/v1"))

    found = verdict(tmp_path)

    assert found.judged == 0
    assert [(item.reason, item.count) for item in found.not_judged] == [
        ("no facts of example.com/v1 Gadget are recorded", 2)
    ]
    assert [finding.severity for finding in found.findings] == [Severity.NOT_JUDGED]
    assert "run `groundplan schemas record`" in str(found.findings[0])


def test_an_object_without_an_environment_is_not_judged(tmp_path: Path) -> None:
    put(tmp_path, an_object("ConfigMap", "c"), scope="store/gone")

    found = verdict(tmp_path)

    assert (found.judged, found.not_judged[0].count) == (0, 1)


def test_a_definition_in_the_tree_is_the_schema(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"n": {"type": "integer"}}}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {
        "group": "example.com",
        "names": {"kind": "Gadget", "plural": "gadgets"},
        "scope": "Namespaced",
        "versions": [version],
    }
    put(
        tmp_path,
        an_object(
            "CustomResourceDefinition", "gadgets.example.com", "apiextensions.k8s.io/v1", namespace=None, spec=spec
        ),
    )
    put(tmp_path, an_object("Gadget", "g", "example.com/v1", spec={"m": 1}))

    found = verdict(tmp_path)

    assert found.judged == 2
    assert [finding.subject for finding in found.findings] == ["Gadget g: spec.m"]


def a_template(parameters: dict[str, Any]) -> dict[str, Any]:
    crd = {"spec": {"names": {"kind": "Labelled"}, "validation": {"openAPIV3Schema": parameters}}}
    return an_object(
        "ConstraintTemplate", "labelled", "templates.gatekeeper.sh/v1", namespace=None, spec={"crd": crd, "targets": []}
    )


def test_a_constraint_is_held_to_its_template(tmp_path: Path) -> None:
    put_facts(tmp_path, MATCH, MATCH_FACTS)
    put(tmp_path, a_template({"type": "object", "properties": {"label": {"type": "string"}}}))
    spec = {"enforcementAction": "denyy", "match": {"kinds": [{"kind": []}]}, "parameters": {"lable": "team"}}
    put(tmp_path, an_object("Labelled", "l", "constraints.gatekeeper.sh/v1beta1", namespace=None, spec=spec))

    found = verdict(tmp_path)

    constraint = [finding.subject for finding in found.findings if finding.subject.startswith("Labelled")]
    assert constraint == [
        "Labelled l: spec.enforcementAction",
        "Labelled l: spec.match.kinds[0].kind",
        "Labelled l: spec.parameters.lable",
    ]


def test_a_constraint_without_parameters_takes_none(tmp_path: Path) -> None:
    put_facts(tmp_path, MATCH, MATCH_FACTS)
    document = a_template({})
    del document["spec"]["crd"]["spec"]["validation"]
    put(tmp_path, document)
    constraint = an_object(
        "Labelled", "l", "constraints.gatekeeper.sh/v1beta1", namespace=None, spec={"parameters": {"a": 1}}
    )
    put(tmp_path, constraint)

    findings = verdict(tmp_path).findings

    assert any(finding.subject == "Labelled l: spec.parameters" for finding in findings)


def test_argo_cd_objects_are_counted_too(tmp_path: Path) -> None:
    put_delivery(tmp_path, an_application())
    put_delivery(tmp_path, a_project())

    found = verdict(tmp_path)

    assert sum(item.count for item in found.not_judged) == 2


@pytest.mark.parametrize("definition", sorted({**VALUES, **DROPPED}))
def test_every_restricted_field_exists(definition: str) -> None:
    core = core_schemas("1.32")
    assert core is not None

    properties = core.definitions[definition]["properties"]

    assert set({**VALUES, **DROPPED}[definition]) <= set(properties)


def test_facts_that_were_edited_by_hand_judge_nothing(tmp_path: Path, facts: Path) -> None:
    facts.write_text(facts.read_text().replace("size!: int32 0<..", "size: any"))
    put(tmp_path, a_widget())

    found = verdict(tmp_path)

    assert sum(item.count for item in found.not_judged) == 1
    assert any(
        finding.rule == "schema.facts" and finding.location.file.endswith("Widget.fields") for finding in found.findings
    )


def test_an_uncompilable_schema_leaves_the_kind_unjudged(tmp_path: Path) -> None:
    put_facts(tmp_path, ("example.com", "v1", "Gadget"), "spec: string ~ (\n")
    put(tmp_path, an_object("Gadget", "g", "example.com/v1"))

    (reason,) = verdict(tmp_path).not_judged

    assert "cannot be compiled" in reason.reason


def test_facts_of_a_kind_that_nothing_renders_are_a_finding(tmp_path: Path, facts: Path) -> None:
    put(tmp_path, an_object("ConfigMap", "c"))

    (finding,) = run(inventory(tmp_path), a_context(tmp_path)).findings

    assert (finding.rule, finding.location.file) == ("schema.unused", facts.relative_to(tmp_path).as_posix())
    assert verdict(tmp_path).findings == ()  # where only some environments are judged, others may need them


def test_a_constraint_is_not_judged_where_nothing_says_what_it_may_match_on(tmp_path: Path) -> None:
    put(tmp_path, a_template({}))
    put(tmp_path, an_object("Labelled", "l", "constraints.gatekeeper.sh/v1beta1", namespace=None, spec={}))

    reasons = [item.reason for item in verdict(tmp_path).not_judged]

    assert "no facts of constraints.gatekeeper.sh/v1beta1 K8sRequiredLabels are recorded" in reasons

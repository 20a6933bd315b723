"""Every object is applied twice, in order, and what the API server says to it is told with its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_server import State, an_api_server
from trees import an_application, an_object, inventory, put, put_delivery

from groundplan.errors import Severity
from groundplan.rehearsal.client import Client
from groundplan.rehearsal.play import Rehearsal, rehearse

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names:
    kind: Widget
    plural: widgets
  conversion: {strategy: Webhook}
  versions: [{name: v1, served: true, storage: true}]
"""


@pytest.fixture
def server() -> Iterator[tuple[Client, State]]:
    with an_api_server() as both:
        yield both


def played(root: Path, server: tuple[Client, State], *documents: dict[str, Any]) -> Rehearsal:
    for document in documents:
        put(root, document)
    return rehearse(server[0], inventory(root), [root])


def a_deployment(**spec: Any) -> dict[str, Any]:
    return an_object("Deployment", "web", "apps/v1", spec=spec)


def test_what_is_taken_as_it_is_has_no_finding(tmp_path: Path, server: tuple[Client, State]) -> None:
    assert played(tmp_path, server, a_deployment(cpu="1")) == Rehearsal(1, (), {})


def test_objects_are_applied_strictly_and_as_argo_cd(tmp_path: Path, server: tuple[Client, State]) -> None:
    played(tmp_path, server, a_deployment())

    assert server[1].queries == {"fieldManager=argocd-controller&force=true&fieldValidation=Strict"}


def test_a_refused_object_is_told_with_the_line_of_its_field(tmp_path: Path, server: tuple[Client, State]) -> None:
    (finding,) = played(tmp_path, server, a_deployment(cpu="1", unknown=1)).findings

    assert finding.rule == "rehearsal.refused"
    assert str(finding.location) == "dist/store/prod/web/shop/Deployment-web.yaml:8:3"


def test_a_warning_is_told_and_fails_nothing(tmp_path: Path, server: tuple[Client, State]) -> None:
    (finding,) = played(tmp_path, server, a_deployment(old=1)).findings

    assert finding.severity is Severity.WARNING
    assert 'unknown flag "spec.old"' in finding.message


def test_a_field_that_is_stored_otherwise_is_told(tmp_path: Path, server: tuple[Client, State]) -> None:
    (finding,) = played(tmp_path, server, a_deployment(cpu="1000m")).findings

    assert finding.message == "`1000m` is stored as `1`"


def test_an_object_that_the_second_time_changes_is_told(tmp_path: Path, server: tuple[Client, State]) -> None:
    server[1].drifts = True

    assert [finding.rule for finding in played(tmp_path, server, a_deployment(cpu="1")).findings] == [
        "rehearsal.changed"
    ]


def test_a_kind_without_a_definition_is_counted_and_not_applied(tmp_path: Path, server: tuple[Client, State]) -> None:
    assert played(tmp_path, server, an_object("Gadget", "g", "example.com/v1")) == Rehearsal(
        0, (), {"example.com/Gadget": 1}
    )


def test_a_definition_at_hand_is_installed_first_and_without_its_webhook(
    tmp_path: Path, server: tuple[Client, State]
) -> None:
    (tmp_path / "crds.yaml").write_text(DEFINITION, "utf-8")

    assert played(tmp_path, server, an_object("Widget", "w", "example.com/v1")).applied == 1
    stored = server[1].objects["/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com"]
    assert "conversion" not in stored["spec"]


def test_objects_come_in_the_order_of_their_waves(tmp_path: Path, server: tuple[Client, State]) -> None:
    put(tmp_path, an_object("ConfigMap", "late"), "late")
    put(tmp_path, an_object("ConfigMap", "early"), "early")
    put(tmp_path, an_object("Namespace", "shop", namespace=None), "late")
    put_delivery(tmp_path, an_application("late", wave=10))
    put_delivery(tmp_path, an_application("early", wave=-10))

    rehearse(server[0], inventory(tmp_path), [])

    once = list(dict.fromkeys(server[1].applied))
    assert once.index("Namespace shop") < once.index("ConfigMap early") < once.index("ConfigMap late")


def test_a_template_brings_the_kind_of_its_constraints(tmp_path: Path, server: tuple[Client, State]) -> None:
    crd = {"spec": {"names": {"kind": "Rule"}, "validation": {"openAPIV3Schema": {"type": "object"}}}}
    template = an_object("ConstraintTemplate", "rule", "templates.gatekeeper.sh/v1", namespace=None, spec={"crd": crd})
    constraint = an_object("Rule", "r", "constraints.gatekeeper.sh/v1beta1", namespace=None, spec={})

    found = played(tmp_path, server, template, constraint)

    assert (found.applied, found.unknown) == (1, {"templates.gatekeeper.sh/ConstraintTemplate": 1})

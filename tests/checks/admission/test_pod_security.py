"""Pod Security standards: what each refuses, and whose pods are held against which."""

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_object, inventory, put

from groundplan.checks.admission import run
from groundplan.checks.admission.pod_security import breaches

Json = dict[str, Any]

STRICT: Json = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def a_pod(context: Json | None = None, **spec: Any) -> Json:
    container = {"name": "web", "image": "store/web:v1", "securityContext": STRICT if context is None else context}
    return {"containers": [{**container, **spec.pop("container", {})}], **spec}


def without(field: str) -> Json:
    return {key: value for key, value in STRICT.items() if key != field}


def test_a_pod_that_gives_everything_up_is_within_every_standard() -> None:
    assert breaches("restricted", a_pod()) == []


@pytest.mark.parametrize("field", ["allowPrivilegeEscalation", "runAsNonRoot", "seccompProfile"])
def test_the_restricted_standard_asks_for_each_of_them(field: str) -> None:
    assert breaches("restricted", a_pod(without(field))) == [f"web: {field}"]


def test_the_restricted_standard_asks_for_dropped_capabilities() -> None:
    assert breaches("restricted", a_pod(without("capabilities"))) == ["web: capabilities.drop"]


def test_what_the_pod_says_holds_for_containers_that_say_nothing() -> None:
    context = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    pod = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}

    assert breaches("restricted", a_pod(context, securityContext=pod)) == []


@pytest.mark.parametrize(
    ("pod", "what"),
    [
        (a_pod(hostNetwork=True), "hostNetwork"),
        (a_pod(hostPID=True), "hostPID"),
        (a_pod(volumes=[{"name": "root", "hostPath": {"path": "/"}}]), "volume root: hostPath"),
        (a_pod({**STRICT, "privileged": True}), "web: privileged"),
        (a_pod({**STRICT, "procMount": "Unmasked"}), "web: procMount"),
        (a_pod({**STRICT, "seccompProfile": {"type": "Unconfined"}}), "web: seccompProfile Unconfined"),
        (a_pod({**STRICT, "capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN"]}}), "web: capabilities.add"),
        (a_pod(container={"ports": [{"containerPort": 80, "hostPort": 80}]}), "web: hostPort"),
        (a_pod(securityContext={"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}), "sysctl kernel.msgmax"),
    ],
)
def test_the_baseline_refuses_what_touches_the_node(pod: Json, what: str) -> None:
    assert breaches("baseline", pod) == [what]
    assert breaches("privileged", pod) == []


def test_the_baseline_lets_run_what_only_the_restricted_standard_refuses() -> None:
    pod = a_pod({}, volumes=[{"name": "share", "nfs": {"server": "files"}}])

    assert breaches("baseline", pod) == []
    assert "volume share: nfs" in breaches("restricted", pod)


def test_a_namespace_without_a_label_refuses_nothing() -> None:
    assert breaches("", a_pod(hostNetwork=True)) == []


def a_namespace(level: str) -> Json:
    labels = {"labels": {"pod-security.kubernetes.io/enforce": level}}
    return an_object("Namespace", "shop", namespace=None, metadata=labels)


def judge(root: Path, *documents: Json) -> list[tuple[str, str]]:
    for document in documents:
        put(root, document)
    found = run(inventory(root), a_context(root)).findings
    return [(finding.rule, finding.location.file.rpartition("/")[2]) for finding in found]


def test_a_workload_whose_pods_its_namespace_refuses_is_found(tmp_path: Path) -> None:
    deployment = an_object("Deployment", "web", "apps/v1", spec={"template": {"spec": a_pod(hostNetwork=True)}})

    assert judge(tmp_path / "a", a_namespace("privileged"), deployment) == []
    assert judge(tmp_path / "b", a_namespace("baseline"), deployment) == [
        ("admission.pod-security", "Deployment-web.yaml")
    ]

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, a_project, an_environment, an_object, put, put_delivery, write

from groundplan.checks.identity import run
from groundplan.checks.inventory import read_inventory
from groundplan.errors import Finding

Json = dict[str, Any]

SIGNED = {
    "users.anonymous.enabled": "false",
    "exec.enabled": "false",
    "admin.enabled": "false",
    "url": "https://localhost:8080",
    "oidc.config": "issuer: https://id.example.com",
}
POLICY = "p, role:look, projects, get, *, allow\ng, platform, role:look\n"
ARGO = {"server": "https://kubernetes.default.svc", "namespace": "argocd"}


def kinds(*names: str) -> list[Json]:
    return [{"group": "argoproj.io", "kind": name} for name in names]


def config_map(name: str, **data: str) -> Json:
    return an_object("ConfigMap", name, namespace="argocd", data=data)


def judge(
    root: Path, settings: Json = SIGNED, policy: str = POLICY, default: str = "", *projects: Json
) -> tuple[Finding, ...]:
    write(root, "environments/provided.yaml", "always: {}\n")
    put(root, config_map("argocd-cm", **settings), "argocd")
    put(root, config_map("argocd-rbac-cm", **{"policy.csv": policy, "policy.default": default}), "argocd")
    for project in projects:
        put_delivery(root, project)
    return run(read_inventory(root), a_context(root, an_environment())).findings


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(finding.rule.removeprefix("identity.") for finding in findings)


def test_groups_that_sign_in_and_look_are_fine(tmp_path: Path) -> None:
    assert judge(tmp_path) == ()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"users.anonymous.enabled": "true"}, "without signing in"),
        ({"exec.enabled": "true"}, "opens shells"),
        ({"admin.enabled": "true"}, "one password that nobody owns"),
        ({"url": ""}, "sent back to"),
        ({"oidc.config": None}, "nobody can be in a group"),
    ],
)
def test_each_setting_that_lets_too_many_in_is_found(tmp_path: Path, changes: Json, found: str) -> None:
    settings = {key: value for key, value in {**SIGNED, **changes}.items() if value is not None}

    messages = [finding.message for finding in judge(tmp_path, settings)]

    assert len(messages) == 1
    assert found in messages[0]


@pytest.mark.parametrize(
    ("policy", "default"),
    [
        (POLICY, "role:admin"),
        ("g, platform, role:admin\n", ""),
        ("p, role:look, applications, *, */*, allow\n", ""),
        ("p, role:look, projects, update, *, allow\n", ""),
    ],
)
def test_rights_beyond_every_project_are_found(tmp_path: Path, policy: str, default: str) -> None:
    assert rules(judge(tmp_path, SIGNED, policy, default)) == ["policy"]


@pytest.mark.parametrize(
    "policy",
    [
        "p, proj:store:manager, applications, delete, store/*, allow",
        "p, proj:store:manager, applications, sync, */*, allow",
        "p, proj:other:manager, applications, sync, store/*, allow",
    ],
)
def test_a_project_s_role_that_reaches_further_is_found(tmp_path: Path, policy: str) -> None:
    project = a_project(roles=[{"name": "manager", "policies": [policy]}])

    assert rules(judge(tmp_path, SIGNED, POLICY, "", project)) == ["policy"]


@pytest.mark.parametrize(
    ("permitted", "what"), [("AppProject", "bring projects"), ("Application", "may name any project")]
)
def test_a_guest_s_repository_that_reaches_argo_cd_itself_is_found(tmp_path: Path, permitted: str, what: str) -> None:
    guest = a_project(
        "guest",
        sourceRepos=["https://git.example.com/guest"],
        destinations=[ARGO],
        namespaceResourceWhitelist=kinds(permitted),
    )

    found = judge(tmp_path, SIGNED, POLICY, "", guest)

    assert rules(found) == ["widens"]
    assert what in found[0].message


def test_the_owner_s_root_may_bring_projects(tmp_path: Path) -> None:
    own = a_project("bootstrap", destinations=[ARGO], namespaceResourceWhitelist=kinds("AppProject", "Application"))

    assert judge(tmp_path, SIGNED, POLICY, "", own) == ()

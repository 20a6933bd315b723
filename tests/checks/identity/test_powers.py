from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, put, write

from groundplan.chart_facts.rights import Rule
from groundplan.checks.identity import run
from groundplan.checks.identity.powers import powers_of
from groundplan.checks.inventory import read_inventory

Json = dict[str, Any]
RBAC = "rbac.authorization.k8s.io"
READS = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}


@pytest.mark.parametrize(
    ("rule", "power"),
    [
        (Rule(("*",), ("*",), ("*",)), {"everything"}),
        (Rule(("patch",), ("*",), ("*",)), {"change-everything"}),
        (Rule(("list",), ("",), ("secrets",)), {"read-secrets"}),
        (Rule(("list",), ("",), ("secrets",), ("one",)), set()),
        (Rule(("create",), ("",), ("pods",)), {"make-pods"}),
        (Rule(("create",), ("batch",), ("jobs",)), {"make-pods"}),
        (Rule(("create",), ("",), ("pods/exec",)), {"enter-pods"}),
        (Rule(("create",), ("",), ("serviceaccounts/token",)), {"issue-tokens"}),
        (Rule(("bind",), (RBAC,), ("roles",)), {"change-roles"}),
        (Rule(("impersonate",), ("",), ("users",), ("one",)), {"act-as-others"}),
        (Rule(("get",), ("",), ("nodes/proxy",)), {"reach-nodes"}),
        (Rule(("get",), ("",), ("pods", "configmaps")), set()),
    ],
)
def test_a_rule_gives_the_powers_it_gives(rule: Rule, power: set[str]) -> None:
    assert powers_of([rule]) == power


def judge(root: Path, rule: Json = READS, *, token: bool = True, subject: Json | None = None) -> list[str]:
    """A pod with an account, its role and the binding between them."""
    write(root, "environments/provided.yaml", "always: {}\n")
    who = subject or {"kind": "ServiceAccount", "name": "web", "namespace": "shop"}
    pod = {"serviceAccountName": "web", "automountServiceAccountToken": token, "containers": []}
    for document in (
        an_object("Deployment", "web", "apps/v1", spec={"template": {"metadata": {}, "spec": pod}}),
        an_object("ServiceAccount", "web"),
        an_object("Role", "web", f"{RBAC}/v1", rules=[rule]),
        an_object("RoleBinding", "web", f"{RBAC}/v1", roleRef={"kind": "Role", "name": "web"}, subjects=[who]),
    ):
        put(root, document)
    findings = run(read_inventory(root), a_context(root, an_environment())).findings
    return sorted(finding.rule.removeprefix("identity.") for finding in findings)


def test_a_pod_that_may_read_what_it_carries_a_token_for_is_fine(tmp_path: Path) -> None:
    assert judge(tmp_path) == []


def test_a_right_without_a_token_is_found(tmp_path: Path) -> None:
    assert judge(tmp_path, token=False) == ["unused"]


def test_a_token_without_a_right_is_found(tmp_path: Path) -> None:
    assert judge(tmp_path, subject={"kind": "Group", "name": "people"}) == ["idle-token"]


def test_rights_for_anybody_are_found(tmp_path: Path) -> None:
    assert judge(tmp_path, token=False, subject={"kind": "Group", "name": "system:authenticated"}) == ["anybody"]


def test_a_power_that_nothing_known_needs_is_found(tmp_path: Path) -> None:
    assert judge(tmp_path, {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create"]}) == ["power"]

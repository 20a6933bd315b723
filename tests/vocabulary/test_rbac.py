"""A role permits, and a binding gives it to one account in one namespace."""

from __future__ import annotations

from groundplan.kubernetes.priorities import PRIORITIES, priority_class
from groundplan.kubernetes.rbac import binding, role

RULES = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]


def test_a_role_holds_in_its_namespace_unless_it_is_the_cluster_s() -> None:
    assert role({"name": "reads"}, RULES)["kind"] == "Role"
    assert role({"name": "reads"}, RULES, kind="ClusterRole")["kind"] == "ClusterRole"


def test_a_binding_names_the_role_and_the_account_with_its_namespace() -> None:
    bound = binding({"name": "web-reads", "namespace": "jobs"}, "reads", account="web", namespace="shop")

    assert bound["metadata"]["namespace"] == "jobs"
    assert bound["roleRef"] == {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reads"}
    assert bound["subjects"] == [{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}]


def test_a_class_is_called_after_its_system_and_stays_below_kubernetes_own() -> None:
    assert priority_class("shop", "high") == "shop-high"
    assert max(PRIORITIES.values()) < 1_000_000_000

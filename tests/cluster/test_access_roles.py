"""Access to the Kubernetes API: roles without wildcards, bound in one namespace."""

from __future__ import annotations

from tests.support.rendering import Json, an_environment, rendered, the

ACCESS = """
rbac:
  roles: {reader: [{resources: [pods], verbs: [get]}], writer: [{groups: [argoproj.io], resources: [applications], verbs: [create]}]}
  accounts: {web: {role: reader}, robot: {role: writer, namespace: argocd}}
services:
  web: {image: 'web:1.0', port: 80, resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}}
"""


def objects() -> list[Json]:
    return rendered(an_environment(ACCESS), "foundation")


def test_a_role_allows_what_is_written_and_nothing_else() -> None:
    rules = the(objects(), "ClusterRole", "writer")["rules"]

    assert rules == [{"apiGroups": ["argoproj.io"], "resources": ["applications"], "verbs": ["create"]}]


def test_a_role_holds_in_the_namespace_of_its_account() -> None:
    binding = the(objects(), "RoleBinding", "robot")

    assert binding["metadata"]["namespace"] == "argocd"
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "robot", "namespace": "argocd"}]


def test_an_account_of_no_service_is_made_and_gets_no_token_by_itself() -> None:
    account = the(objects(), "ServiceAccount", "robot")

    assert account["metadata"]["namespace"] == "argocd"
    assert account["automountServiceAccountToken"] is False


def test_a_services_account_is_left_to_the_service() -> None:
    accounts = [item["metadata"]["name"] for item in objects() if item["kind"] == "ServiceAccount"]

    assert accounts == ["robot"]
    assert the(objects(), "RoleBinding", "web")["subjects"][0]["namespace"] == "web"

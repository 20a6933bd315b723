"""Access to the Kubernetes API: roles without wildcards, bound in one namespace."""

from __future__ import annotations

import pytest
from tests.support.rendering import Json, a_network, an_environment, rendered, the

from groundplan.errors import EnvironmentFileError
from groundplan.model.environment import Environment

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


PEOPLE = """
stage: staging
cluster: {cluster_api: {control_plane: {instance: m6i.xlarge}, managed_from: [10.250.0.0/16], sign_in: kubernetes}}
delivery: {sign_in: {issuer: "https://sign-in.example.com", client: argocd, groups: {operators: 11111111-0000}}}
rbac:
  roles: {reader: [{resources: [pods], verbs: [get]}]}
  groups: {operators: {role: reader, everywhere: true}, developers: {role: reader}}
"""


def people(*chapters: str) -> Environment:
    return an_environment(a_network(0), PEOPLE, *chapters)


def test_a_group_has_its_role_everywhere_or_where_the_services_are() -> None:
    found = rendered(people(), "foundation")

    everywhere, here = the(found, "ClusterRoleBinding", "operators"), the(found, "RoleBinding", "developers")
    assert everywhere["roleRef"]["name"] == here["roleRef"]["name"] == "reader"
    assert [subject["name"] for subject in everywhere["subjects"]] == ["people:11111111-0000"]
    assert [subject["name"] for subject in here["subjects"]] == ["people:developers"]
    assert here["metadata"]["namespace"] == "web"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("rbac: {groups: {developers: {role: writer}}}", "there is no role `writer`"),
        (
            "cluster: {cluster_api: {sign_in: null}}",
            "has groups, and the API server is told of none",
        ),
        ("cluster: {cluster_api: null}", "has groups, and"),
        ("delivery: {sign_in: null}", "names a client, and no provider is known"),
        ("rbac: {groups: null}", "lets people in who may do nothing"),
    ],
)
def test_says_what_keeps_people_out(change: str, expected: str) -> None:
    with pytest.raises(EnvironmentFileError, match=expected):
        people(change)

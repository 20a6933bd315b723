"""Whom roles trust: workflows of one repository, pods of one account, sessions for namespaces that draw, and people by their level."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, put, write

from groundplan.checks.identity import run
from groundplan.checks.inventory import read_inventory

Json = dict[str, Any]

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = {f"{ISSUER}:aud": "sts.amazonaws.com"}
MAIN = "repo:store/services:ref:refs/heads/main"
CLOUD = {
    "account": "111122223333",
    "region": "here",
    "zones": ["a", "b"],
    "access": {"oncall": {"principal": "arn:aws:iam::111122223333:role/oncall", "level": "view"}},
}
SERVICES = {
    "web": {
        "image": "store/web:v1",
        "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
    }
}
RULES = frozenset({"audience", "subject-wide", "pods", "session", "principal-wide", "person"})


def aws(kind: str, group: str, name: str, **spec: Any) -> Json:
    return an_object(
        kind, name, f"{group}.services.k8s.aws/v1alpha1", namespace="store-prod", spec={"name": name, **spec}
    )


def judge(root: Path, *objects: Json) -> list[str]:
    """Rules about trust that the objects break; whether their rights are needed is asked elsewhere."""
    write(root, "environments/provided.yaml", "always: {}\n")
    for document in objects:
        put(root, document, component=f"{document['kind'].lower()}-{document['metadata']['name']}")
    environment = an_environment(
        platform={"aws": CLOUD},
        services=SERVICES,
        pipelines={"repository": "store/services", "branches": ["main"], "services": {"web": {}}},
    )
    found = run(read_inventory(root), a_context(root, environment)).findings
    return sorted(rule for finding in found if (rule := finding.rule.removeprefix("identity.")) in RULES)


def role(principal: Json, *actions: str, **condition: Json) -> Json:
    statement = {"Effect": "Allow", "Principal": principal, "Action": list(actions), "Condition": condition}
    return aws("Role", "iam", "it", assumeRolePolicyDocument=json.dumps({"Statement": [statement]}))


def workflows(audience: Json, *subjects: str) -> Json:
    principal = {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"}
    like = {f"{ISSUER}:sub": list(subjects)} if subjects else {}
    return role(principal, "sts:AssumeRoleWithWebIdentity", StringEquals=audience, StringLike=like)


@pytest.mark.parametrize(
    ("audience", "subject", "expected"),
    [
        (AUDIENCE, MAIN, []),
        (AUDIENCE, "repo:store/services:ref:refs/tags/*", []),
        (AUDIENCE, "repo:store/services:environment:prod", []),
        ({}, MAIN, ["audience"]),
        ({f"{ISSUER}:aud": "elsewhere"}, MAIN, ["audience"]),
        (AUDIENCE, "repo:store/services:*", ["subject-wide"]),
        (AUDIENCE, "repo:store/*:ref:refs/heads/main", ["subject-wide"]),
        (AUDIENCE, "repo:store/services:ref:refs/heads/*", ["subject-wide"]),
        (AUDIENCE, "repo:store/services:pull_request", ["subject-wide"]),
        (AUDIENCE, "repo:stroe/services:ref:refs/heads/main", ["subject-wide"]),
        (AUDIENCE, "repo:store/services:ref:refs/heads/try", ["subject-wide"]),
    ],
)
def test_workflows_of_one_repository_on_what_is_built(
    tmp_path: Path, audience: Json, subject: str, expected: list[str]
) -> None:
    assert judge(tmp_path, workflows(audience, subject)) == expected


def test_no_subject_at_all_is_everybody(tmp_path: Path) -> None:
    assert judge(tmp_path, workflows(AUDIENCE)) == ["subject-wide"]


POD = {
    "aws:RequestTag/eks-cluster-name": "store",
    "aws:RequestTag/kubernetes-namespace": "shop",
    "aws:RequestTag/kubernetes-service-account": "web",
}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (POD, []),
        ({}, ["pods"] * 3),
        ({**POD, "aws:RequestTag/kubernetes-service-account": "api"}, ["pods"]),
        ({**POD, "aws:RequestTag/eks-cluster-name": "other"}, ["pods"]),
    ],
)
def test_pods_of_the_account_that_it_is_handed_to(tmp_path: Path, tags: Json, expected: list[str]) -> None:
    pods = role({"Service": "pods.eks.amazonaws.com"}, "sts:AssumeRole", "sts:TagSession", StringEquals=tags)
    handed = {"namespace": "shop", "serviceAccount": "web", "roleRef": {"from": {"name": "it"}}}
    association = aws("PodIdentityAssociation", "eks", "web", **handed)
    cluster = aws("Cluster", "eks", "store")

    assert judge(tmp_path, cluster, an_object("ServiceAccount", "web"), association, pods) == expected


OPERATOR = {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/operator"}


@pytest.mark.parametrize(
    ("principal", "namespaces", "expected"),
    [
        (OPERATOR, ["shop"], []),
        ({}, ["shop"], ["principal-wide"]),
        (OPERATOR, ["shop", "other"], ["session"]),
    ],
)
def test_sessions_for_the_namespaces_that_draw(
    tmp_path: Path, principal: Json, namespaces: list[str], expected: list[str]
) -> None:
    trusted = {"AWS": "arn:aws:iam::111122223333:root"}
    tags = {"aws:RequestTag/esoNamespace": namespaces}
    reader = role(trusted, "sts:AssumeRole", ArnEquals=principal, StringEquals=tags)
    provider = {"aws": {"service": "SecretsManager", "region": "here", "role": "arn:aws:iam::111122223333:role/it"}}
    store = an_object("SecretStore", "vault", "external-secrets.io/v1", spec={"provider": provider})

    assert judge(tmp_path, reader, store) == expected


@pytest.mark.parametrize(
    ("who", "policy", "expected"),
    [
        ("oncall", "AmazonEKSViewPolicy", []),
        ("oncall", "AmazonEKSAdminViewPolicy", ["person"]),
        ("oncall", "AmazonEKSClusterAdminPolicy", ["person"]),
        ("stranger", "AmazonEKSViewPolicy", ["person"]),
    ],
)
def test_people_are_declared_and_do_what_their_level_says(
    tmp_path: Path, who: str, policy: str, expected: list[str]
) -> None:
    given = [{"policyARN": f"arn:aws:eks::aws:cluster-access-policy/{policy}"}]
    entry = aws("AccessEntry", "eks", who, principalARN=f"arn:aws:iam::111122223333:role/{who}", accessPolicies=given)

    assert judge(tmp_path, entry) == expected

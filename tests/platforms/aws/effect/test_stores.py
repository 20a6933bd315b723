"""Stores of secrets are read as a role that trusts the operator, on behalf of their namespace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, put, write

from groundplan.checks.identity import run
from groundplan.checks.inventory import read_inventory

Json = dict[str, Any]
ARN = "arn:aws:iam::111122223333:role/"
TAG = "aws:RequestTag/esoNamespace"
TRUST = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": ["sts:AssumeRole", "sts:TagSession"],
    "Condition": {"ArnEquals": {"aws:PrincipalArn": f"{ARN}operator"}, "StringEquals": {TAG: ["shop"]}},
}
PODS = {"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": TRUST["Action"]}


def role(name: str, *statements: Json) -> Json:
    trust = json.dumps({"Statement": list(statements)})
    spec = {"name": name, "assumeRolePolicyDocument": trust}
    return an_object("Role", name, "iam.services.k8s.aws/v1alpha1", namespace="store-prod", spec=spec)


def found(root: Path, trust: Json, tags: str = "Simple") -> list[str]:
    """Rules broken by a store whose role trusts as said."""
    write(root, "environments/provided.yaml", "always: {}\n")
    aws = {"service": "SecretsManager", "region": "here", "role": f"{ARN}reader", "sessionTagsPolicy": tags}
    lent = {"namespace": "eso", "serviceAccount": "external-secrets", "roleRef": {"from": {"name": "operator"}}}
    for document in (
        an_object("SecretStore", "vault", "external-secrets.io/v1", spec={"provider": {"aws": aws}}),
        an_object("ServiceAccount", "external-secrets", namespace="eso"),
        an_object("PodIdentityAssociation", "eso", "eks.services.k8s.aws/v1alpha1", namespace="store-prod", spec=lent),
        role("reader", trust),
        role("operator", PODS),
    ):
        put(root, document, component=f"{document['kind']}-{document['metadata']['name']}".lower())
    judged = run(read_inventory(root), a_context(root, an_environment(namespaces={"shop": {}, "eso": {}})))
    return [finding.rule for finding in judged.findings if "trust" in finding.rule]


def test_a_store_that_its_role_trusts_is_fine(tmp_path: Path) -> None:
    assert found(tmp_path, TRUST) == []


@pytest.mark.parametrize(
    ("trust", "tags"),
    [
        ({**TRUST, "Action": ["sts:AssumeRole"]}, "Simple"),
        ({**TRUST, "Effect": "Deny"}, "Simple"),
        ({**TRUST, "Principal": {"AWS": f"{ARN}somebody"}}, "Simple"),
        ({**TRUST, "Condition": {"ArnEquals": {"aws:PrincipalArn": f"{ARN}somebody"}}}, "Simple"),
        ({**TRUST, "Condition": {"StringEquals": {TAG: ["other"]}}}, "Simple"),
        (TRUST, "None"),
    ],
    ids=["another action", "denied", "another principal", "another operator", "another namespace", "no tags"],
)
def test_a_store_that_its_role_does_not_trust_is_found(tmp_path: Path, trust: Json, tags: str) -> None:
    assert found(tmp_path, trust, tags) == ["identity.store-trust"]

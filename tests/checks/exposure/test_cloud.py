import json
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, put, write

from groundplan.checks.exposure import run
from groundplan.checks.inventory import read_inventory
from groundplan.errors import Finding

Json = dict[str, Any]

AZURE = "azure.com/v1"
AWS = "services.k8s.aws/v1alpha1"
BLOCK = {"blockPublicACLs": True, "blockPublicPolicy": True, "ignorePublicACLs": True, "restrictPublicBuckets": True}
BUCKET = {"name": "b", "publicAccessBlock": BLOCK, "encryption": {"rules": [{}]}}
REDIS = {"publicNetworkAccess": "Disabled", "minimumTlsVersion": "1.2", "enableNonSslPort": False}
ACCOUNT = {
    "networkAcls": {"defaultAction": "Deny"},
    "allowBlobPublicAccess": False,
    "minimumTlsVersion": "TLS1_2",
    "supportsHttpsTrafficOnly": True,
}
PRIVATE = {"apiServerAccessProfile": {"enablePrivateCluster": True}, "disableLocalAccounts": True}


def judge(root: Path, *documents: Json) -> tuple[Finding, ...]:
    for document in documents:
        put(root, document, component=document["metadata"]["name"])
    return run(read_inventory(root), a_context(root, an_environment())).findings


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(finding.rule.removeprefix("exposure.") for finding in findings)


def rented(kind: str, group: str, spec: Json) -> Json:
    return an_object(
        kind, "it", f"{group}.{AZURE if group != 's3' and group != 'ec2' else AWS}", namespace="store-prod", spec=spec
    )


@pytest.mark.parametrize(
    ("kind", "group", "good", "field", "bad", "rule"),
    [
        ("Redis", "cache", REDIS, "publicNetworkAccess", "Enabled", "public"),
        ("Redis", "cache", REDIS, "minimumTlsVersion", "1.0", "tls"),
        ("Redis", "cache", REDIS, "enableNonSslPort", True, "tls"),
        ("StorageAccount", "storage", ACCOUNT, "networkAcls", {"defaultAction": "Allow"}, "public"),
        ("StorageAccount", "storage", ACCOUNT, "allowBlobPublicAccess", True, "public"),
        ("StorageAccount", "storage", ACCOUNT, "minimumTlsVersion", None, "tls"),
        ("ManagedCluster", "containerservice", PRIVATE, "apiServerAccessProfile", {}, "public"),
        ("ManagedCluster", "containerservice", PRIVATE, "disableLocalAccounts", False, "keys"),
        ("Bucket", "s3", BUCKET, "publicAccessBlock", {**BLOCK, "blockPublicPolicy": False}, "public"),
        ("Bucket", "s3", BUCKET, "encryption", None, "encryption"),
    ],
)
def test_each_setting_that_opens_a_resource_is_found(
    tmp_path: Path, kind: str, group: str, good: Json, field: str, bad: object, rule: str
) -> None:
    assert judge(tmp_path, rented(kind, group, good)) == ()

    changed = {key: value for key, value in {**good, field: bad}.items() if value is not None}
    assert rules(judge(tmp_path, rented(kind, group, changed))) == [rule]


ROLE = {"name": "reader", "permissionsBoundary": "arn:aws:iam::111122223333:policy/bounds"}
MADE = "aws iam create-policy --policy-name bounds --policy-document '{}'"


@pytest.mark.parametrize(
    ("page", "spec", "said"),
    [
        (MADE, ROLE, []),
        (MADE, {"name": "reader"}, ["boundary"]),
        ("", ROLE, ["boundary"]),
        (MADE, {**ROLE, "permissionsBoundary": "arn:aws:iam::111122223333:policy/others"}, ["boundary"]),
    ],
)
def test_a_role_that_nothing_bounds_is_found(tmp_path: Path, page: str, spec: Json, said: list[str]) -> None:
    write(tmp_path, "docs/systems/store/bootstrap.md", page)

    assert rules(judge(tmp_path, an_object("Role", "reader", f"iam.{AWS}", namespace="store-prod", spec=spec))) == said


def test_a_bucket_that_lets_everybody_read_is_found(tmp_path: Path) -> None:
    policy = json.dumps(
        {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}
    )

    assert rules(judge(tmp_path, rented("Bucket", "s3", {**BUCKET, "policy": policy}))) == ["public"]


@pytest.mark.parametrize(
    ("port", "public", "expected"), [(443, True, []), (443, False, ["firewall"]), (22, True, ["firewall"])]
)
def test_the_internet_comes_in_by_the_web_s_ports_of_what_is_public(
    tmp_path: Path, port: int, public: bool, expected: list[str]
) -> None:
    rule = {"fromPort": port, "toPort": port, "ipRanges": [{"cidrIP": "0.0.0.0/0"}]}
    annotations = {
        "alb.ingress.kubernetes.io/scheme": "internet-facing",
        "alb.ingress.kubernetes.io/security-groups": "it",
        "alb.ingress.kubernetes.io/ssl-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS":443}]',
    }
    ingress = an_object("Ingress", "web", "networking.k8s.io/v1", metadata={"annotations": annotations}, spec={})

    found = judge(
        tmp_path, rented("SecurityGroup", "ec2", {"name": "it", "ingressRules": [rule]}), *([ingress] if public else [])
    )

    assert rules(found) == expected


def test_a_rule_for_everybody_beside_a_database_is_found(tmp_path: Path) -> None:
    spec = {
        "access": "Allow",
        "direction": "Inbound",
        "sourceAddressPrefix": "*",
        "destinationPortRange": "5432",
        "owner": {"name": "nsg"},
    }

    assert rules(judge(tmp_path, rented("NetworkSecurityGroupsSecurityRule", "network", spec))) == ["firewall"]


def test_an_address_that_nothing_uses_is_found(tmp_path: Path) -> None:
    assert rules(judge(tmp_path, rented("PublicIPAddress", "network", {}))) == ["dangling"]

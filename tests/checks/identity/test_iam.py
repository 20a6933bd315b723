import json
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, put, write

from groundplan.checks.identity import run
from groundplan.checks.inventory import read_inventory
from groundplan.errors import Finding

Json = dict[str, Any]

PODS = {
    "Effect": "Allow",
    "Principal": {"Service": "pods.eks.amazonaws.com"},
    "Action": ["sts:AssumeRole", "sts:TagSession"],
    "Condition": {
        "StringEquals": {
            "aws:RequestTag/kubernetes-namespace": "shop",
            "aws:RequestTag/kubernetes-service-account": "backup",
        }
    },
}
WRITES = {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "arn:aws:s3:::dumps/daily/*"}


def document(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def aws(kind: str, group: str, name: str, **spec: Any) -> Json:
    return an_object(
        kind, name, f"{group}.services.k8s.aws/v1alpha1", namespace="store-prod", spec={"name": name, **spec}
    )


def judge(
    root: Path, *statements: Json, trust: Json = PODS, account: str = "backup", script: str = "", **chapters: Any
) -> tuple[Finding, ...]:
    """A CronJob that uploads, its role with `statements`, and what binds the two, in an environment of these chapters."""
    write(root, "environments/provided.yaml", "always: {}\n")
    command = script or 'aws s3 cp "$FILE" s3://dumps/daily/'
    pod = {"serviceAccountName": "backup", "containers": [{"name": "upload", "command": ["/bin/sh", "-c", command]}]}
    job = {"jobTemplate": {"spec": {"template": {"spec": pod}}}}
    reference = {"from": {"name": "backup"}}
    spec = {"namespace": "shop", "serviceAccount": account, "roleRef": reference}
    for document_ in (
        an_object("CronJob", "backup", "batch/v1", spec=job),
        an_object("ServiceAccount", "backup"),
        aws("Role", "iam", "backup", assumeRolePolicyDocument=document(trust), policyRefs=[reference]),
        aws("Policy", "iam", "backup", policyDocument=document(*(statements or (WRITES,)))),
        aws("PodIdentityAssociation", "eks", "backup", **spec),
    ):
        put(root, document_, component=document_["kind"].lower())
    return run(read_inventory(root), a_context(root, an_environment(namespaces={"shop": {}}, **chapters))).findings


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(finding.rule.removeprefix("identity.") for finding in findings)


def test_a_job_that_may_do_what_its_script_does_is_fine(tmp_path: Path) -> None:
    assert judge(tmp_path) == ()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({**WRITES, "Resource": "arn:aws:s3:::dumps/weekly/*"}, ["lacks", "unused"]),
        ({**WRITES, "Action": ["s3:GetObject"]}, ["lacks", "unused"]),
        ({**WRITES, "Action": ["s3:PutObject", "s3:DeleteObject"]}, ["unused"]),
        ({**WRITES, "Effect": "Deny"}, ["lacks"]),
        ({**WRITES, "Resource": "*"}, ["everywhere"]),
        ({**WRITES, "Action": ["s3:*"]}, ["takes-over", "unused"]),
        ({**WRITES, "Action": ["s3:Put*"]}, ["unused", "wildcard"]),
        ({**WRITES, "Action": ["s3:PutObject", "iam:PassRole"]}, ["takes-over", "unused"]),
    ],
    ids=["another prefix", "another verb", "a verb too many", "denied", "everywhere", "every verb", "verbs by pattern", "passes roles"],
)  # fmt: skip
def test_a_policy_that_does_not_fit_the_script_is_found(tmp_path: Path, statement: Json, expected: list[str]) -> None:
    assert rules(judge(tmp_path, statement)) == expected


def test_a_role_that_pods_cannot_take_is_found_where_it_is_handed_out(tmp_path: Path) -> None:
    found = judge(tmp_path, trust={**PODS, "Action": ["sts:AssumeRole"]})

    assert rules(found) == ["trust"]
    assert "PodIdentityAssociation-backup" in found[0].location.file


def test_an_association_for_nobody_leaves_the_job_without_an_identity(tmp_path: Path) -> None:
    assert rules(judge(tmp_path, account="other")) == ["no-identity", "pods", "subject", "unused"]


def test_a_script_that_reads_needs_another_right(tmp_path: Path) -> None:
    found = judge(tmp_path, script="aws s3api list-objects-v2 --bucket dumps --prefix daily/x")

    assert rules(found) == ["lacks", "lacks", "unused"]


GRANTED: Json = {
    "platform": {
        "aws": {
            "account": "111122223333",
            "region": "us-east-1",
            "zones": ["us-east-1a"],
            "grants": {
                "dumps": {"bucket": "dumps", "prefix": "daily/", "actions": "write"},
                "files": {"bucket": "files"},
            },
        }
    },
    "services": {
        "backup": {
            "image": "shop/backup:v1",
            "resources": {kind: {"cpu": "1", "memory": "1Gi"} for kind in ("requests", "limits")},
            "cloud_access": ["dumps", "files"],
        }
    },
}
"""A service that may write to one bucket and read another."""

READS = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::files/*"}
LISTS = {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": "arn:aws:s3:::files"}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([WRITES, READS, LISTS], []),
        ([WRITES, READS], ["lacks"]),
        ([WRITES, LISTS], ["lacks"]),
        ([READS, LISTS], ["lacks"]),
        ([WRITES, {**READS, "Action": ["s3:GetObject", "s3:DeleteObject"]}, LISTS], ["unused"]),
    ],
    ids=["as granted", "cannot find what it reads", "cannot read", "cannot write", "may delete too"],
)
def test_a_policy_is_held_to_what_a_service_is_granted_by_name(
    tmp_path: Path, statements: list[Json], expected: list[str]
) -> None:
    assert rules(judge(tmp_path, *statements, script="true", **GRANTED)) == expected

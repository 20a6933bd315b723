"""Copies of a cluster: what is rendered of the chapter, on each cloud."""

from __future__ import annotations

import json

import pytest
import yaml
from tests.support.azure_rendering import STORAGE, azure
from tests.support.rendering import Json, an_environment, rendered, schema_problems, the

from groundplan.addons.selection import needed
from groundplan.blueprint import Release
from groundplan.components import plan
from groundplan.model.environment import Environment

BACKUPS = """
backups:
  bucket: shop-backups
  schedules: {daily: {at: "0 18 * * *", keep: 30d}, monthly: {at: "0 20 1 * *", keep: 365d}}
  restore_test: "0 3 * * 0"
"""
ON_AZURE = BACKUPS.replace("shop-backups", "backups")


def copies(*overlays: str) -> list[Json]:
    return rendered(an_environment(BACKUPS, *overlays), "cluster-backup")


def values(environment: Environment) -> Json:
    return next(part.values for part in plan(environment) if isinstance(part, Release) and part.name == "velero")


def test_a_system_without_the_chapter_gets_nothing() -> None:
    environment = an_environment()

    assert rendered(environment, "cluster-backup") == []
    assert not {"snapshot-controller", "velero"} & set(needed(environment))


def test_each_row_keeps_its_copies_as_long_as_it_says() -> None:
    schedule = the(copies(), "Schedule", "monthly")["spec"]

    assert (schedule["schedule"], schedule["template"]["ttl"]) == ("0 20 1 * *", "8760h0m0s")


def test_copies_hold_every_namespace_and_no_secret() -> None:
    template = the(copies(), "Schedule", "daily")["spec"]["template"]

    assert template["includedNamespaces"] == ["*"]
    assert "secrets" in template["excludedResources"]


def test_snapshots_are_moved_to_the_bucket_and_other_drivers_volumes_are_left_alone() -> None:
    found = copies()

    assert the(found, "Schedule", "daily")["spec"]["template"]["snapshotMoveData"] is True
    policies = yaml.safe_load(the(found, "ConfigMap", "volumes")["data"]["policies.yaml"])["volumePolicies"]
    assert [(rule["conditions"], rule["action"]["type"]) for rule in policies] == [
        ({"csi": {"driver": "ebs.csi.aws.com"}}, "snapshot"),
        ({"csi": {}}, "skip"),
        ({"nfs": {}}, "skip"),
    ]


def test_without_volumes_no_snapshot_is_taken_and_no_agent_runs() -> None:
    environment = an_environment(BACKUPS, "backups: {volumes: false}")
    found = rendered(environment, "cluster-backup")

    assert not [item for item in found if item["kind"] == "VolumeSnapshotClass"]
    assert the(found, "Schedule", "daily")["spec"]["template"]["snapshotVolumes"] is False
    assert "snapshot-controller" not in needed(environment)
    assert "deployNodeAgent" not in values(environment)


def test_a_standby_makes_no_copies_and_tests_none() -> None:
    found = copies("recovery: {role: standby, peer: other, rto: 4h, rpo: 30m}")

    assert the(found, "Schedule", "daily")["spec"]["paused"] is True
    assert the(found, "CronJob")["spec"]["suspend"] is True


def test_the_test_takes_the_row_with_the_newest_copy_and_knows_the_canary() -> None:
    found = copies()
    container = the(found, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    told = {entry["name"]: entry["value"] for entry in container["env"]}

    assert (told["SCHEDULE"], told["OLDEST_SECONDS"]) == ("daily", str(26 * 3600))
    assert json.loads(told["EXPECTED"]) == the(found, "ConfigMap", "restore-canary")["data"]


def test_nothing_runs_where_copies_are_restored() -> None:
    found = copies()
    labels = the(found, "Namespace")["metadata"]["labels"]
    policy = the(found, "NetworkPolicy", "default-deny")["spec"]

    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert policy == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_test_may_not_read_secrets_or_make_pods() -> None:
    rules = [rule for item in copies() if item["kind"] == "Role" for rule in item["rules"]]
    resources = {resource for rule in rules for resource in rule["resources"]}

    assert resources == {"restores", "backups", "datadownloads", "configmaps", "persistentvolumeclaims"}


def test_every_custom_resource_is_one_its_kind_takes() -> None:
    for item in copies():
        if item["kind"] in ("BackupStorageLocation", "Schedule", "VolumeSnapshotClass"):
            assert schema_problems(item) == []


def test_velero_is_nobody_in_particular_and_holds_no_key() -> None:
    chart = values(an_environment(BACKUPS))

    assert chart["credentials"] == {"useSecret": False}
    assert chart["podSecurityContext"]["runAsNonRoot"] is True
    assert chart["nodeAgent"]["disableHostPath"] is True


def test_on_aws_a_role_may_touch_its_own_prefix_alone() -> None:
    documents = rendered(an_environment(BACKUPS), "cloud")
    policy = json.loads(the(documents, "Policy", "velero")["spec"]["policyDocument"])["Statement"]

    assert policy[0]["Resource"] == "arn:aws:s3:::shop-backups/cluster/*"
    assert the(documents, "PodIdentityAssociation", "velero")["spec"]["namespace"] == "velero"


def test_on_azure_an_identity_is_taken_on_by_labels_and_no_account_key_is_used() -> None:
    environment = azure(STORAGE, ON_AZURE)
    location = the(rendered(environment, "cluster-backup"), "BackupStorageLocation")["spec"]
    subjects = [
        item["spec"]["subject"]
        for item in rendered(environment, "cloud")
        if item["kind"] == "FederatedIdentityCredential"
    ]
    settings = values(environment)["configMaps"]["node-agent"]["data"]

    assert location["provider"] == "azure"
    assert location["config"]["useAAD"] == "true"
    assert "system:serviceaccount:velero:velero" in subjects
    assert values(environment)["podLabels"] == {"azure.workload.identity/use": "true"}
    assert json.loads(settings["settings.json"])["podLabels"] == {"azure.workload.identity/use": "true"}
    assert "snapshot-controller" not in needed(environment)


@pytest.mark.parametrize("name", ["daily", "monthly"])
def test_a_row_is_missed_when_the_next_copy_is_overdue(name: str) -> None:
    from groundplan.observability.backup_alerts import backup_alerts

    alerts = {
        alert.expr: alert for alert in backup_alerts(an_environment(BACKUPS)) if alert.name == "ClusterBackupMissing"
    }
    (expr,) = [expr for expr in alerts if f'schedule="{name}"' in expr]
    most = {"daily": 26 * 3600, "monthly": 31 * 86400 + 7200}[name]

    assert expr.endswith(f"> {most}")

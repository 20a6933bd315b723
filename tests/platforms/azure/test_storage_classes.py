"""The classes of file shares; volumes of one pod have AKS' own."""

from __future__ import annotations

from tests.support.azure import AZURE, SHARE
from tests.support.rendering import an_environment as an_azure_environment
from tests.support.rendering import rendered as foundation
from tests.support.rendering import schema_problems, the


def test_without_a_share_there_is_no_class() -> None:
    documents = foundation(an_azure_environment(AZURE), "foundation")

    assert not [item for item in documents if item["kind"] == "StorageClass"]


def test_a_share_has_a_class_that_leads_every_claim_to_it() -> None:
    document = the(foundation(an_azure_environment(AZURE, SHARE), "foundation"), "StorageClass")

    assert document["metadata"]["name"] == "web-uploads"
    assert document["provisioner"] == "file.csi.azure.com"
    assert document["parameters"]["skuName"] == "Premium_LRS"
    assert document["parameters"]["storageAccount"] == "staz01prdsh01"
    assert document["parameters"]["resourceGroup"] == "rg-az01-prd-sh-01"
    assert document["parameters"]["shareName"] == "uploads"
    assert document["allowVolumeExpansion"] is True
    assert document["reclaimPolicy"] == "Retain"


def test_the_account_s_key_is_kept_out_of_the_services_namespaces() -> None:
    document = the(foundation(an_azure_environment(AZURE, SHARE), "foundation"), "StorageClass")

    assert document["parameters"]["secretNamespace"] == "kube-system"


def test_files_belong_to_the_user_that_services_run_as() -> None:
    document = the(foundation(an_azure_environment(AZURE, SHARE), "foundation"), "StorageClass")

    assert {"uid=10001", "gid=10001", "dir_mode=0770"} <= set(document["mountOptions"])


def test_snapshots_have_a_class_where_somebody_takes_them() -> None:
    document = the(foundation(an_azure_environment(AZURE, SHARE), "foundation"), "VolumeSnapshotClass")

    assert document["driver"] == "file.csi.azure.com"
    assert schema_problems(document) == []


def test_nobody_takes_snapshots_of_a_share_without_backup() -> None:
    documents = foundation(
        an_azure_environment(AZURE, SHARE, "data: {uploads: {engine: {azure-files: {snapshots: null}}}}"), "foundation"
    )

    assert not [item for item in documents if item["kind"] == "VolumeSnapshotClass"]

from __future__ import annotations

from typing import Any

import cdk8s
from tests.support.azure import AZURE, SHARE
from tests.support.rendering import an_environment as an_azure_environment
from tests.support.rendering import rendered as foundation
from tests.support.rendering import schema_problems, the
from tests.support.trees import an_environment

from groundplan.cluster.storage_classes import StorageClasses
from groundplan.parts import Component
from groundplan.waves import SyncWave


def rendered(provider: str) -> list[dict[str, Any]]:
    cluster = {"provider": provider, "name": "s", "kubernetes": "1.32", "region": "r", "zones": ["a"], "node_pools": {}}
    component = Component(
        cdk8s.App(),
        "foundation",
        environment=an_environment(cluster=cluster),
        wave=SyncWave.FOUNDATION,
        namespace="shop",
    )
    StorageClasses(component, "storage")
    return list(component.documents())


def test_volumes_are_encrypted_and_outlive_their_claim() -> None:
    (document,) = rendered("aws")

    assert document["parameters"]["encrypted"] == "true"
    assert document["reclaimPolicy"] == "Retain"


def test_a_provider_that_brings_its_own_class_gets_none() -> None:
    assert rendered("azure") == []


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
    documents = foundation(an_azure_environment(AZURE, SHARE, "data: {uploads: {backup: null}}"), "foundation")

    assert not [item for item in documents if item["kind"] == "VolumeSnapshotClass"]

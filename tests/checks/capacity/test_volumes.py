"""Sizes of volumes against what their class can make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import an_application, an_object, inventory, put, put_delivery

from groundplan.checks.capacity.volumes import bounded

Json = dict[str, Any]


def a_claim(size: str, name: str) -> Json:
    spec = {"storageClassName": name, "resources": {"requests": {"storage": size}}}
    return an_object("PersistentVolumeClaim", "data", spec=spec)


def a_class(provisioner: str, **parameters: str) -> Json:
    rest = {"provisioner": provisioner, "parameters": parameters}
    return an_object("StorageClass", "own", "storage.k8s.io/v1", namespace=None, **rest)


def found(root: Path, *objects: Json) -> list[str]:
    for index, document in enumerate(objects):
        put(root, document, component=f"part-{index}")
    return [finding.message for finding in bounded(inventory(root))]


@pytest.mark.parametrize(
    ("size", "provisioner", "parameters", "count"),
    [
        ("100Gi", "file.csi.azure.com", {"skuName": "Premium_LRS"}, 0),
        ("10Gi", "file.csi.azure.com", {"skuName": "Premium_LRS"}, 1),
        ("10Gi", "file.csi.azure.com", {"skuName": "Standard_LRS"}, 0),
        ("512Mi", "pd.csi.storage.gke.io", {"type": "pd-ssd"}, 1),
        ("8Gi", "ebs.csi.aws.com", {"type": "gp3"}, 0),
        ("20Ti", "ebs.csi.aws.com", {"type": "gp3"}, 1),
        ("8Gi", "ebs.csi.aws.com", {"type": "st1"}, 1),
        ("1Gi", "nobody.example.com", {}, 0),
    ],
)
def test_a_claim_is_held_to_what_its_class_makes(
    tmp_path: Path, size: str, provisioner: str, parameters: dict[str, str], count: int
) -> None:
    assert len(found(tmp_path, a_class(provisioner, **parameters), a_claim(size, "own"))) == count


def test_a_class_that_the_cloud_brings_is_known_by_its_name(tmp_path: Path) -> None:
    [message] = found(tmp_path, a_claim("10Gi", "azurefile-csi-premium"))

    assert message == "asks class azurefile-csi-premium for 10Gi, and it makes 100Gi to 100Ti"


def test_a_chart_is_told_of_a_size_too(tmp_path: Path) -> None:
    claim = {"storageClassName": "premium-rwo", "resources": {"requests": {"storage": "512Mi"}}}
    source = {"repoURL": "https://charts.example.com", "chart": "db", "helm": {"valuesObject": {"persistence": claim}}}
    put_delivery(tmp_path, an_application("db", source=source))

    assert len(found(tmp_path)) == 1


def test_a_database_of_an_operator_says_it_in_its_own_words(tmp_path: Path) -> None:
    spec = {"storage": {"size": "512Mi", "storageClass": "premium-rwo"}}

    assert len(found(tmp_path, an_object("Cluster", "db", "postgresql.cnpg.io/v1", spec=spec))) == 1

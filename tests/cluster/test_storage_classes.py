from __future__ import annotations

from typing import Any

import cdk8s
from trees import an_environment

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

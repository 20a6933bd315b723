"""Pods that work for longer than whoever removes their node waits for them are found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, inventory, put

from groundplan.checks.delivery.patience import STAYS, patience

Json = dict[str, Any]


def worker(grace: int, **annotations: str) -> Json:
    template = {"metadata": {"annotations": annotations}, "spec": {"terminationGracePeriodSeconds": grace}}
    return an_object("Deployment", "worker", "apps/v1", spec={"template": template})


def autoscaler(**arguments: int) -> Json:
    source = {
        "chart": "cluster-autoscaler",
        "repoURL": "https://charts.example.com",
        "targetRevision": "1.0.0",
        "helm": {"valuesObject": {"extraArgs": arguments}},
    }
    return an_object("Application", "cluster-autoscaler", "argoproj.io/v1alpha1", spec={"source": source})


def rented(**profile: str) -> Json:
    spec = {"agentPoolProfiles": [{"enableAutoScaling": True}], "autoScalerProfile": profile}
    return an_object("ManagedCluster", "store", "containerservice.azure.com/v1api20240901", spec=spec)


def found(root: Path, *documents: Json) -> list[str]:
    for document in documents:
        put(root, document)
    return [finding.message for finding in patience(inventory(root), a_context(root, an_environment()))]


LONG = {"max-graceful-termination-sec": 3700}


@pytest.mark.parametrize(
    "documents",
    [
        (worker(3665),),
        (worker(600), autoscaler()),
        (worker(3665), autoscaler(**LONG)),
        (worker(3665, **{STAYS: "false"}), autoscaler()),
        (worker(3665), rented(**{"max-graceful-termination-sec": "3700"})),
    ],
    ids=["nobody removes nodes", "short enough", "it waits", "the pod keeps its node", "the cloud waits"],
)
def test_pods_that_end_in_time_are_fine(tmp_path: Path, documents: tuple[Json, ...]) -> None:
    assert found(tmp_path, *documents) == []


@pytest.mark.parametrize(
    "remover",
    [autoscaler(), autoscaler(**{"max-graceful-termination-sec": 1200}), rented()],
    ids=["by default", "too short", "the cloud's own"],
)
def test_pods_that_are_taken_away_from_their_work_are_found(tmp_path: Path, remover: Json) -> None:
    (message,) = found(tmp_path, worker(3665), remover)

    assert "have 3665 s to end" in message

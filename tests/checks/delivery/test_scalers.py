"""Two controllers that set one thing are found, and one beside another that sets something else is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, inventory, put

from groundplan.checks.delivery.scalers import scalers

Json = dict[str, Any]
WEB = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
OWNER = "eks.services.k8s.aws/desired-size-managed-by"


def by_use(name: str = "web", *resources: str) -> Json:
    metrics = [{"type": "Resource", "resource": {"name": one}} for one in resources or ("cpu",)]
    spec = {"scaleTargetRef": WEB, "maxReplicas": 3, "metrics": metrics}
    return an_object("HorizontalPodAutoscaler", name, "autoscaling/v2", spec=spec)


def by_queue(*types: str) -> Json:
    spec = {"scaleTargetRef": WEB, "triggers": [{"type": one} for one in types]}
    return an_object("ScaledObject", "web", "keda.sh/v1alpha1", spec=spec)


def sizes(mode: str | None = "Recreate", *resources: str) -> Json:
    policies = [{"containerName": "*", "controlledResources": list(resources)}] if resources else []
    spec = {"targetRef": WEB, "updatePolicy": {"updateMode": mode}, "resourcePolicy": {"containerPolicies": policies}}
    return an_object("VerticalPodAutoscaler", "web", "autoscaling.k8s.io/v1", spec=spec)


def nodes(most: int, **annotations: str) -> Json:
    return an_object(
        "Nodegroup",
        "app",
        "eks.services.k8s.aws/v1alpha1",
        metadata={"annotations": annotations},
        spec={"scalingConfig": {"minSize": 1, "maxSize": most, "desiredSize": 1}},
    )


def found(root: Path, *documents: Json) -> int:
    for document in documents:
        put(root, document)
    return len(list(scalers(inventory(root), a_context(root, an_environment()))))


@pytest.mark.parametrize(
    "documents",
    [
        (by_use(), by_use("other")),
        (by_use(), by_queue("azure-servicebus")),
        (by_use(), sizes()),
        (by_use("web", "memory"), sizes("Auto", "memory")),
        (by_queue("cpu"), sizes("Initial")),
        (nodes(3),),
    ],
)
def test_two_that_set_one_thing_are_found(tmp_path: Path, documents: tuple[Json, ...]) -> None:
    assert found(tmp_path, *documents) == 1


@pytest.mark.parametrize(
    "documents",
    [
        (by_use(),),
        (by_use(), sizes("Off")),
        (by_use(), sizes("Recreate", "memory")),
        (by_queue("azure-servicebus"), sizes()),
        (nodes(3, **{OWNER: "external-autoscaler"}),),
        (nodes(1),),
    ],
)
def test_one_alone_and_two_that_set_different_things_are_fine(tmp_path: Path, documents: tuple[Json, ...]) -> None:
    assert found(tmp_path, *documents) == 0

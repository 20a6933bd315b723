"""An upgrade in Git reaches the nodes: every group says the version of its cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import an_object, put

from groundplan.checks.inventory import read_inventory
from groundplan.platforms.aws.effect.delivery import stays_behind


def behind(root: Path, version: str | None) -> list[str]:
    own: dict[str, Any] = {"version": version} if version is not None else {}
    specs = {"Cluster": {"version": "1.34"}, "Nodegroup": {"clusterRef": {"from": {"name": "shop"}}, **own}}
    for kind, spec in specs.items():
        put(
            root,
            an_object(kind, "shop", "eks.services.k8s.aws/v1alpha1", namespace="store-prod", spec=spec),
            component="cluster",
        )
    return [finding.message for finding in stays_behind(read_inventory(root))]


def test_a_group_of_the_clusters_version_is_fine(tmp_path: Path) -> None:
    assert behind(tmp_path, "1.34") == []


@pytest.mark.parametrize(("version", "says"), [(None, "says no version"), ("1.33", "says 1.33")])
def test_a_group_that_would_stay_behind_is_found(tmp_path: Path, version: str | None, says: str) -> None:
    assert behind(tmp_path, version) == [
        f"{says}, and its cluster is to run 1.34: an upgrade ends at the control plane"
    ]

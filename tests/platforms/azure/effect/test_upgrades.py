"""An upgrade in Git reaches the nodes: every pool says the version of its cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import an_object, put

from groundplan.checks.inventory import read_inventory
from groundplan.platforms.azure.effect.delivery import stays_behind

Json = dict[str, Any]


def behind(root: Path, first: str | None, further: str | None) -> list[str]:
    own = {"orchestratorVersion": first} if first is not None else {}
    other = {"orchestratorVersion": further} if further is not None else {}
    cluster = {"azureName": "aks", "kubernetesVersion": "1.34", "agentPoolProfiles": [{"name": "system", **own}]}
    pool = {"azureName": "application", "owner": {"name": "aks"}, **other}
    for kind, name, spec in (("ManagedCluster", "aks", cluster), ("ManagedClustersAgentPool", "application", pool)):
        document = an_object(kind, name, "containerservice.azure.com/v1", namespace="store-prod", spec=spec)
        put(root, document, component="cluster")
    return [finding.message for finding in stays_behind(read_inventory(root))]


def test_pools_of_the_clusters_version_are_fine(tmp_path: Path) -> None:
    assert behind(tmp_path, "1.34", "1.34") == []


@pytest.mark.parametrize(
    ("first", "further", "says"),
    [(None, "1.34", "says no version"), ("1.34", None, "says no version"), ("1.34", "1.33", "says 1.33")],
)
def test_a_pool_that_would_stay_behind_is_found(
    tmp_path: Path, first: str | None, further: str | None, says: str
) -> None:
    (found,) = behind(tmp_path, first, further)

    assert found == f"{says}, and its cluster is to run 1.34: an upgrade ends at the control plane"

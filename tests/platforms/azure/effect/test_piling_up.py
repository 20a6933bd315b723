"""Replaced versions of blobs go as the blobs do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_object, inventory, put

from groundplan.platforms.azure.effect.observability import piling_up

DELETE = {"daysAfterModificationGreaterThan": 35}


@pytest.mark.parametrize(
    ("actions", "versioned", "count"),
    [
        ({"baseBlob": {"delete": DELETE}}, True, 1),
        ({"baseBlob": {"delete": DELETE}, "version": {"delete": {"daysAfterCreationGreaterThan": 35}}}, True, 0),
        ({"baseBlob": {"tierToCool": DELETE}}, True, 0),
        ({"baseBlob": {"delete": DELETE}}, False, 0),
    ],
    ids=["pile up", "go too", "nothing goes", "there are none"],
)
def test_versions_that_outlive_their_blobs_are_found(
    tmp_path: Path, actions: dict[str, Any], versioned: bool, count: int
) -> None:
    rule = {"name": "backups", "definition": {"actions": actions}}
    owner = {"owner": {"name": "st"}}
    for kind, spec in (
        ("StorageAccountsBlobService", {**owner, "isVersioningEnabled": versioned}),
        ("StorageAccountsManagementPolicy", {**owner, "policy": {"rules": [rule]}}),
    ):
        put(tmp_path, an_object(kind, "st", "storage.azure.com/v1", namespace="hub", spec=spec), component="cloud")

    assert [rule for _, _, rule, _, _ in piling_up(inventory(tmp_path), a_context(tmp_path))] == ["endless"] * count

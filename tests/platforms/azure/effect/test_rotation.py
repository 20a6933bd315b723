"""Values that are promised an end are given one, in every vault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import an_object, inventory, put, write

from groundplan.platforms.azure.effect.rotation import unwatched
from groundplan.yaml.text import to_yaml

PROMISE = "# Secrets\n\nA secret is replaced after 90d at the latest, a certificate after 365d.\n"
JOB = {
    "runs-on": "self-hosted",
    "env": {"VAULT": "kv"},
    "steps": [
        {"run": 'az keyvault secret set-attributes --vault-name "$VAULT" --name a --expires b\n'},
        {"run": "gh issue create --title a\n"},
    ],
}


def found(root: Path, job: dict[str, Any], page: str = PROMISE, **on: Any) -> list[str]:
    vault = an_object("Vault", "kv", "keyvault.azure.com/v1", namespace="hub", spec={"azureName": "kv"})
    put(root, vault, component="cloud")
    write(root, "docs/systems/store/secrets.md", page)
    workflow = {"name": "Rotation", "on": on or {"schedule": [{"cron": "0 1 * * 1"}]}, "jobs": {"check": job}}
    write(root, "dist/store/pipelines/.github/workflows/rotation.yml", to_yaml(workflow))
    return [finding.rule for finding in unwatched(inventory(root), root)]


def test_a_vault_that_a_scheduled_job_watches_is_fine(tmp_path: Path) -> None:
    assert found(tmp_path, JOB) == []


@pytest.mark.parametrize(
    "change",
    [{"env": {"VAULT": "kv-other"}}, {"steps": JOB["steps"][:1]}, {"steps": JOB["steps"][1:]}],
    ids=["another vault", "asks nobody", "gives no end"],
)
def test_a_vault_that_nobody_watches_is_found(tmp_path: Path, change: dict[str, Any]) -> None:
    assert found(tmp_path, {**JOB, **change}) == ["credentials.rotation"]


def test_a_job_that_only_people_start_watches_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, JOB, workflow_dispatch={}) == ["credentials.rotation"]


def test_what_no_page_promises_is_not_asked_for(tmp_path: Path) -> None:
    assert found(tmp_path, JOB | {"env": {}}, page="# Secrets\n") == []

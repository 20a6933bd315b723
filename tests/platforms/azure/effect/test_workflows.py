"""Who a workflow comes as is trusted by the identity it takes on, and what it does there is granted, no more and no less."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from groundplan.checks.runner import check

Json = dict[str, Any]
CLOUD = "dist/tripgen/dev/cloud/tripgen-dev"
FLOW = "dist/tripgen/pipelines/.github/workflows/azure-access.yml"
TRUST = f"{CLOUD}/FederatedIdentityCredential-id-tripgen-dev-access-github-dev.yaml"
CHANGES = "dist/tripgen/dev/redis/tripgen-dev/RoleAssignment-id-tripgen-dev-access-changes-redis.yaml"
SEES = f"{CLOUD}/RoleAssignment-id-tripgen-dev-rotation-sees-the-vault.yaml"


@pytest.fixture(scope="module")
def shipped(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped trees, to be broken."""
    root = tmp_path_factory.mktemp("workflows")
    for folder in ("argocd", "charts", "dist", "docs", "environments", "schemas"):
        shutil.copytree(repository / folder, root / folder)
    return root


@pytest.fixture
def judged(shipped: Path) -> Callable[..., list[str]]:
    """What the gate says of the tree with single files changed, which are put back."""

    def judge(**changes: Callable[[Json], Json | None]) -> list[str]:
        places = {"trust": TRUST, "changes": CHANGES, "sees": SEES, "flow": FLOW}
        before = {name: (shipped / places[name]).read_text("utf-8") for name in changes}
        try:
            for name, change in changes.items():
                document = change(yaml.safe_load(before[name]))
                if document is None:
                    (shipped / places[name]).unlink()
                else:
                    (shipped / places[name]).write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
            report = check(shipped, ["tripgen"], gates=["identity"])
        finally:
            for name, text in before.items():
                (shipped / places[name]).write_text(text, "utf-8")
        return [f"{finding.rule}: {finding.message}" for result in report.results for finding in result.findings]

    return judge


def another_subject(document: Json) -> Json:
    return {**document, "spec": {**document["spec"], "subject": "repo:tripgen/services:environment:prod"}}


def in_another_environment(document: Json) -> Json:
    document["jobs"]["stores-dev"]["environment"] = {"name": "prod"}
    return document


def without_environment(document: Json) -> Json:
    del document["jobs"]["stores-dev"]["environment"]
    return document


def test_what_is_shipped_is_sound(judged: Callable[..., list[str]]) -> None:
    assert judged() == []


def test_a_subject_that_no_job_comes_as_is_found_at_both_ends(judged: Callable[..., list[str]]) -> None:
    found = judged(trust=another_subject)

    assert len(found) == 2
    assert any("lets `repo:tripgen/services:environment:prod` in, and no job of a workflow comes" in it for it in found)
    assert any("comes as `repo:tripgen/services:environment:dev`, which the identity" in it for it in found)


def test_a_job_in_another_environment_may_not_do_there_what_it_did_here(judged: Callable[..., list[str]]) -> None:
    found = judged(flow=in_another_environment)

    assert any("tripgen-prod/access-identity may not change store at redis-tripgen-dev" in it for it in found)


def test_a_job_without_an_environment_is_let_in_by_nobody(judged: Callable[..., list[str]]) -> None:
    found = judged(flow=without_environment)

    assert any("no identity of its environment is for that" in it for it in found)


def test_a_right_that_the_commands_of_a_job_take_is_missed(judged: Callable[..., list[str]]) -> None:
    found = judged(changes=lambda _: None)

    assert len(found) == 1
    assert "runs `az redis access-policy-assignment create`, and tripgen-dev/access-identity may not" in found[0]


def test_an_identity_without_a_role_finds_no_subscription(judged: Callable[..., list[str]]) -> None:
    found = judged(sees=lambda _: None)

    assert [it.partition(":")[0] for it in found] == ["identity.no-subscription"]

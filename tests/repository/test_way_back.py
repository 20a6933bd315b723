"""After a failover there is a way back: every state of it is rendered, passes every gate, and has one side that leads."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from groundplan.checks.runner import Report, check
from groundplan.cli.check import FURTHER
from groundplan.cli.main import main
from groundplan.documents.way_back import is_built
from groundplan.facts.standby import stands_in
from groundplan.loading.load import load_environments
from groundplan.loading.selection import environment_names
from groundplan.model.environment import Environment

Json = dict[str, Any]
STATES = {
    "the old side copies": "active: true, reversed: true",
    "the old side serves again": "active: false, reversed: true",
}


@pytest.fixture(scope="module")
def standbys(repository: Path) -> list[Environment]:
    """Every standby whose stores all know the way."""
    pairs = [(system, name) for system, names in environment_names(repository).items() for name in names]
    loaded = [item.environment for item in load_environments(repository, pairs)]
    return [environment for environment in loaded if stands_in(environment) and is_built(environment)]


@pytest.fixture(scope="module", params=STATES.values(), ids=STATES)
def root(repository: Path, standbys: list[Environment], tmp_path_factory: pytest.TempPathFactory, request: Any) -> Path:
    """The systems that have such a standby, in one state of the way."""
    root = tmp_path_factory.mktemp("way-back")
    for folder in ("charts", "environments", "schemas", "docs", ".github"):
        shutil.copytree(repository / folder, root / folder)
    shutil.copy2(repository / "Makefile", root / "Makefile")  # its targets are what workflows call
    for standby in standbys:
        file = root / "environments" / standby.system / f"{standby.environment}.yaml"
        text = file.read_text("utf-8")
        assert text.count("active: false") == 1
        file.write_text(text.replace("active: false", request.param), "utf-8")
        begin_archives_anew(root, standby)
    assert main(["--root", str(root), "synth"]) == 0
    assert main(["--root", str(root), "report"]) == 0
    return root


def begin_archives_anew(root: Path, standby: Environment) -> None:
    """What the page has people write beside the word: databases that are made anew archive into folders of their own."""
    assert standby.peer_environment is not None
    file = root / "environments" / standby.system / f"{standby.peer_environment.environment}.yaml"
    anew = {
        name: {"engine": {store.engine.name: {"archive": {"generation": 2}}}}
        for name, store in standby.peer_environment.data.items()
        if getattr(store.engine.settings, "archive", None) is not None
    }
    text = file.read_text("utf-8")
    if anew:
        assert "\ndata:" not in text
        file.write_text(f"{text}{yaml.safe_dump({'data': anew})}", "utf-8")


@pytest.fixture(scope="module")
def report(root: Path, standbys: list[Environment]) -> Report:
    return check(root, sorted({item.system for item in standbys}), further=FURTHER)


def objects(root: Path, environment: Environment, kind: str) -> list[Json]:
    folder = root / "dist" / environment.system / environment.environment
    return [yaml.safe_load(file.read_text("utf-8")) for file in sorted(folder.rglob(f"{kind}-*.yaml"))]


def runs(root: Path, environment: Environment) -> bool:
    workloads = (*objects(root, environment, "Rollout"), *objects(root, environment, "Deployment"))
    counts = [item["spec"].get("replicas") for item in workloads if item["metadata"]["name"] in environment.services]
    assert len(set(counts)) > 0
    return set(counts) != {0}


def test_there_are_standbys_to_look_at(standbys: list[Environment]) -> None:
    assert standbys


def test_every_gate_holds(report: Report) -> None:
    failed = [result for result in report.results if result.failed(strict=True)]

    assert [str(finding) for result in failed for finding in result.findings] == []
    assert report.objects > 500


def test_one_side_runs_and_its_database_is_the_one_that_accepts_writes(root: Path, standbys: list[Environment]) -> None:
    for standby in standbys:
        primary = standby.peer_environment
        assert primary is not None
        serving = [side for side in (primary, standby) if runs(root, side)]
        writing = [side for side in (primary, standby) if accepts_writes(root, side)]

        assert len(serving) == 1
        assert [side.environment for side in writing] == [side.environment for side in serving]


def accepts_writes(root: Path, environment: Environment) -> bool:
    for item in objects(root, environment, "Cluster.postgresql.cnpg.io"):
        replica = item["spec"].get("replica", {"self": "", "primary": ""})
        return (
            "cnpg.io/fencedInstances" not in item["metadata"]["annotations"] and replica["self"] == replica["primary"]
        )
    servers = objects(root, environment, "FlexibleServer")
    settings = {
        item["spec"]["azureName"]: item["spec"]["value"]
        for item in objects(root, environment, "FlexibleServersConfiguration")
    }
    copies = any(item["spec"]["createMode"] == "Replica" for item in servers)
    return bool(servers) and not copies and settings.get("default_transaction_read_only") != "on"


def test_queues_are_declared_on_the_side_from_which_pairing_copies_them(
    root: Path, standbys: list[Environment]
) -> None:
    for standby in standbys:
        primary = standby.peer_environment
        assert primary is not None
        if not any(store.type == "broker" for store in primary.data.values()):
            continue

        assert objects(root, standby, "NamespacesQueue")
        assert not objects(root, primary, "NamespacesQueue")


def test_a_copy_without_a_way_to_the_leader_follows_its_archive_and_begins_one_of_its_own(
    root: Path, standbys: list[Environment]
) -> None:
    seen = 0
    for standby in standbys:
        primary = standby.peer_environment
        assert primary is not None
        for item in objects(root, primary, "Cluster.postgresql.cnpg.io"):
            (leader,) = objects(root, standby, "Cluster.postgresql.cnpg.io")
            stores = {
                it["metadata"]["name"]: it["spec"]["configuration"] for it in objects(root, primary, "ObjectStore")
            }
            theirs = objects(root, standby, "ObjectStore")[0]["spec"]["configuration"]["destinationPath"]
            there, here = (entry["plugin"]["parameters"] for entry in item["spec"]["externalClusters"])

            assert item["spec"]["bootstrap"]["recovery"]["source"] == leader["spec"]["replica"]["self"]
            assert there["serverName"] == leader["spec"]["plugins"][0]["parameters"]["serverName"]
            assert stores[there["barmanObjectName"]]["destinationPath"] == theirs
            assert here["serverName"] == item["spec"]["plugins"][0]["parameters"]["serverName"]
            assert here["serverName"].endswith("-2")
            seen += 1
    assert seen

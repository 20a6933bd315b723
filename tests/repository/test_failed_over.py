"""A standby that has taken over is whole: requests enter, every gate holds, and nobody had to write more than one word."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from groundplan.checks.runner import Report, check
from groundplan.cli.check import FURTHER
from groundplan.cli.main import main
from groundplan.facts.standby import stands_in
from groundplan.loading.load import load_environments
from groundplan.loading.selection import environment_names
from groundplan.model.environment import Environment

Json = dict[str, Any]


@pytest.fixture(scope="module")
def standbys(repository: Path) -> list[Environment]:
    """Every standby of the shipped systems."""
    pairs = [(system, name) for system, names in environment_names(repository).items() for name in names]
    loaded = [item.environment for item in load_environments(repository, pairs)]
    return [environment for environment in loaded if stands_in(environment)]


@pytest.fixture(scope="module")
def root(repository: Path, standbys: list[Environment], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The systems that have a standby, each rendered after its failover."""
    root = tmp_path_factory.mktemp("failed-over")
    for folder in ("charts", "environments", "schemas", "docs", ".github"):
        shutil.copytree(repository / folder, root / folder)
    shutil.copy2(repository / "Makefile", root / "Makefile")  # its targets are what workflows call
    for standby in standbys:
        file = root / "environments" / standby.system / f"{standby.environment}.yaml"
        text = file.read_text("utf-8")
        assert text.count("active: false") == 1
        file.write_text(text.replace("active: false", "active: true"), "utf-8")
    assert main(["--root", str(root), "synth"]) == 0
    assert main(["--root", str(root), "report"]) == 0
    return root


@pytest.fixture(scope="module")
def report(root: Path, standbys: list[Environment]) -> Report:
    return check(root, sorted({item.system for item in standbys}), further=FURTHER)


def objects(root: Path, environment: Environment, kind: str) -> list[Json]:
    folder = root / "dist" / environment.system / environment.environment
    return [yaml.safe_load(file.read_text("utf-8")) for file in sorted(folder.rglob(f"{kind}-*.yaml"))]


def test_there_are_standbys_to_look_at(standbys: list[Environment]) -> None:
    assert len(standbys) >= 2


def test_every_gate_holds(report: Report) -> None:
    failed = [result for result in report.results if result.failed(strict=True)]

    assert [str(finding) for result in failed for finding in result.findings] == []
    assert report.objects > 500


def test_requests_for_every_public_host_of_the_peer_enter(root: Path, standbys: list[Environment]) -> None:
    for standby in standbys:
        assert standby.peer_environment is not None
        entered = {rule["host"] for item in objects(root, standby, "Ingress") for rule in item["spec"]["rules"]}

        assert entered == set(standby.peer_environment.public_hosts) != set()


def test_every_service_behind_a_host_runs_and_admits_what_comes_in(root: Path, standbys: list[Environment]) -> None:
    for standby in standbys:
        workloads = {
            item["metadata"]["name"]: item["spec"].get("replicas")
            for kind in ("Deployment", "Rollout")
            for item in objects(root, standby, kind)
        }
        admitted = {item["metadata"]["name"]: str(item["spec"]) for item in objects(root, standby, "NetworkPolicy")}
        for name in filter(standby.is_exposed, standby.services):
            assert workloads[name] != 0
            assert any(way in admitted[name] for way in ("istio-ingress", "ingress-nginx", "ipBlock"))


def test_before_the_failover_the_way_in_is_there_and_leads_to_nothing(
    repository: Path, standbys: list[Environment]
) -> None:
    for standby in standbys:
        assert objects(repository, standby, "Ingress")
        assert {item["spec"]["replicas"] for item in objects(repository, standby, "Rollout")} <= {0}


def primaries(standbys: list[Environment]) -> list[Environment]:
    return [standby.peer_environment for standby in standbys if standby.peer_environment is not None]


def test_the_same_word_takes_every_service_of_the_old_side_to_zero(root: Path, standbys: list[Environment]) -> None:
    for primary in primaries(standbys):
        counts = {
            item["metadata"]["name"]: item["spec"].get("replicas")
            for kind in ("Deployment", "Rollout")
            for item in objects(root, primary, kind)
            if item["metadata"]["name"] in primary.services
        }

        assert counts == dict.fromkeys(primary.services, 0)
        assert objects(root, primary, "HorizontalPodAutoscaler") == objects(root, primary, "ScaledObject") == []


def test_no_database_of_the_old_side_accepts_writes(root: Path, standbys: list[Environment]) -> None:
    for primary in primaries(standbys):
        inside = [item for item in objects(root, primary, "Cluster*") if item["apiVersion"].startswith("postgresql")]
        fenced = [item["metadata"]["annotations"].get("cnpg.io/fencedInstances") == '["*"]' for item in inside]
        settings = {
            item["spec"]["azureName"]: item["spec"]["value"]
            for item in objects(root, primary, "FlexibleServersConfiguration")
        }
        reads_only = [settings.get("default_transaction_read_only") == "on"] if settings else []

        assert [*fenced, *reads_only] == [True] * sum(store.type == "postgres" for store in primary.data.values())


def test_no_request_is_sent_to_the_old_side_by_the_edge(root: Path, standbys: list[Environment]) -> None:
    for primary in primaries(standbys):
        origins = {
            item["spec"]["azureName"]: item["spec"]["enabledState"] for item in objects(root, primary, "AfdOrigin")
        }

        assert origins in ({}, {"gateway": "Disabled", "standby": "Enabled"})


def test_no_window_holds_the_fence_up(root: Path, standbys: list[Environment]) -> None:
    for primary in primaries(standbys):
        folder = root / "argocd" / primary.system / primary.environment / "applications"
        projects = [yaml.safe_load(file.read_text("utf-8")) for file in folder.glob("AppProject-*.yaml")]

        assert not any(item["spec"].get("syncWindows") for item in projects)


def test_the_new_side_is_brought_from_zero_by_git_and_not_by_an_autoscaler(
    root: Path, standbys: list[Environment]
) -> None:
    for standby in standbys:
        counts = [
            item["spec"].get("replicas", 0)
            for kind in ("Deployment", "Rollout")
            for item in objects(root, standby, kind)
            if item["metadata"]["name"] in standby.services
        ]

        assert min(counts) >= 1

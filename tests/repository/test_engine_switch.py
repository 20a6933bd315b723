"""Where a database and a cache run is one word each: the rest of the environment follows, and every gate holds."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from groundplan.checks.runner import Report, check
from groundplan.cli.main import main

Json = dict[str, Any]
SCOPE = "tripgen/dev"
RENTED, OWN = "rented", "own"
RESOURCES = "{requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 500m, memory: 1Gi}}"
OVERLAY = f"""
data:
  postgres: {{dump: null, engine: {{azure-flexible-server: null, cloudnative-pg: {{storage: 32Gi, resources: {RESOURCES}}}}}}}
  redis: {{engine: {{azure-cache: null, statefulset: {{resources: {RESOURCES}}}}}}}
platform: {{azure: {{monitor: {{alerts: {{cache-memory: null, cache-miss-ratio: null, replication-lag: null}}}}}}}}
"""
CONTROLLED = ("Deployment", "Rollout")


def switched(text: str) -> str:
    """The overlay with the database and the cache run in the cluster."""
    written = yaml.safe_load(text)
    overlay = yaml.safe_load(OVERLAY)
    written["data"].update(overlay["data"])
    written["platform"]["azure"].setdefault("monitor", {}).update(overlay["platform"]["azure"]["monitor"])
    written.pop("exemptions", None)  # they are for the stores as they are
    return yaml.safe_dump(written)


@pytest.fixture(scope="module")
def roots(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The environment rendered twice: as it is, and with the stores in the cluster."""
    found = {}
    for name in (RENTED, OWN):
        root = found[name] = tmp_path_factory.mktemp(name)
        others = shutil.ignore_patterns("aegis", "autodev", "auto-builder", "factory-ai")
        shutil.copytree(repository / "environments", root / "environments", ignore=others)
        shutil.copytree(repository / "charts", root / "charts")
        shutil.copy2(repository / "Makefile", root / "Makefile")  # its targets are what workflows call
        (root / "docs").mkdir(exist_ok=True)
        shutil.copy2(repository / "docs/alerts.md", root / "docs/alerts.md")  # where alerts lead
        overlay = root / "environments" / f"{SCOPE}.yaml"
        if name == OWN:
            overlay.write_text(switched(overlay.read_text("utf-8")), "utf-8")
        assert main(["--root", str(root), "synth"]) == 0
        assert main(["--root", str(root), "report"]) == 0
    return found


@pytest.fixture(scope="module")
def objects(roots: dict[str, Path]) -> dict[str, list[Json]]:
    return {
        name: [yaml.safe_load(file.read_text("utf-8")) for file in sorted((root / "dist" / SCOPE).rglob("*.yaml"))]
        for name, root in roots.items()
    }


@pytest.fixture(scope="module")
def report(roots: dict[str, Path]) -> Report:
    return check(roots[OWN], [SCOPE])


def secrets_read(documents: list[Json]) -> set[tuple[str, str, str]]:
    """Workload, Secret and key of every environment variable of the services."""
    return {
        (item["metadata"]["name"], reference["name"], reference["key"])
        for item in documents
        if item["kind"] in CONTROLLED and item["metadata"]["name"] != "prober"
        for container in item["spec"]["template"]["spec"]["containers"]
        for variable in container.get("env", [])
        if (reference := variable.get("valueFrom", {}).get("secretKeyRef"))
    }


def alert_names(documents: list[Json]) -> set[str]:
    """Names of alerts, be they evaluated in the cluster or by Azure."""
    rules = {
        rule["alert"]
        for item in documents
        if item["kind"] == "PrometheusRule"
        for group in item["spec"]["groups"]
        for rule in group["rules"]
    }
    return rules | {item["spec"]["azureName"].partition("-")[0] for item in documents if item["kind"] == "MetricAlert"}


def kinds(documents: list[Json]) -> set[str]:
    return {item["kind"] for item in documents}


def test_every_gate_holds(report: Report) -> None:
    failed = [result for result in report.results if result.failed(strict=False)]

    assert [str(finding) for result in failed for finding in result.findings] == []
    assert report.objects > 100


def test_stores_move_into_the_cluster(objects: dict[str, list[Json]]) -> None:
    assert {"FlexibleServer", "Redis"} <= kinds(objects[RENTED])
    assert not {"FlexibleServer", "Redis", "Probe"} & kinds(objects[OWN])
    assert {"DatabaseDown", "CacheNearlyFull"} <= alert_names(objects[OWN])
    watched = {item["metadata"]["name"] for item in objects[OWN] if item["kind"] == "MetricAlert"}
    assert not {name for name in watched if "pgdb" in name or "redis" in name}
    assert {"Cluster", "StatefulSet"} <= kinds(objects[OWN])


def test_services_read_the_same_secrets(objects: dict[str, list[Json]]) -> None:
    assert secrets_read(objects[RENTED])
    assert secrets_read(objects[OWN]) == secrets_read(objects[RENTED])


def test_services_are_the_same_services(objects: dict[str, list[Json]]) -> None:
    def of(name: str) -> set[tuple[str, str]]:
        return {(item["kind"], item["metadata"]["name"]) for item in objects[name] if item["kind"] in CONTROLLED}

    assert of(RENTED) - {("Deployment", "prober")} == of(OWN)


def test_alerts_keep_their_names(objects: dict[str, list[Json]]) -> None:
    of_copies_in_the_cluster = {"ReplicationLag", "ReplicationStopped"}

    assert {"DatabaseDown", "CacheDown", "CacheNearlyFull"} <= alert_names(objects[RENTED])
    assert alert_names(objects[OWN]) - alert_names(objects[RENTED]) <= of_copies_in_the_cluster
    assert alert_names(objects[RENTED]) - alert_names(objects[OWN]) == set()


def test_every_caller_may_reach_the_store_wherever_it_runs(objects: dict[str, list[Json]]) -> None:
    def egress(name: str) -> dict[str, list[Json]]:
        policies = (item for item in objects[name] if item["kind"] == "NetworkPolicy")
        return {item["metadata"]["name"]: item["spec"].get("egress", []) for item in policies}

    inside = {"podSelector": {"matchLabels": {"cnpg.io/cluster": "postgres"}}}
    outside = {"ipBlock": {"cidr": "10.3.2.0/24"}}

    assert any(outside in rule.get("to", []) for rule in egress(RENTED)["user-service"])
    assert any(inside in rule.get("to", []) for rule in egress(OWN)["user-service"])


def test_the_operator_comes_with_the_database(roots: dict[str, Path]) -> None:
    def installed(name: str) -> bool:
        return (roots[name] / "argocd" / SCOPE / "applications" / "Application-cloudnative-pg-dev.yaml").exists()

    assert installed(OWN)
    assert not installed(RENTED)

"""Code is tested in the language that its pods are run by, with tools that the job has set up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, inventory, put, write

from groundplan.checks.documents import run
from groundplan.yaml.text import to_yaml

SMALL = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
PROVIDED = 'always: {apis: ["", apps], objects: [{kind: Namespace, names: [shop], namespace: ""}]}\n'
JAVA = {"name": "Set up Java", "uses": "actions/setup-java@0000000000000000000000000000000000000000"}
PYTHON = {"name": "Set up Python", "uses": "actions/setup-python@0000000000000000000000000000000000000000"}


def found(root: Path, *steps: Any, told: str = "SPRING_PROFILES_ACTIVE") -> list[str]:
    write(root, "environments/provided.yaml", PROVIDED)
    write(root, "Makefile", "synth: ready\n\t@true\n")
    config = an_object("ConfigMap", "web-config", data={told: "live"})
    container = {"name": "web", "image": "store/web:v1", "envFrom": [{"configMapRef": {"name": "web-config"}}]}
    put(root, config)
    put(root, an_object("Deployment", "web", "apps/v1", spec={"template": {"spec": {"containers": [container]}}}))
    jobs = {
        "test": {"runs-on": "ubuntu-latest", "steps": list(steps)},
        "build": {
            "runs-on": "ubuntu-latest",
            "needs": ["test"],
            "steps": [{"run": "docker build --pull -t web:1 web"}],
        },
    }
    workflow = {"name": "CI", "on": {"push": {}}, "jobs": jobs}
    write(root, "dist/store/pipelines/.github/workflows/ci.yml", to_yaml(workflow))
    web = {"image": "store/web:v1", "port": 80, "replicas": 2, "resources": SMALL}
    pipelines = {"services": {"web": {"folder": "web"}}}
    environment = an_environment(namespaces={"shop": {}}, services={"web": web}, pipelines=pipelines)
    rules = {"documents.language", "documents.unprepared"}
    verdict = run(inventory(root), a_context(root, environment))
    return sorted(finding.rule for finding in verdict.findings if finding.rule in rules)


def test_java_that_is_tested_as_java_is_fine(tmp_path: Path) -> None:
    assert found(tmp_path, JAVA, {"run": "./gradlew test"}) == []


def test_java_that_is_tested_as_python_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, PYTHON, {"run": "pytest tests"}) == ["documents.language"]


@pytest.mark.parametrize("command", ["./gradlew test", "./mvnw --batch-mode verify", "pytest tests", "npm test"])
def test_a_tool_that_the_job_has_not_set_up_is_found(tmp_path: Path, command: str) -> None:
    assert "documents.unprepared" in found(tmp_path, {"run": command})


def test_what_gives_nothing_away_is_tested_as_it_is_said(tmp_path: Path) -> None:
    assert found(tmp_path, PYTHON, {"run": "pytest tests"}, told="LOG_LEVEL") == []

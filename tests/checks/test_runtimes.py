"""What a program is run by, how long it may take to start, and which files it loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, inventory, put

from groundplan.checks.cold_start.slow import ended_early
from groundplan.checks.intent.files import files
from groundplan.checks.runtimes import runtime_of

Json = dict[str, Any]
SMALL = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
ALIVE = {
    "httpGet": {"path": "/health", "port": 80},
    "initialDelaySeconds": 30,
    "periodSeconds": 10,
    "failureThreshold": 3,
}
AGENT = "-javaagent:/app/agent.jar"


def put_web(root: Path, variables: dict[str, str], **container: Any) -> None:
    told = [{"name": name, "value": value} for name, value in variables.items()]
    one = {"name": "web", "image": "store/web:v1", "env": told, **container}
    put(root, an_object("Deployment", "web", "apps/v1", spec={"template": {"spec": {"containers": [one]}}}))


@pytest.mark.parametrize(
    ("told", "language"),
    [("JAVA_TOOL_OPTIONS", "java"), ("NODE_ENV", "node"), ("PYTHONUNBUFFERED", "python"), ("LOG_LEVEL", None)],
)
def test_a_runtime_has_variables_of_its_own(told: str, language: str | None) -> None:
    assert runtime_of({told: ""}) == language


def test_a_jvm_that_is_ended_after_a_minute_is_found(tmp_path: Path) -> None:
    put_web(tmp_path, {"SPRING_FLYWAY_ENABLED": "true"}, livenessProbe=ALIVE)

    [finding] = ended_early(inventory(tmp_path))

    assert (finding.rule, "60 s after its start" in finding.message) == ("cold-start.slow", True)


def test_others_wait_for_a_start_that_is_given_time(tmp_path: Path) -> None:
    put_web(tmp_path, {"SPRING_X": "1"}, livenessProbe=ALIVE, startupProbe={**ALIVE, "failureThreshold": 30})

    assert list(ended_early(inventory(tmp_path))) == []


def test_a_start_that_is_given_too_little_is_found_there(tmp_path: Path) -> None:
    put_web(tmp_path, {"SPRING_X": "1"}, livenessProbe=ALIVE, startupProbe={**ALIVE, "failureThreshold": 2})

    [finding] = ended_early(inventory(tmp_path))

    assert "startupProbe" in finding.subject


def test_what_starts_at_once_needs_no_more(tmp_path: Path) -> None:
    put_web(tmp_path, {"LOG_LEVEL": "info"}, livenessProbe=ALIVE)

    assert list(ended_early(inventory(tmp_path))) == []


def missing(root: Path, brings: list[str], **container: Any) -> list[str]:
    put_web(root, {"JAVA_TOOL_OPTIONS": f"-Xmx1g {AGENT}=config"}, **container)
    web = {"image": "store/web:v1", "port": 80, "replicas": 2, "resources": SMALL, "brings": brings}
    environment = an_environment(namespaces={"shop": {}}, services={"web": web})
    return [finding.message for finding in files(inventory(root), a_context(root, environment))]


def test_an_agent_that_nobody_brings_is_found(tmp_path: Path) -> None:
    [message] = missing(tmp_path, ["/app/other.jar"])

    assert "is told by JAVA_TOOL_OPTIONS to load /app/agent.jar, which nothing brings" in message


def test_an_agent_that_the_image_brings_is_fine(tmp_path: Path) -> None:
    assert missing(tmp_path, ["/app/agent.jar"]) == []


def test_an_agent_on_a_volume_is_brought_by_whoever_fills_it(tmp_path: Path) -> None:
    assert missing(tmp_path, [], volumeMounts=[{"name": "agents", "mountPath": "/app"}]) == []

"""Versions by tag: gates, stages, and the scripts that judge."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from systems import BASE, a_system

from groundplan.pipelines import workflow_files
from groundplan.pipelines.change import workflow as change_workflow
from groundplan.pipelines.structure import problems

Json = dict[str, Any]
CHAPTER: Json = {
    "services": {"web": {"trigger": "tag"}, "api": {"folder": "api", "trigger": "tag"}},
    "coverage": 85,
    "gates": {"performance": {"users": 7}, "validation": "pytest tests/acceptance", "rollback_plan": True},
}
HOST = {
    "ingress": {"type": "alb"},
    "expose": {"www": {"routes": {"/": "web"}}},
    "hosts": {"www": "staging.example.com"},
}


def _version(environments: Any = None, **changes: Any) -> Json:
    return workflow_files(a_system(environments, **{"pipelines": CHAPTER, **changes}))[".github/workflows/version.yml"]


def _run(job: Json) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def test_every_workflow_of_such_a_system_is_sound() -> None:
    files = workflow_files(a_system(pipelines=CHAPTER))

    assert {name.rpartition("/")[2] for name in files} == {"change.yml", "ci.yml", "dr-drill.yml", "version.yml"}
    assert [problem for workflow in files.values() for problem in problems(workflow)] == []


def test_a_tag_of_three_numbers_starts_it() -> None:
    assert _version()["on"] == {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}}


def test_nothing_is_built_before_every_gate_has_passed() -> None:
    assert _version()["jobs"]["build"]["needs"] == [
        "unit-tests",
        "integration-tests",
        "security-scan",
        "performance-test",
    ]


def test_no_gate_may_fail() -> None:
    for job in _version()["jobs"].values():
        assert "continue-on-error" not in job
        assert not any("continue-on-error" in step for step in job["steps"])


def test_the_unit_tests_hold_the_coverage() -> None:
    assert "--cov-fail-under=85" in _run(_version()["jobs"]["unit-tests"])


def test_the_security_scan_fails_on_what_is_critical() -> None:
    steps = _version()["jobs"]["security-scan"]["steps"]
    scan = next(step for step in steps if step["name"] == "Scan the files")

    assert "CRITICAL" in scan["with"]["severity"]
    assert scan["with"]["exit-code"] == "1"


def test_a_gate_that_is_not_declared_is_not_there() -> None:
    jobs = _version(pipelines={**CHAPTER, "gates": {"integration": None}})["jobs"]

    assert jobs["build"]["needs"] == ["unit-tests", "security-scan"]
    assert not any(name.startswith("validate") for name in jobs)


def test_staging_is_validated_before_production() -> None:
    jobs = _version({"staging": HOST})["jobs"]

    assert jobs["deploy-staging"]["needs"] == "build"
    assert jobs["validate-staging"]["needs"] == "deploy-staging"
    assert jobs["deploy-production"]["needs"] == "validate-staging"
    assert jobs["deploy-production"]["environment"]["name"] == "production"
    assert jobs["validate-staging"]["steps"][-1]["env"] == {"BASE_URL": "https://staging.example.com"}


def test_every_image_is_scanned_before_the_first_is_pushed() -> None:
    names = [step["name"] for step in _version()["jobs"]["build"]["steps"]]

    assert names.index("Scan the image of api") < names.index("Push web")


def test_a_stage_that_opens_at_night_is_not_waited_for() -> None:
    delivery = {
        **BASE["delivery"],
        "windows": {"night": {"kind": "allow", "schedule": "0 2 * * 1-5", "duration": "2h"}},
    }

    steps = _version({"production": {"delivery": delivery}})["jobs"]["deploy-production"]["steps"]

    assert [step["name"] for step in steps[-2:]] == ["Set the image tag of production", "Say when it is brought in"]
    assert "0 2 * * 1-5 UTC for 2h" in steps[-1]["run"]


def test_a_release_in_steps_is_waited_for_longer() -> None:
    services = {**BASE["services"], "web": {**BASE["services"]["web"], "rollout": "blue-green"}}

    job = _version(services=services)["jobs"]["deploy-staging"]

    assert "deadline=$((SECONDS + 3000))" in _run(job)
    assert job["timeout-minutes"] == 125


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("## Rollback plan\n\nRevert the commit; no data changes.\n", 0),
        ("## Why\n\nbecause\n\n## Rollback Plan\r\n\r\nRedeploy v1.2.2 and restore nothing.", 0),
        ("## Rollback plan\n\n<!-- How is this taken back? Write it here. -->\n\n## Risk\n\nthis is a long text of another section", 1),
        ("## Rollback plan\n\nnone\n", 1),
        ("No section at all, however long the text of it may be.", 1),
        ("", 1),
    ],
)  # fmt: skip
def test_a_change_says_how_it_is_taken_back(body: str, code: int) -> None:
    script = change_workflow()["jobs"]["rollback-plan"]["steps"][0]["run"]

    done = subprocess.run(
        ["bash"], input=script, text=True, capture_output=True, check=False, env={"BODY": body, "PATH": "/usr/bin:/bin"}
    )

    assert done.returncode == code, done.stdout + done.stderr


@pytest.mark.parametrize(("measured", "code"), [(100.0, 0), (109.9, 0), (110.1, 1)])
def test_a_load_test_may_be_a_tenth_slower(tmp_path: Path, measured: float, code: int) -> None:
    step = _version()["jobs"]["performance-test"]["steps"][-1]
    for name, value in (("baseline.json", 100.0), ("performance.json", measured)):
        (tmp_path / name).write_text(json.dumps({"metrics": {"http_req_duration": {"p(95)": value}}}))

    done = subprocess.run(
        ["bash"],
        input=step["run"].replace("python -", "python3 -", 1),
        cwd=tmp_path,
        text=True,
        capture_output=True,
        check=False,
        env={**step["env"], "BASELINE": "baseline.json", "PATH": "/usr/local/bin:/usr/bin:/bin"},
    )

    assert done.returncode == code, done.stderr


JAVA: Json = {
    "services": {
        "web": {"folder": "web", "trigger": "tag", "language": "java"},
        "api": {"folder": "api", "trigger": "tag", "language": "java"},
    },
    "coverage": 85,
    "gates": {"integration": "./tests/integration/gradlew --project-dir tests/integration test"},
}


def test_java_is_tested_folder_by_folder_and_nothing_of_it_as_python() -> None:
    jobs = _version(pipelines=JAVA)["jobs"]

    steps = [(step.get("working-directory"), step["run"]) for step in jobs["unit-tests"]["steps"] if "run" in step]
    assert [folder for folder, run in steps if "./gradlew --no-daemon test" in run] == ["web", "api"]
    for job in ("unit-tests", "integration-tests", "security-scan"):
        assert "pytest" not in _run(jobs[job])
        assert "pip install" not in _run(jobs[job])
    assert any("setup-java" in step.get("uses", "") for step in jobs["integration-tests"]["steps"])
    assert any(step.get("with", {}).get("languages") == "java-kotlin" for step in jobs["security-scan"]["steps"])


@pytest.mark.parametrize(
    ("covered", "missed", "status"), [(85, 15, 0), (84, 16, 1), (0, 0, 1)], ids=["enough", "too little", "no report"]
)
def test_coverage_of_java_is_what_its_reports_say(tmp_path: Path, covered: int, missed: int, status: int) -> None:
    if covered + missed:
        report = tmp_path / "build" / "reports" / "jacoco" / "test" / "jacocoTestReport.xml"
        report.parent.mkdir(parents=True)
        counter = f'<counter type="LINE" missed="{missed}" covered="{covered}"/>'
        report.write_text(
            f'<report name="web"><package name="a"><counter type="LINE" missed="9" covered="0"/></package>{counter}</report>'
        )
    steps = _version(pipelines=JAVA)["jobs"]["unit-tests"]["steps"]
    step = next(one for one in steps if one["name"] == "Coverage of web")

    result = subprocess.run(["bash", "-c", step["run"]], cwd=tmp_path, env={**os.environ, **step["env"]}, check=False)

    assert result.returncode == status


def test_an_image_is_looked_into_for_what_its_settings_name() -> None:
    services = {"services": {**BASE["services"], "web": {**BASE["services"]["web"], "brings": ["/app/agent.jar"]}}}
    build = _version(**services)["jobs"]["build"]["steps"]

    [look] = [step for step in build if step["name"] == "Look for what the image of web brings"]
    assert 'docker cp "$made:/app/agent.jar" - > /dev/null' in look["run"]
    names = [step["name"] for step in build]
    assert names.index("Build web") < names.index(look["name"]) < names.index("Push web")

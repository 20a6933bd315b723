"""A repository of several services: each folder is checked in its own language, each branch has its own environment."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
from tests.support.systems import BASE, a_system

from groundplan.errors import ConstructError
from groundplan.pipelines import workflow_files
from groundplan.pipelines.structure import problems

Json = dict[str, Any]

WORKER = {**BASE["services"]["api"], "port": None}
CHANGES: Json = {
    "services": {**BASE["services"], "worker": WORKER},
    "pipelines": {
        "checked": "folders",
        "python": "3.12",
        "branches": ["main", "dev"],
        "deploys": {"main": "production", "dev": "staging"},
        "services": {
            "web": {"folder": "web", "language": "node", "versions": {"next": "15.x"}},
            "api": {"folder": "api", "versions": {"fastapi": ">=0.100"}},
            "worker": {"folder": "api"},
        },
    },
}


def workflow(name: str, **pipelines: Any) -> Json:
    changed = {**CHANGES, "pipelines": {**CHANGES["pipelines"], **pipelines}}
    return workflow_files(a_system(**changed))[f".github/workflows/{name}.yml"]


def scripts(job: Json) -> dict[str, str]:
    return {step["name"]: step.get("run", "") for step in job["steps"]}


def test_each_folder_has_one_job_in_its_own_language() -> None:
    jobs = workflow("ci")["jobs"]

    assert [name for name in jobs if name.startswith("test-")] == ["test-web", "test-api"]
    assert jobs["test-web"]["defaults"]["run"]["working-directory"] == "web"
    assert scripts(jobs["test-web"])["Build"] == "npm run build"
    assert "pytest" in scripts(jobs["test-api"])["Test"]


def test_python_code_is_tested_beside_the_stores_of_production() -> None:
    jobs = workflow("ci")["jobs"]

    assert jobs["test-api"]["services"]["postgres"]["image"] == "postgres:16"
    assert "services" not in jobs["test-web"]


def test_a_version_outside_its_range_fails() -> None:
    jobs = workflow("ci")["jobs"]

    assert "check next '15.x'" in scripts(jobs["test-web"])["Check versions"]
    assert "'fastapi': '>=0.100'" in scripts(jobs["test-api"])["Check versions"]


@pytest.mark.parametrize(("range_", "code"), [(">=1.0", 0), (">=999", 1)])
def test_the_check_of_python_versions_compares_what_is_installed(range_: str, code: int) -> None:
    script = scripts(
        workflow("ci", services={"api": {"folder": "api", "versions": {"pytest": range_}}})["jobs"]["test-api"]
    )
    check = re.search(r"<<'EOF'\n(.*)EOF\n", script["Check versions"], re.DOTALL)
    assert check is not None

    ran = subprocess.run(["python", "-c", check[1]], capture_output=True, text=True, check=False)

    assert ran.returncode == code
    assert ("pytest is " in ran.stderr) == bool(code)


def test_an_image_that_two_services_run_is_built_once() -> None:
    built = [name for name in scripts(workflow("ci")["jobs"]["build"]) if name.startswith("Build ")]

    assert built == ["Build web", "Build api"]


def test_the_build_needs_every_check() -> None:
    assert workflow("ci")["jobs"]["build"]["needs"] == ["test-web", "test-api", "security-scan"]


def test_pull_requests_to_every_delivered_branch_are_checked() -> None:
    assert workflow("ci")["on"]["pull_request"]["branches"] == ["main", "dev"]


def test_each_branch_goes_to_its_own_environment_and_waits_for_no_other() -> None:
    jobs = workflow("cd")["jobs"]

    assert list(jobs) == ["deploy-production", "deploy-staging"]
    assert "head_branch == 'main'" in jobs["deploy-production"]["if"]
    assert "head_branch == 'dev'" in jobs["deploy-staging"]["if"]
    assert not any("needs" in job for job in jobs.values())


def test_every_service_of_an_image_gets_the_new_version_and_is_waited_for() -> None:
    steps = workflow("cd")["jobs"]["deploy-staging"]["steps"]

    run = "\n".join(step.get("run", "") for step in steps)
    assert 'image set store/staging worker "$TAG"' in run
    awaited = next(step["env"]["AWAITED"] for step in steps if "AWAITED" in step.get("env", {}))
    assert awaited.split() == ["staging/web", "staging/api", "staging/worker"]


def test_both_workflows_are_sound_and_their_scripts_are_shell() -> None:
    for name in ("ci", "cd"):
        found = workflow(name)
        assert list(problems(found)) == []
        for job in found["jobs"].values():
            for step in job["steps"]:
                script = re.sub(r"\$\{\{.*?\}\}", "expression", step.get("run", ""))
                assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_a_branch_to_an_environment_that_does_not_exist_is_refused() -> None:
    with pytest.raises(
        ConstructError, match="branch `main` goes to `prod`, which is no environment; write one of staging"
    ):
        workflow("cd", deploys={"main": "prod"})

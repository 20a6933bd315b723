"""What the workflows of a code repository do, and what they must never do."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import Any

import pytest
from systems import BASE, a_system

from groundplan.errors import ConstructError
from groundplan.facts.reports import reported_services
from groundplan.github import actions, with_versions
from groundplan.pipelines import workflow_files
from groundplan.pipelines.steps import owner_and_name
from groundplan.pipelines.structure import problems

Json = dict[str, Any]

REPORTED = {**BASE["delivery"], "reports": {"app": 1, "installation": 1, "secret": "reports/private-key"}}
FAILED_OVER = {"recovery": {"role": "standby", "peer": "production", "rto": "4h", "rpo": "30m", "active": True}}


def _workflow(name: str, **changes: Any) -> Json:
    return workflow_files(a_system(**changes))[f".github/workflows/{name}.yml"]


def _scripts(job: Json) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def _step(job: Json, name: str) -> Json:
    return next(step for step in job["steps"] if step["name"] == name)


def test_a_system_without_the_chapter_has_no_workflows() -> None:
    assert workflow_files(a_system(pipelines=None)) == {}


def test_every_workflow_is_sound() -> None:
    found = {name: list(problems(workflow)) for name, workflow in workflow_files(a_system()).items()}

    assert found == {key: [] for key in found}
    assert sorted(name.rpartition("/")[2] for name in found) == ["cd.yml", "ci.yml", "dr-drill.yml", "release.yml"]


def test_every_script_is_valid_shell() -> None:
    if shutil.which("bash") is None:
        pytest.fail("bash is needed to check the scripts")
    for name, workflow in workflow_files(a_system()).items():
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                script = re.sub(r"\$\{\{.*?\}\}", "expression", step.get("run", ""))
                checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
                assert checked.returncode == 0, f"{name}: {step['name']}: {checked.stderr}"


def test_delivery_waits_for_the_workflow_that_integration_is_called() -> None:
    assert _workflow("cd")["on"]["workflow_run"]["workflows"] == [_workflow("ci")["name"]]


def test_the_build_needs_everything_that_can_fail() -> None:
    jobs = _workflow("ci")["jobs"]

    assert jobs["build"]["needs"] == [name for name in jobs if name != "build"]


def test_tests_run_against_the_versions_of_production_and_wait_for_them() -> None:
    stores = _workflow("ci")["jobs"]["test"]["services"]

    assert stores["postgres"]["image"] == f"postgres:{BASE['data']['db']['version']}"
    assert "--health-cmd" in stores["postgres"]["options"]


def test_coverage_below_the_chapter_s_figure_fails() -> None:
    chapter = {"services": {"web": {}}, "coverage": 93}

    assert "--cov-fail-under=93" in _scripts(_workflow("ci", pipelines=chapter)["jobs"]["test"])


def test_a_pull_request_publishes_nothing() -> None:
    steps = _workflow("ci")["jobs"]["build"]["steps"]

    outward = [step for step in steps if "role" in step["name"] or "Log in" in step["name"] or "Push" in step["name"]]
    assert {step["if"] for step in outward} == {"github.event_name == 'push'"}


def test_an_image_is_scanned_before_it_is_pushed() -> None:
    names = [step["name"] for step in _workflow("ci")["jobs"]["build"]["steps"]]

    assert names.index("Scan the image of web") < names.index("Push web")


def test_only_a_push_that_passed_in_this_repository_is_deployed() -> None:
    condition = _workflow("cd")["jobs"]["deploy-staging"]["if"]

    assert "conclusion == 'success'" in condition
    assert "event == 'push'" in condition
    assert "head_repository.full_name == github.repository" in condition


def test_the_commit_that_was_built_is_deployed() -> None:
    for job in _workflow("cd")["jobs"].values():
        tags = [step["env"]["TAG"] for step in job["steps"] if "TAG" in step.get("env", {})]

        assert tags == ["${{ github.event.workflow_run.head_sha }}"]


def test_production_waits_until_staging_runs_the_version() -> None:
    jobs = _workflow("cd")["jobs"]

    assert jobs["deploy-production"]["needs"] == "deploy-staging"
    assert _step(jobs["deploy-staging"], "Wait until staging runs it")["env"]["AWAITED"] == "staging/web"


def test_whoever_serves_reports_under_one_name() -> None:
    before, after = a_system(delivery=REPORTED), a_system({"dr": FAILED_OVER}, delivery=REPORTED)

    assert reported_services(before.named("production")) == {"web": "production/web", "api": "production/api"}
    assert reported_services(before.named("dr")) == {}
    assert reported_services(after.named("dr")) == {"web": "production/web", "api": "production/api"}


def test_a_version_is_proposed_and_never_pushed_to_what_argo_cd_delivers() -> None:
    for job in _workflow("cd")["jobs"].values():
        script = _scripts(job)

        assert "gh pr create --base main" in script
        assert "HEAD:main" not in script
        assert "ssh-key" not in str(job)


def test_no_token_may_do_more_than_propose_or_read() -> None:
    for job in _workflow("cd")["jobs"].values():
        granted = [
            {key: value for key, value in step["with"].items() if key.startswith("permission-")}
            for step in job["steps"]
            if "create-github-app-token" in step.get("uses", "")
        ]

        assert [sorted(key for key, value in rights.items() if value == "write") for rights in granted] == [
            ["permission-contents", "permission-pull-requests"],
            [],
        ]


def test_a_standby_takes_every_version_with_its_peer() -> None:
    jobs = _workflow("cd")["jobs"]

    assert "image set store/dr web" in _scripts(jobs["deploy-production"])
    assert "image set store/dr web" not in _scripts(jobs["deploy-staging"])


def test_public_hosts_are_smoke_tested_and_shown() -> None:
    expose = {"www": {"routes": {"/": "web"}, "health": "/up"}}
    hosts = {"www": "store.example.com"}

    job = _workflow("cd", ingress={"type": "alb"}, expose=expose, hosts=hosts)["jobs"]["deploy-production"]

    assert job["environment"]["url"] == "https://store.example.com"
    assert "https://store.example.com/up" in _step(job, "Smoke-test production")["run"]


def test_no_workflow_speaks_to_a_cluster() -> None:
    for workflow in workflow_files(a_system()).values():
        for job in workflow["jobs"].values():
            assert not re.search(r"\b(kubectl|helm|argocd app)\b", _scripts(job))


def test_only_targets_of_the_makefile_are_called(repository: Any) -> None:
    targets = set(re.findall(r"^([a-z]+):", (repository / "Makefile").read_text("utf-8"), re.MULTILINE))
    called = {
        word
        for workflow in workflow_files(a_system()).values()
        for job in workflow["jobs"].values()
        for line in _scripts(job).splitlines()
        if line.startswith("make ")
        for word in line.split()[1:]
    }

    assert called
    assert called <= targets


def test_a_release_reaches_only_the_service_of_its_tag() -> None:
    workflow = _workflow("release")

    assert workflow["on"]["push"]["tags"] == ["api/v*"]
    assert workflow["jobs"]["deploy-production-api"]["if"] == "needs.build.outputs.service == 'api'"
    assert workflow["jobs"]["deploy-production-api"]["needs"] == ["build", "deploy-staging-api"]


@pytest.mark.parametrize(
    ("tag", "code", "output"),
    [
        ("api/v1.2.3", 0, "image=111122223333.dkr.ecr.eu-west-1.amazonaws.com/store/api:v1.2.3"),
        ("api/v1.2.3-rc.1", 0, "version=v1.2.3-rc.1"),
        ("api/latest", 1, ""),
        ("web/v1.0.0", 1, ""),
        ("api/v1.0.0$(id)", 1, ""),
    ],
)
def test_reads_service_and_version_from_a_tag(tmp_path: Any, tag: str, code: int, output: str) -> None:
    script = _step(_workflow("release")["jobs"]["build"], "Read the tag")["run"]
    written = tmp_path / "output"
    written.touch()

    done = subprocess.run(
        ["bash", "-c", script], env={"TAG": tag, "GITHUB_OUTPUT": str(written)}, capture_output=True, check=False
    )

    assert done.returncode == code
    assert output in written.read_text()


def test_the_drill_is_due_when_the_recovery_chapter_says() -> None:
    workflow = _workflow("dr-drill")

    assert workflow["on"]["schedule"] == [{"cron": "0 9 15 1 *"}]
    assert "gh issue create" in _scripts(workflow["jobs"]["open-issue"])


def test_a_registry_without_a_known_login_is_refused() -> None:
    platform: Json = {"existing": {}}

    with pytest.raises(ConstructError, match="no registry login is known for platform `existing` and registry ``"):
        workflow_files(a_system(platform=platform))


def test_each_pin_is_a_commit_with_its_version() -> None:
    assert all(re.fullmatch("[0-9a-f]{40}", item.commit) and item.version[0] == "v" for item in actions().values())


def test_the_version_stands_behind_the_pin() -> None:
    pin = actions()["actions/checkout"]

    assert with_versions(f"    - uses: actions/checkout@{pin.commit}\n").endswith(f"@{pin.commit} # {pin.version}\n")


@pytest.mark.parametrize(
    "url",
    ["https://github.com/store/platform", "https://github.com/store/platform.git", "git@github.com:store/platform.git"],
)
def test_names_a_repository_as_github_does(url: str) -> None:
    assert owner_and_name(url) == "store/platform"


def test_a_standby_in_another_region_finds_the_image_in_a_registry_of_its_own() -> None:
    step = _step(_workflow("ci")["jobs"]["build"], "Push web to eu-central-1")

    assert step["if"] == "github.event_name == 'push'"
    assert step["env"]["REGISTRY"] == "111122223333.dkr.ecr.eu-central-1.amazonaws.com"
    assert "Push the release to eu-central-1" in [
        step["name"] for step in _workflow("release")["jobs"]["build"]["steps"]
    ]


def test_an_azure_registry_is_reached_with_an_identity_too() -> None:
    subscription = "00000000-0000-4000-8000-000000000001"
    azure = {"subscription": subscription, "tenant": subscription, "region": "koreacentral", "zones": []}

    steps = _workflow("ci", platform={"azure": {**azure, "registry": "store.azurecr.io"}})["jobs"]["build"]["steps"]

    login = next(step for step in steps if step["name"].startswith("Take on"))
    assert login["with"]["subscription-id"] == "00000000-0000-4000-8000-000000000001"
    assert login["with"]["client-id"] == "${{ vars.AZURE_CLIENT_ID }}"
    assert _step({"steps": steps}, "Log in to the registry")["run"] == "az acr login --name store"

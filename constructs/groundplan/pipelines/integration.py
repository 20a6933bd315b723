"""ci.yml: lint, test, scan and build on every push and pull request."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.github import RUNNER, STRICT, checkout, pinned, python
from groundplan.kubernetes.objects import Json
from groundplan.model.pipelines import Build, Pipelines
from groundplan.pipelines.folders import distinct, folder_jobs
from groundplan.pipelines.languages import java, lint_java, ready, scan_java, test_java
from groundplan.pipelines.registries import build_image, copy_image, log_in, look_into_image, scan_image
from groundplan.stores.registry import stores_of

NAME = "CI Pipeline"
"""The delivery workflow waits for the workflow of this name."""

PUSHED = "github.event_name == 'push'"
TRUSTED = "always() && github.event.pull_request.head.repo.fork != true"
"""A fork's token may not write, so its findings stay in the log."""


def workflow(system: System, pipelines: Pipelines) -> Json:
    """The whole workflow."""
    if pipelines.checked == "folders":
        jobs: Json = folder_jobs(system, pipelines, stores(system))
    else:
        jobs = {"lint": _lint(pipelines), "test": unit_tests(system, pipelines)}
    jobs["security-scan"] = security_scan(pipelines)
    if pipelines.built_on("commit"):
        jobs["build"] = _build(system, pipelines, needs=list(jobs))
    return {
        "name": NAME,
        "on": {
            "push": {"branches": list(pipelines.branches)},
            "pull_request": {"branches": pipelines.delivered_branches},
        },
        "permissions": {"contents": "read"},
        "concurrency": {
            "group": "ci-${{ github.ref }}",
            "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
        },
        "jobs": jobs,
    }


def _lint(pipelines: Pipelines) -> Json:
    python_steps: list[Json] = [
        python(pipelines.python, cache="pip"),
        {"name": "Install", "run": "pip install -r requirements-dev.txt"},
        {"name": "Pylint", "run": "pylint src/"},
        {"name": "Mypy", "run": "mypy src/"},
    ]
    java_steps = [java(pipelines), *lint_java(pipelines, written_in(pipelines, "java"))]
    return {
        "runs-on": RUNNER,
        "timeout-minutes": 15,
        "steps": [
            checkout(),
            *(python_steps if "python" in pipelines.languages else []),
            *(java_steps if "java" in pipelines.languages else []),
        ],
    }


def written_in(pipelines: Pipelines, language: str) -> list[Build]:
    """The builds of that language, each folder once."""
    return [build for build in distinct(pipelines.services).values() if build.language == language]


def unit_tests(system: System, pipelines: Pipelines) -> Json:
    """Every test of the code, against the stores of production, with the least coverage."""
    job: Json = {"runs-on": RUNNER, "timeout-minutes": 30}
    services, variables = stores(system)
    if services:
        job["services"] = services
    tests = f"pytest tests/ --cov=src --cov-report=xml --cov-fail-under={pipelines.coverage}"
    has_python = "python" in pipelines.languages
    python_steps: list[Json] = [{"name": "Test", **({"env": variables} if variables else {}), "run": tests}]
    told: Json = {"token": "${{ secrets.CODECOV_TOKEN }}", "fail_ci_if_error": False}
    files: Json = {"files": "./coverage.xml"} if pipelines.languages == {"python"} else {}
    job["steps"] = [
        checkout(),
        *ready(pipelines),
        *(python_steps if has_python else []),
        *test_java(pipelines, written_in(pipelines, "java"), variables),
        {"name": "Upload coverage", "uses": pinned("codecov/codecov-action"), "with": {**files, **told}},
    ]
    return job


def stores(system: System) -> tuple[Json, dict[str, str]]:
    """Tests run against the versions production runs; the password is a throw-away of a throw-away database."""
    found = [store.pipelines().test_container() for store in stores_of(system.primary).values()]
    containers = [container for container in found if container is not None]
    services = {container.name: container.definition for container in containers}
    return services, {name: value for container in containers for name, value in container.variables.items()}


def security_scan(pipelines: Pipelines) -> Json:
    """Code, dependencies, configuration and secrets; a serious finding that has a fix fails it."""
    return {
        "runs-on": RUNNER,
        "timeout-minutes": 20,
        "permissions": {"actions": "read", "contents": "read", "security-events": "write"},
        "steps": [
            checkout(),
            *(_bandit(pipelines) if "python" in pipelines.languages else []),
            *(scan_java() if "java" in pipelines.languages else []),
            {
                "name": "Scan the files",
                "if": "always()",
                "uses": pinned("aquasecurity/trivy-action"),
                "with": {
                    "scan-type": "fs",
                    "scan-ref": ".",
                    "scanners": "vuln,misconfig",
                    "format": "sarif",
                    "output": "trivy-results.sarif",
                    "severity": "CRITICAL,HIGH",
                    "limit-severities-for-sarif": True,
                    "ignore-unfixed": True,
                    "exit-code": "1",
                },
            },
            {
                "name": "Show the findings under Security",
                "if": TRUSTED,
                "uses": pinned("github/codeql-action/upload-sarif"),
                "with": {"sarif_file": "trivy-results.sarif"},
            },
            {
                "name": "Scan for secrets",
                "if": "always()",
                "uses": pinned("aquasecurity/trivy-action"),
                "with": {"scan-type": "fs", "scan-ref": ".", "scanners": "secret", "exit-code": "1"},
            },
            {"name": "Refuse plain secret files", "if": "always()", "run": STRICT + _NO_PLAIN_SECRETS},
        ],
    }


def _bandit(pipelines: Pipelines) -> list[Json]:
    return [
        python(pipelines.python),
        {"name": "Install Bandit", "run": "pip install bandit"},
        {
            "name": "Bandit",
            "run": f"bandit -r {_sources(pipelines)} -f json -o bandit-report.json --severity-level medium",
        },
        {
            "name": "Keep Bandit's report",
            "if": "always()",
            "uses": pinned("actions/upload-artifact"),
            "with": {"name": "bandit-report", "path": "bandit-report.json", "if-no-files-found": "ignore"},
        },
    ]


def _sources(pipelines: Pipelines) -> str:
    """Folders with Python code."""
    if pipelines.checked == "repository":
        return "src/"
    builds = distinct(pipelines.services).values()
    return " ".join(f"{build.folder}/" for build in builds if build.language == "python")


_NO_PLAIN_SECRETS = """\
plain=$(git ls-files 'secret-*.yaml' '**/secret-*.yaml')
if [ -n "$plain" ]; then
  echo "::error::seal these and commit the sealed file only: $plain"
  exit 1
fi
"""


def distinct_images(system: System, builds: dict[str, Build]) -> dict[str, Build]:
    """The builds without those whose image an earlier one makes: two services may run one image."""
    services = system.primary.services
    return {
        name: build
        for index, (name, build) in enumerate(builds.items())
        if services[name].repository not in {services[other].repository for other in list(builds)[:index]}
    }


def _build(system: System, pipelines: Pipelines, needs: list[str]) -> Json:
    """Pull requests build and scan; only a push logs in and publishes."""
    primary = system.primary
    steps: list[Json] = [checkout()]
    pushes: list[Json] = []
    for name, build in distinct_images(system, pipelines.built_on("commit")).items():
        image = f"{primary.image(primary.services[name].repository)}:${{{{ github.sha }}}}"
        brought = look_into_image(name, image, primary.services[name].brings)
        steps += [build_image(name, image, build), *brought, scan_image(name, image)]
        pushes.append({"name": f"Push {name}", "if": PUSHED, "run": f"docker push {image}"})
        pushes += copy_image(system, name, image, PUSHED)
    return {
        "runs-on": RUNNER,
        "needs": needs,
        "timeout-minutes": 30,
        "permissions": {"contents": "read", "id-token": "write"},
        "steps": [*steps, *log_in(primary, pipelines, PUSHED), *pushes],
    }

"""version.yml: a Git tag `v1.2.3` takes every service of that kind through the gates, then through the environments."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.github import RUNNER, STRICT, checkout, python
from groundplan.kubernetes.objects import Json
from groundplan.model.pipelines import Performance, Pipelines
from groundplan.pipelines import integration
from groundplan.pipelines.delivery import deploy_jobs
from groundplan.pipelines.languages import ready
from groundplan.pipelines.registries import build_image, copy_image, log_in, look_into_image, scan_image

NAME = "Version"

TAG = "${{ github.ref_name }}"


def workflow(system: System, pipelines: Pipelines) -> Json:
    """The whole workflow."""
    gates = _gates(system, pipelines)
    services = list(pipelines.built_on("tag"))
    return {
        "name": NAME,
        "on": {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}},
        "permissions": {"contents": "read"},
        "jobs": {
            **gates,
            "build": _build(system, pipelines, list(gates)),
            **deploy_jobs(system, pipelines, services, TAG, what="versions", needs="build"),
        },
    }


def _gates(system: System, pipelines: Pipelines) -> Json:
    """Each gate is a job of its own, so that all of them are seen at once; none may fail."""
    gates = pipelines.gates
    jobs: Json = {"unit-tests": integration.unit_tests(system, pipelines)}
    if gates.integration is not None:
        jobs["integration-tests"] = _integration_tests(system, pipelines, gates.integration)
    jobs["security-scan"] = integration.security_scan(pipelines)
    if gates.performance is not None:
        jobs["performance-test"] = _performance_test(pipelines, gates.performance)
    return jobs


def _integration_tests(system: System, pipelines: Pipelines, command: str) -> Json:
    services, variables = integration.stores(system)
    job: Json = {"runs-on": RUNNER, "timeout-minutes": 45}
    if services:
        job["services"] = services
    job["steps"] = [
        checkout(),
        *ready(pipelines),
        {"name": "Integration tests", **({"env": variables} if variables else {}), "run": command},
    ]
    return job


def _performance_test(pipelines: Pipelines, performance: Performance) -> Json:
    return {
        "runs-on": RUNNER,
        "timeout-minutes": 60,
        "steps": [
            checkout(),
            python(pipelines.python),
            {"name": "Start what is measured", "run": performance.start},
            {
                "name": "Measure",
                "run": 'docker run --rm --network host --user "$(id -u)" --volume "$PWD:/work" --workdir /work '
                f"{performance.image} run --vus {performance.users} --summary-export performance.json "
                f"{performance.script}",
            },
            {
                "name": "Compare with the baseline",
                "env": {
                    "BASELINE": performance.baseline,
                    "METRIC": performance.metric,
                    "VALUE": performance.value,
                    "TOLERANCE": str(performance.tolerance),
                },
                "run": _COMPARE,
            },
        ],
    }


_COMPARE = """\
python - <<'END'
import json, os, sys
metric, value = os.environ["METRIC"], os.environ["VALUE"]
figures = [json.load(open(name))["metrics"][metric][value] for name in (os.environ["BASELINE"], "performance.json")]
before, now = map(float, figures)
most = before * (1 + float(os.environ["TOLERANCE"]) / 100)
print(f"{metric} {value}: {now:.1f}, baseline {before:.1f}, at most {most:.1f}")
sys.exit(now > most)
END
"""


def _build(system: System, pipelines: Pipelines, needs: list[str]) -> Json:
    """Every image is built and scanned before the first is pushed, so that a version is there whole or not at all."""
    primary = system.primary
    builds: list[Json] = []
    pushes: list[Json] = []
    for name, build in pipelines.built_on("tag").items():
        image = f"{primary.image(primary.services[name].repository)}:{TAG}"
        step = build_image(name, "$IMAGE", build)
        brought = look_into_image(name, "$IMAGE", primary.services[name].brings)
        with_image = [{**one, "env": {"IMAGE": image}} for one in (step, *brought)]
        builds += [*with_image, scan_image(name, image)]
        pushes += [
            {"name": f"Push {name}", "env": {"IMAGE": image}, "run": f'{STRICT}docker push "$IMAGE"\n'},
            *copy_image(system, name, image),
        ]
    return {
        "runs-on": RUNNER,
        "needs": needs,
        "timeout-minutes": 60,
        "permissions": {"contents": "read", "id-token": "write"},
        "environment": {"name": "registry"},
        "steps": [checkout(), *builds, *log_in(primary, pipelines), *pushes],
    }

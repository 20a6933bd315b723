"""release.yml: a Git tag `<service>/v1.2.3` builds that service at that version and takes it through the environments."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.github import RUNNER, STRICT, checkout
from groundplan.kubernetes.objects import Json
from groundplan.model.pipelines import Pipelines
from groundplan.pipelines.delivery import deploy_jobs
from groundplan.pipelines.registries import copy_image, log_in, scan_image

NAME = "Release"


def workflow(system: System, pipelines: Pipelines) -> Json:
    """The whole workflow: one per service would only repeat it, so the tag says which service it is about."""
    services = pipelines.built_on("release")
    jobs: Json = {"build": _build(system, pipelines)}
    for name in services:
        for job_name, job in deploy_jobs(
            system, pipelines, [name], "${{ needs.build.outputs.version }}", what=name, needs="build"
        ).items():
            jobs[f"{job_name}-{name}"] = _for_service(job, name)
    return {
        "name": NAME,
        "on": {"push": {"tags": [f"{name}/v*" for name in services]}},
        "permissions": {"contents": "read"},
        "jobs": jobs,
    }


def _for_service(job: Json, name: str) -> Json:
    """The jobs of the services that were not tagged are skipped, and with them all that need them."""
    before = job["needs"]
    needs = ["build"] if before == "build" else ["build", f"{before}-{name}"]
    return {**job, "needs": needs, "if": f"needs.build.outputs.service == '{name}'"}


def _build(system: System, pipelines: Pipelines) -> Json:
    primary = system.primary
    image = "${{ steps.release.outputs.image }}"
    cases = "".join(
        f"  {name}) image={primary.image(primary.services[name].repository)}; folder={build.folder} ;;\n"
        for name, build in pipelines.built_on("release").items()
    )
    return {
        "runs-on": RUNNER,
        "timeout-minutes": 45,
        "permissions": {"actions": "read", "contents": "read", "id-token": "write"},
        "outputs": {
            "service": "${{ steps.release.outputs.service }}",
            "version": "${{ steps.release.outputs.version }}",
        },
        "steps": [
            checkout(),
            {
                "name": "Read the tag",
                "id": "release",
                "env": {"TAG": "${{ github.ref_name }}"},
                "run": STRICT + _READ_TAG.format(cases=cases),
            },
            {
                "name": "Refuse a commit that did not pass",
                "env": {"GH_TOKEN": "${{ github.token }}", "COMMIT": "${{ github.sha }}"},
                "run": STRICT + _MUST_HAVE_PASSED,
            },
            {
                "name": "Build",
                "env": {"IMAGE": image, "FOLDER": "${{ steps.release.outputs.folder }}"},
                "run": 'docker build --pull -t "$IMAGE" "$FOLDER"',
            },
            scan_image("the release", image),
            *log_in(primary, pipelines),
            {"name": "Push", "env": {"IMAGE": image}, "run": 'docker push "$IMAGE"'},
            *copy_image(system, "the release", image),
        ],
    }


_READ_TAG = """\
service=${{TAG%%/*}}
version=${{TAG##*/}}
if ! [[ "$version" =~ ^v[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
  echo "::error::the tag must end in a version such as v1.2.3"
  exit 1
fi
case "$service" in
{cases}  *) echo "::error::no service of that name is released from here"; exit 1 ;;
esac
{{
  echo "service=$service"
  echo "version=$version"
  echo "folder=$folder"
  echo "image=$image:$version"
}} >> "$GITHUB_OUTPUT"
"""

_MUST_HAVE_PASSED = """\
passed=$(gh run list --repo "$GITHUB_REPOSITORY" --workflow ci.yml --commit "$COMMIT" --status success --json databaseId --jq length)
if [ "$passed" -eq 0 ]; then
  echo "::error::no successful CI run of this commit"
  exit 1
fi
"""

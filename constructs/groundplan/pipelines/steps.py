"""Steps that several workflows share."""

from __future__ import annotations

from groundplan.delivery.applications import application_name
from groundplan.environment.model import Environment
from groundplan.environment.pipelines import Build, Pipelines
from groundplan.environment.system import System
from groundplan.errors import ConstructError
from groundplan.parts import Json
from groundplan.pipelines.actions import pinned

RUNNER = "ubuntu-latest"

STRICT = "set -euo pipefail\n"
"""A pipe that fails in the middle fails the step."""

PATIENCE_SECONDS = 1200
"""Longest wait for Argo CD: it looks at Git every three minutes, and a rollout may take its ten."""


def checkout(**inputs: object) -> Json:
    """Check out a repository; the token is not left in the work tree unless a push needs it."""
    return {"name": "Check out", "uses": pinned("actions/checkout"), "with": {"persist-credentials": False, **inputs}}


def python(version: str, **inputs: object) -> Json:
    """Install Python."""
    return {
        "name": "Set up Python",
        "uses": pinned("actions/setup-python"),
        "with": {"python-version": version, **inputs},
    }


def log_in(environment: Environment, pipelines: Pipelines, condition: str | None = None) -> list[Json]:
    """Log in to the registry with the workflow's own identity: no key is stored anywhere.

    Raises:
        ConstructError: for a registry that no login is known for.
    """
    if environment.cluster.provider != "aws" or environment.cloud is None:
        raise ConstructError(
            f"{environment.system}/pipelines",
            f"no registry login is known for provider `{environment.cluster.provider}`",
            "add one to pipelines/steps.py, or remove the pipelines chapter",
        )
    role = pipelines.role_name(environment.system)
    steps: list[Json] = [
        {
            "name": "Take on the role that may push images",
            "uses": pinned("aws-actions/configure-aws-credentials"),
            "with": {
                "role-to-assume": f"arn:aws:iam::{environment.cloud.account}:role/{role}",
                "aws-region": environment.cluster.region,
            },
        },
        {"name": "Log in to the registry", "uses": pinned("aws-actions/amazon-ecr-login")},
    ]
    return [{"name": step["name"], **({"if": condition} if condition else {}), **step} for step in steps]


def further_registries(system: System) -> dict[str, str]:
    """Region to registry of every environment that pulls from another one than the primary does.

    A standby that pulled from the lost region's registry could not start anything.
    """
    primary = system.primary
    return {
        item.cluster.region: item.registry.rstrip("/")
        for item in system.environments
        if item.has_workloads and item.registry != primary.registry
    }


def copy_image(system: System, name: str, image: str, condition: str | None = None) -> list[Json]:
    """Push an image that was built and scanned to the registries of the other regions too."""
    return [
        {
            "name": f"Push {name} to {region}",
            **({"if": condition} if condition else {}),
            "env": {"IMAGE": image, "REGISTRY": registry},
            "run": f"{STRICT}aws ecr get-login-password --region {region} |\n"
            '  docker login --username AWS --password-stdin "$REGISTRY"\n'
            'copy="$REGISTRY/${IMAGE#*/}"\n'
            'docker tag "$IMAGE" "$copy"\n'
            'docker push "$copy"\n',
        }
        for region, registry in further_registries(system).items()
    ]


def build_image(name: str, image: str, build: Build) -> Json:
    """Build one image."""
    return {"name": f"Build {name}", "run": f"docker build --pull -t {image} {build.folder}"}


def scan_image(name: str, image: str) -> Json:
    """Refuse an image with a known serious hole that has a fix."""
    return {
        "name": f"Scan the image of {name}",
        "uses": pinned("aquasecurity/trivy-action"),
        "with": {
            "scan-type": "image",
            "image-ref": image,
            "severity": "CRITICAL,HIGH",
            "ignore-unfixed": True,
            "exit-code": "1",
        },
    }


def check_out_platform(environment: Environment) -> Json:
    """Check out the platform repository at its newest commit, with the one key that may write to it."""
    repository = environment.delivery.repository
    return {
        "name": "Check out the platform repository",
        "uses": pinned("actions/checkout"),
        "with": {
            "repository": owner_and_name(repository.url),
            "ref": repository.revision,
            "ssh-key": "${{ secrets.PLATFORM_DEPLOY_KEY }}",
        },
    }


def owner_and_name(url: str) -> str:
    """`owner/name` of a repository's clone URL."""
    path = url.removesuffix(".git").replace("git@", "").replace(":", "/").split("/")
    return "/".join(path[-2:])


def promote(system: System, environment: Environment, services: list[str], tag: str) -> Json:
    """Set the image tags of `environment` in Git, and those of its standby, which must never run another version."""
    targets = [environment, *filter(None, [system.standby_of(environment)])]
    revision = environment.delivery.repository.revision
    lines = [
        f'.venv/bin/groundplan image set {target.system}/{target.environment} {service} "$TAG"'
        for target in targets
        for service in services
    ]
    script = [
        "make setup",
        'git config user.name "GitHub Actions"',
        'git config user.email "actions@github.com"',
        *lines,
        "make synth check",
        "git add environments dist docs/systems argocd",
        'if git diff --cached --quiet; then echo "nothing to change"; exit 0; fi',
        f'git commit -m "Update {environment.environment} image: $TAG"',
        f"git pull --rebase origin {revision}",
        f"git push origin HEAD:{revision}",
    ]
    return {
        "name": f"Set the image tag of {environment.environment}",
        "env": {"TAG": tag},
        "run": STRICT + "\n".join(script) + "\n",
    }


def wait_until_healthy(environment: Environment, service: str, tag: str) -> Json:
    """Wait until Argo CD reports that this very image runs and is healthy; it is asked, never told."""
    application = application_name(environment, service, management=False)
    return {
        "name": f"Wait until {environment.environment} runs it",
        "env": {
            "TAG": tag,
            "ARGOCD_SERVER": "${{ vars.ARGOCD_SERVER }}",
            "ARGOCD_TOKEN": "${{ secrets.ARGOCD_READ_TOKEN }}",
        },
        "run": STRICT + _WAIT.format(application=application, service=service, seconds=PATIENCE_SECONDS),
    }


_WAIT = """\
deadline=$((SECONDS + {seconds}))
until curl --silent --show-error --fail --max-time 10 \\
  --header "Authorization: Bearer $ARGOCD_TOKEN" \\
  "https://$ARGOCD_SERVER/api/v1/applications/{application}" |
  jq --exit-status --arg image "/{service}:$TAG" \\
    '.status.sync.status == "Synced" and .status.health.status == "Healthy"
     and any(.status.summary.images[]?; endswith($image))'
do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "::error::{application} is not healthy with this image"
    exit 1
  fi
  sleep 15
done
"""


def smoke_test(environment: Environment) -> list[Json]:
    """Ask each public host for its health three times; nothing where the environment has no public host."""
    if environment.ingress is None:
        return []
    urls = " ".join(f"https://{name}{host.health}" for name, host in environment.ingress.hosts.items())
    script = (
        f"for url in {urls}; do\n"
        "  for attempt in 1 2 3; do\n"
        '    curl --silent --show-error --fail --max-time 10 --retry 5 --retry-all-errors "$url"\n'
        "    sleep 5\n"
        "  done\n"
        "done\n"
    )
    return [{"name": f"Smoke-test {environment.environment}", "run": STRICT + script}]

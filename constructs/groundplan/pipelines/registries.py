"""Images: built, scanned, and pushed to the registry of every region that may run them."""

from __future__ import annotations

from groundplan.errors import ConstructError
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Build, Pipelines
from groundplan.model.system import System
from groundplan.parts import Json
from groundplan.pipelines.actions import pinned
from groundplan.pipelines.steps import STRICT


def log_in(environment: Environment, pipelines: Pipelines, condition: str | None = None) -> list[Json]:
    """Log in to the registry with the workflow's own identity: no key is stored anywhere.

    Raises:
        ConstructError: for a registry that no login is known for.
    """
    provider = environment.cluster.provider
    if environment.registry and provider == "aws":
        steps = _aws(environment, pipelines)
    elif environment.registry and provider == "azure":
        steps = _azure(environment)
    else:
        raise ConstructError(
            f"{environment.system}/pipelines",
            f"no registry login is known for provider `{provider}` and registry `{environment.registry}`",
            "name the registry in cloud.registry, or remove the pipelines chapter",
        )
    return [{"name": step["name"], **({"if": condition} if condition else {}), **step} for step in steps]


def _aws(environment: Environment, pipelines: Pipelines) -> list[Json]:
    account = environment.cloud.account if environment.cloud is not None else ""
    role = pipelines.role_name(environment.system)
    return [
        {
            "name": "Take on the role that may push images",
            "uses": pinned("aws-actions/configure-aws-credentials"),
            "with": {
                "role-to-assume": f"arn:aws:iam::{account}:role/{role}",
                "aws-region": environment.cluster.region,
            },
        },
        {"name": "Log in to the registry", "uses": pinned("aws-actions/amazon-ecr-login")},
    ]


def _azure(environment: Environment) -> list[Json]:
    """The identity's ids are no secrets, but only the provider knows them: they are variables of the repository."""
    return [
        azure_login(environment, "Take on the role that may push images", "AZURE_CLIENT_ID"),
        {"name": "Log in to the registry", "run": f"az acr login --name {environment.registry.partition('.')[0]}"},
    ]


def azure_login(environment: Environment, name: str, client: str) -> Json:
    """Take on an identity by the workflow's own token.

    Args:
        environment: whose subscription is meant.
        name: of the step.
        client: variable of the repository or of GitHub's environment that holds the identity's client id.
    """
    return {
        "name": name,
        "uses": pinned("azure/login"),
        "with": {
            "client-id": f"${{{{ vars.{client} }}}}",
            "tenant-id": "${{ vars.AZURE_TENANT_ID }}",
            "subscription-id": environment.cloud.account if environment.cloud is not None else "",
        },
    }


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
            "run": f"{STRICT}{_docker_login(system.primary, region, registry)}\n"
            'copy="$REGISTRY/${IMAGE#*/}"\n'
            'docker tag "$IMAGE" "$copy"\n'
            'docker push "$copy"\n',
        }
        for region, registry in further_registries(system).items()
    ]


def _docker_login(primary: Environment, region: str, registry: str) -> str:
    if primary.cluster.provider == "azure":
        return f"az acr login --name {registry.partition('.')[0]}"
    return f'aws ecr get-login-password --region {region} |\n  docker login --username AWS --password-stdin "$REGISTRY"'


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

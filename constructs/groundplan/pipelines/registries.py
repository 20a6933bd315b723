"""Images: built, scanned, and pushed to the registry of every region that may run them."""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.facts.system import System
from groundplan.github import STRICT, pinned
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Build, Pipelines
from groundplan.platforms.workflows import workflows_of


def log_in(environment: Environment, pipelines: Pipelines, condition: str | None = None) -> list[Json]:
    """Log in to the registry with the workflow's own identity: no key is stored anywhere.

    Raises:
        ConstructError: for a registry that no login is known for.
    """
    steps = workflows_of(environment).log_in(environment, pipelines)
    return [{"name": step["name"], **({"if": condition} if condition else {}), **step} for step in steps]


def further_registries(system: System) -> dict[str, str]:
    """Region to registry of every environment that pulls from another one than the primary does.

    A standby that pulled from the lost region's registry could not start anything.
    """
    primary = system.primary
    return {
        item.region: item.registry.rstrip("/")
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
            "run": f"{STRICT}{workflows_of(system.primary).docker_login(region, registry)}\n"
            'copy="$REGISTRY/${IMAGE#*/}"\n'
            'docker tag "$IMAGE" "$copy"\n'
            'docker push "$copy"\n',
        }
        for region, registry in further_registries(system).items()
    ]


def build_image(name: str, image: str, build: Build) -> Json:
    """Build one image."""
    return {"name": f"Build {name}", "run": f"docker build --pull -t {image} {build.folder}"}


def look_into_image(name: str, image: str, files: Sequence[str]) -> list[Json]:
    """Refuse an image without the files that the service's settings name; it is looked into, not run."""
    if not files:
        return []
    look = [f'docker cp "$made:{path}" - > /dev/null' for path in files]
    lines = [f'made=$(docker create "{image}")', *look, 'docker rm "$made"']
    return [{"name": f"Look for what the image of {name} brings", "run": STRICT + "\n".join(lines) + "\n"}]


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

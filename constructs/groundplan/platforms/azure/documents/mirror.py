"""How copies of public images come into the registry: by rules of its cache, of which the operator has no object.

See https://learn.microsoft.com/azure/container-registry/artifact-cache-overview .
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundplan.addons.selection import needed
from groundplan.images import default_image
from groundplan.markdown import link, shell
from groundplan.model.environment import Environment
from groundplan.model.ingress import ACME_SOLVER_REGISTRY
from groundplan.observability.probed import prober_props
from groundplan.stores.registry import stores_of

HUB = "docker.io"
"""Where an image comes from that names no registry."""

ABOUT = "https://learn.microsoft.com/azure/container-registry/artifact-cache-overview"


def rules(environments: list[Environment]) -> list[str]:
    """One rule for each image in each registry; nothing where no registry mirrors."""
    lines = dict.fromkeys(line for item in environments for line in _rules(item))
    if not lines:
        return []
    return [
        "Pods take public images from the environment's own registry, which fetches each when it is asked for it the first "
        "time, and has to be told where. Once the registry is there, and before anything is synced:",
        shell(*lines),
        f"Docker Hub gives strangers little: put an account's name and token into the vault and let the rules for {HUB} use "
        f"them, as a {link('credential set', ABOUT)}.",
    ]


def _rules(environment: Environment) -> Iterator[str]:
    if not environment.platform.settings.mirror:
        return
    registry = environment.registry.partition(".")[0]
    for image in _images(environment):
        source, target = source_of(image), target_of(environment, image)
        name = re.sub(r"[^A-Za-z0-9]+", "-", target)
        yield (f"az acr cache create --registry {registry} --name {name} --source-repo {source} --target-repo {target}")


def _images(environment: Environment) -> Iterator[str]:
    """Everything that others publish and that a pod of the environment runs."""
    for store in stores_of(environment).values():
        yield from store.upstream_images()
    built = environment.pipelines.services if environment.pipelines is not None else {}
    for name, service in environment.services.items():
        if name not in built and "/" in service.repository:
            yield service.image
    if prober_props(environment) is not None:
        yield default_image("prober")
    if "cert-manager" in needed(environment):
        yield f"{ACME_SOLVER_REGISTRY}cert-manager-acmesolver"


def source_of(image: str) -> str:
    """The repository an image comes from, with its registry: `redis:7` is `docker.io/library/redis`."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    repository = f"{head}{slash}{last.partition(':')[0]}"
    host, slash, _ = repository.partition("/")
    if slash and ("." in host or ":" in host):
        return repository
    return f"{HUB}/{repository}" if slash else f"{HUB}/library/{repository}"


def target_of(environment: Environment, image: str) -> str:
    """The repository of the environment's registry that holds its copy."""
    return source_of(environment.upstream_image(image)).partition("/")[2]


def is_filled(registry: str, repository: str, told: str) -> bool:
    """Whether a command of the pages tells a registry where a repository comes from."""
    name = registry.partition(".")[0]
    return any(
        "az acr cache create" in line and f"--registry {name} " in line and line.endswith(f"--target-repo {repository}")
        for line in told.splitlines()
    )

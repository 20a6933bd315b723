"""Whether the copies of public images come from somewhere: pods take them from a registry that has to be told where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.documents.pages import Page
from groundplan.checks.documents.world import World
from groundplan.checks.inventory import Object
from groundplan.errors import Finding
from groundplan.model.environment import Environment
from groundplan.platforms.pages import pages_of

CONTAINERS = ("initContainers", "containers")


def judge_mirrored(pages: Iterable[Page], world: World) -> Iterator[Finding]:
    """Every image below somebody's name in a registry that mirrors; once for each registry and repository.

    An image of no such name is the system's own, which its workflows push.
    """
    told: dict[str, str] = {}
    for page in pages:
        told[page.system] = told.get(page.system, "") + page.text
    seen: set[str] = set()
    for item in world.inventory.manifests:
        environment = world.environments.get(item.scope)
        if environment is None or not environment.platform.settings.mirror:
            continue
        for field, image in _images(item):
            registry, _, repository = _repository(image).partition("/")
            if f"{registry}/" != environment.registry or "/" not in repository or _repository(image) in seen:
                continue
            seen.add(_repository(image))
            if repository in _built(environment) or _is_filled(environment, registry, repository, told):
                continue
            what = f"is `{image}`, and nothing fills `{repository}` of {registry}"
            advice = "have a page tell the registry where it comes from, or a workflow push it"
            yield world.inventory.finding(item, field, "documents.mirror", what, advice)


def _images(item: Object) -> Iterator[tuple[tuple[str | int, ...], str]]:
    path = POD_TEMPLATES.get((item.group, item.kind))
    place: Any = item.document if path is not None else {}
    for key in (*(path or ()), "spec"):
        place = place.get(key) or {}
    for key in CONTAINERS:
        for index, container in enumerate(place.get(key) or ()):
            yield (*(path or ()), "spec", key, index, "image"), str(container["image"])


def _repository(image: str) -> str:
    head, slash, last = image.partition("@")[0].rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def _built(environment: Environment) -> set[str]:
    """Repositories that workflows of the system push to."""
    built = environment.pipelines.services if environment.pipelines is not None else {}
    return {environment.services[name].repository for name in built if name in environment.services}


def _is_filled(environment: Environment, registry: str, repository: str, told: dict[str, str]) -> bool:
    return pages_of(environment).is_filled(registry, repository, told.get(environment.system, ""))

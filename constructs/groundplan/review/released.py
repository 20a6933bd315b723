"""Whether a change is a release and no more: which image services run, in the environments that its author deploys.

What is rendered from it needs no look: that it is what the sources render is judged apart, and the sources are looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from groundplan.errors import Finding, Location
from groundplan.facts.system import System
from groundplan.layout import ARGOCD, DIST, DOCS, ENVIRONMENTS
from groundplan.model.environment import Environment
from groundplan.review.revisions import ChangedFile, Repository
from groundplan.yaml.marked import YamlPath, dotted, locate, parse_marked_yaml

BOT = "[bot]"
"""End of the name that a GitHub App has as the author of something."""

RENDERED = tuple(f"{folder}/" for folder in (DIST, ARGOCD, DOCS))

Deployed = Mapping[str, Environment]
"""Path of the environment file to the environment."""


def deployed_by(systems: Iterable[System], login: str) -> Deployed:
    """The environments whose versions `login` proposes, each with its standby; none for anybody but such an App."""
    found: dict[str, Environment] = {}
    for system in systems:
        for environment in system.promotions:
            chapter = environment.pipelines
            if chapter is not None and login == f"{chapter.app_name(system.name, environment.environment)}{BOT}":
                for item in filter(None, (environment, system.standby_of(environment))):
                    found[f"{ENVIRONMENTS}/{item.system}/{item.environment}.yaml"] = item
    return found


def more_than_versions(root: Path, base: str, head: str, deployed: Deployed) -> Iterator[Finding]:
    """What changed between two revisions beside the images of services in these environments.

    Raises:
        UsageError: where git knows no such revision.
    """
    repository = Repository(root)
    for file in repository.changed(repository.commit(base), repository.commit(head), (".",)):
        if file.path.startswith(RENDERED):
            continue
        environment = deployed.get(file.path)
        if environment is None:
            yield _finding(Location(file.path, 1), "", "is not a file of an environment that this App deploys")
        else:
            yield from _settings(file, environment)


def _finding(location: Location, subject: str, message: str) -> Finding:
    return Finding(location, "released.more", subject, message, "take it out, and propose it as a change of its own")


def _settings(file: ChangedFile, environment: Environment) -> Iterator[Finding]:
    before, after = (_read(text, file.path) for text in (file.before, file.after))
    was, now = dict(_leaves(before.data)), dict(_leaves(after.data))
    for path in sorted({*was, *now}, key=str):
        if was.get(path) != now.get(path) and not _is_version(path, now.get(path), environment):
            where = locate(after.marks, path, file.path)
            yield _finding(where, dotted(path), "is no version of a service that runs there")


def _read(text: bytes | None, path: str) -> Any:
    return parse_marked_yaml((text or b"{}").decode(), path)


def _leaves(value: Any, path: YamlPath = ()) -> Iterator[tuple[YamlPath, Any]]:
    """Every value that holds no others, by where it stands; what is empty counts."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    else:
        yield path, value


def _is_version(path: YamlPath, value: object, environment: Environment) -> bool:
    if len(path) != 3 or (path[0], path[2]) != ("services", "image") or path[1] not in environment.services:
        return False
    repository = environment.services[str(path[1])].repository
    return isinstance(value, str) and value.startswith((f"{repository}:", f"{repository}@sha256:"))

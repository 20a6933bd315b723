"""What the files of a service must agree on: a path of their own, a directory that is free, and room in one object."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.rules.problem import Problem
from groundplan.yaml.marked import YamlPath

MOST_BYTES = 2**20
"""What a ConfigMap holds at most. See https://kubernetes.io/docs/concepts/configuration/configmap/#motivation ."""


def file_rules(environment: Environment) -> Iterator[Problem]:
    """Every file of every service."""
    for name, service in environment.services.items():
        path: YamlPath = ("services", name, "files")
        yield from _places(path, service)
        size = sum(len(file.text.encode()) for file in service.files.values())
        if size > MOST_BYTES:
            what = f"hold {size} bytes, and a ConfigMap takes 1 MiB"
            yield path, "files-too-large", what, "put them into the image or a store"


def _places(path: YamlPath, service: Service) -> Iterator[Problem]:
    """A directory that is mounted hides whatever else is mounted or written there."""
    mounted = {"/tmp": "which is for writing", **{mount.path: f"mount {key}" for key, mount in service.mounts.items()}}
    taken: dict[str, str] = {}
    for key, file in service.files.items():
        at = (*path, key, "path")
        if file.path in taken:
            yield at, "file-twice", f"`{file.path}` is also the path of {taken[file.path]}", "choose another path"
        taken.setdefault(file.path, key)
        if file.directory in mounted:
            what = f"lies in `{file.directory}`, {mounted[file.directory]}"
            yield at, "file-in-mount", what, "choose a directory of its own"


FILE_RULES = (file_rules,)

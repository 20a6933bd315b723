"""What the files of a service or job must agree on: a path of their own, a free directory, and room in one object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundplan.model.containers import File, Mount
from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem
from groundplan.yaml.marked import YamlPath

MOST_BYTES = 2**20
"""What a ConfigMap holds at most. See https://kubernetes.io/docs/concepts/configuration/configmap/#motivation ."""


def file_rules(environment: Environment) -> Iterator[Problem]:
    """Every file of every service and every job."""
    for name, service in environment.services.items():
        yield from _held(("services", name, "files"), service.files, service.mounts)
    for name, job in environment.jobs.items():
        yield from _held(("jobs", name, "files"), job.placed_files(name), job.mounts)


def _held(path: YamlPath, files: Mapping[str, File], mounts: Mapping[str, Mount]) -> Iterator[Problem]:
    yield from _places(path, files, mounts)
    size = sum(len(file.text.encode()) for file in files.values())
    if size > MOST_BYTES:
        what = f"hold {size} bytes, and a ConfigMap takes 1 MiB"
        yield path, "files-too-large", what, "put them into the image or a store"


def _places(path: YamlPath, files: Mapping[str, File], mounts: Mapping[str, Mount]) -> Iterator[Problem]:
    """A directory that is mounted hides whatever else is mounted or written there.

    Directories on the way to a mount are made by the container runtime for root alone, so that nobody else writes there.
    """
    mounted = {"/tmp": "which is for writing", **{mount.path: f"mount {key}" for key, mount in mounts.items()}}
    taken: dict[str, str] = {}
    for key, file in files.items():
        at = (*path, key, "path")
        if file.path in taken:
            yield at, "file-twice", f"`{file.path}` is also the path of {taken[file.path]}", "choose another path"
        taken.setdefault(file.path, key)
        if file.directory in mounted:
            what = f"lies in `{file.directory}`, {mounted[file.directory]}"
            yield at, "file-in-mount", what, "choose a directory of its own"
        parent = file.directory.rpartition("/")[0]
        for directory, whose in mounted.items():
            if parent.startswith(f"{directory}/"):
                what = f"lies two directories below `{directory}`, {whose}: `{parent}` would belong to root there"
                yield at, "file-below-mount", what, f"mount `{parent}` by itself, or choose a directory right below one"


FILE_RULES = (file_rules,)

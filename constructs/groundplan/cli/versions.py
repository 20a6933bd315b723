"""Versions of services written into environment files: judged together, then written together."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from groundplan.cli.files import replace_file
from groundplan.errors import UsageError
from groundplan.facts.system import System
from groundplan.layout import ENVIRONMENTS
from groundplan.loading.load import load_environments
from groundplan.loading.selection import environment_names
from groundplan.model.environment import Environment
from groundplan.yaml.edit import set_scalar
from groundplan.yaml.marked import parse_marked_yaml

_VERSION = re.compile(r"^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|sha256:[0-9a-f]{64})$")


@dataclass(frozen=True, slots=True)
class Setting:
    """One service of one environment, and the image it ran and will run."""

    environment: str
    """Environment, without its system."""

    service: str
    """Service."""

    before: str
    """Image that its file, or what it lies over, says now."""

    after: str
    """Image it is to run."""

    @property
    def changes(self) -> bool:
        """Whether anything has to be written."""
        return self.before != self.after


def system_of(root: Path, name: str) -> System:
    """Every environment of a system.

    Raises:
        EnvironmentFileError: where one of them is wrong.
    """
    pairs = [(name, environment) for environment in environment_names(root)[name]]
    return System(tuple(item.environment for item in load_environments(root, pairs)))


def settings(system: System, environment: Environment, versions: Mapping[str, str]) -> list[Setting]:
    """Each service at its version, in the environment and in the standby that would take it over.

    Raises:
        UsageError: for a service that is not there, or what is no version.
    """
    standby = system.standby_of(environment)
    return [
        _setting(item, service, version)
        for service, version in versions.items()
        for item in filter(None, (environment, standby))
        if item is environment or service in item.services
    ]


def _setting(environment: Environment, service: str, version: str) -> Setting:
    if service not in environment.services:
        near = difflib.get_close_matches(service, sorted(environment.services), 1)
        hint = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(sorted(environment.services))}"
        raise UsageError(f"{environment.system}/{environment.environment} has no service `{service}`", hint)
    current = environment.services[service]
    return Setting(environment.environment, service, current.image, f"{current.repository}{_suffix(version)}")


def _suffix(version: str) -> str:
    if not _VERSION.match(version):
        raise UsageError(f"`{version}` is neither a tag nor a digest", "write for example v1.2.3 or sha256:<64 digits>")
    return f"@{version}" if version.startswith("sha256:") else f":{version}"


def apply(root: Path, system: str, wanted: Iterable[Setting]) -> None:
    """Write them, one line each; nothing is written where any environment would be wrong afterwards.

    Raises:
        EnvironmentFileError: with what would be wrong.
    """
    texts: dict[Path, str] = {}
    for item in wanted:
        if item.changes:
            overlay = root / ENVIRONMENTS / system / f"{item.environment}.yaml"
            text = texts[overlay] if overlay in texts else overlay.read_bytes().decode()
            shown = overlay.relative_to(root).as_posix()
            texts[overlay] = set_scalar(text, ("services", item.service, "image"), item.after, shown)
    edited = {path: parse_marked_yaml(text, path.relative_to(root).as_posix()) for path, text in texts.items()}
    load_environments(root, [(system, path.stem) for path in texts], edited)
    for path, text in texts.items():
        replace_file(path, text)

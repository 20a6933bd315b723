"""Files of a platform's folder that are data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from groundplan.platforms.registry import PLATFORMS
from groundplan.yaml.marked import parse_marked_yaml


@cache
def data_of(package: str, name: str) -> dict[str, Any]:
    """The mapping in the YAML file `name` of `package`."""
    text = files(package).joinpath(name).read_text("utf-8")
    found: dict[str, Any] = parse_marked_yaml(text, f"{package}/{name}").data
    return found


def data_of_platforms(name: str) -> Iterator[dict[str, Any]]:
    """The content of the file `name` of every platform that has one; no platform is loaded for it."""
    for package in (module.rpartition(".")[0] for module in PLATFORMS.values()):
        if files(package).joinpath(name).is_file():
            yield data_of(package, name)

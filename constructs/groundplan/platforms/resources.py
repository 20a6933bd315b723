"""Files of a platform's folder that are data."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from groundplan.yaml.marked import parse_marked_yaml


@cache
def data_of(package: str, name: str) -> dict[str, Any]:
    """The mapping in the YAML file `name` of `package`."""
    text = files(package).joinpath(name).read_text("utf-8")
    found: dict[str, Any] = parse_marked_yaml(text, f"{package}/{name}").data
    return found

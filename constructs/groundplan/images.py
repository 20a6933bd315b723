"""Images that are used where nobody chose another; the data is `images.yaml`, which a person or a machine moves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

SOURCE = "constructs/groundplan/images.yaml"
"""Where a person changes one."""


def default_image(name: str, version: object = None) -> str:
    """The reference of the image `name`; where it follows another version, that `version` takes its place."""
    reference = images()[name]
    return reference if version is None else reference.format(version=version)


def tag(reference: str) -> str:
    """The version a reference names: its tag, without a digest."""
    return reference.partition("@")[0].rpartition("/")[2].partition(":")[2]


@cache
def images() -> Mapping[str, str]:
    """Every image by name."""
    content = yaml.load(files("groundplan").joinpath("images.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    if not isinstance(content, dict) or not all(isinstance(reference, str) for reference in content.values()):
        raise TypeError(f"{SOURCE} is not a mapping of names to images")
    return content

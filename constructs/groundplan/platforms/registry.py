"""The platforms there are: name in the environment file to the folder that answers for it.

A folder is loaded by its name when it is asked for the first time, so that a layer below may ask it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groundplan.model.environment import Environment
    from groundplan.platforms.platform import Platform

PLATFORMS: dict[str, str] = {
    "aws": "groundplan.platforms.aws.platform:Aws",
    "azure": "groundplan.platforms.azure.platform:Azure",
    "existing": "groundplan.platforms.existing.platform:Existing",
    "gcp": "groundplan.platforms.gcp.platform:Gcp",
}
"""Name in the environment file to module and class."""


def platform_of(environment: Environment) -> Platform:
    """The platform that `environment` runs on, ready to answer for it."""
    return platform_named(environment.platform_name)(environment)


def platforms() -> Iterator[type[Platform]]:
    """Every platform there is, by name."""
    return (platform_named(name) for name in sorted(PLATFORMS))


@cache
def platform_named(name: str) -> type[Platform]:
    """The platform called `name`.

    Raises:
        KeyError: where there is none.
    """
    module, _, attribute = PLATFORMS[name].partition(":")
    found: type[Platform] = getattr(import_module(module), attribute)
    return found

"""The operators a cluster needs, each an upstream chart that Argo CD renders."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.addons.selection import needed
from groundplan.addons.values import add_on_values
from groundplan.blueprint import Release
from groundplan.components.releases import release
from groundplan.model.environment import Environment


def components(environment: Environment) -> Iterator[Release]:
    """A release for each add-on that is needed; the monitoring stack and Argo CD come with their own components."""
    known = add_on_values(environment)
    for name in needed(environment):
        if name in known:
            yield release(environment, name, known[name](environment))

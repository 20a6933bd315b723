"""The operators a cluster needs, each an upstream chart that Argo CD renders."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.addons.selection import needed
from groundplan.addons.values import VALUES
from groundplan.components.blueprint import Release
from groundplan.components.releases import release
from groundplan.model.environment import Environment


def components(environment: Environment) -> Iterator[Release]:
    """A release for each add-on that is needed; the monitoring stack and Argo CD come with their own components."""
    for name in needed(environment):
        if name in VALUES:
            yield release(environment, name, VALUES[name](environment))

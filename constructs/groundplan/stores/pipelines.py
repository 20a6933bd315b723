"""What the workflows know of a store: a container that tests run against, and steps that let identities in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from groundplan.model.environment import Environment
from groundplan.stores.answers import Json


@dataclass(frozen=True, kw_only=True, slots=True)
class TestContainer:
    """A throw-away store of the version that production runs, beside the tests."""

    __test__ = False

    name: str
    """Name of the service container."""

    definition: Json
    """Image, ports and health, as the workflow writes them."""

    variables: dict[str, str] = field(default_factory=dict)
    """Environment of the tests."""


class StorePipelines:
    """The workflows' side of a store; what is left out here is nothing to do."""

    def test_container(self) -> TestContainer | None:
        """The container that tests run against."""
        return None

    lets_in: ClassVar[bool] = False
    """Whether a workflow lets identities in, once the store leads if not now; the workflow's own must be ready for it."""

    def access(self, identity: str) -> Json | None:
        """The step that lets an identity in."""
        return None

    def pair(self, standby: Environment) -> dict[str, str] | None:
        """What pairs it with the one of the standby, by the variable a script reads it from."""
        return None


def health(command: str) -> str:
    """Options of a service container; without a health check the tests may start before the store does."""
    return f'--health-cmd "{command}" --health-interval 5s --health-timeout 5s --health-retries 10'

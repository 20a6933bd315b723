"""What a platform adds to the workflows of a system: how they log in, and workflows that only it needs."""

from __future__ import annotations

from groundplan.errors import ConstructError
from groundplan.facts.system import System
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Pipelines
from groundplan.platforms.registry import platform_of


class Workflows:
    """The workflows of a platform; the defaults are those of a cluster that somebody else made."""

    def log_in(self, environment: Environment, pipelines: Pipelines) -> list[Json]:
        """Steps that log in to the environment's registry with the workflow's own identity: no key is stored anywhere.

        Raises:
            ConstructError: where no login is known.
        """
        raise ConstructError(
            f"{environment.system}/pipelines",
            f"no registry login is known for platform `{environment.platform_name}` and registry `{environment.registry}`",
            "name the registry in cloud.registry, or remove the pipelines chapter",
        )

    def docker_login(self, region: str, registry: str) -> str:
        """Command that lets docker push to another region's registry, after `log_in`."""
        raise NotImplementedError

    def further(self, system: System, pipelines: Pipelines) -> dict[str, Json]:
        """Workflows of its own, by file name."""
        return {}


def workflows_of(environment: Environment) -> Workflows:
    """The workflows of the platform that `environment` runs on."""
    return platform_of(environment).workflows()

"""Workflows on Azure: the login by federation, access to stores, rotation in key vaults."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Pipelines
from groundplan.platforms.azure.access import vaults, wanted
from groundplan.platforms.azure.pipelines import access, rotation
from groundplan.platforms.azure.pipelines.login import azure_login
from groundplan.platforms.workflows import Workflows


class AzureWorkflows(Workflows):
    """Workflows of a system on Azure."""

    def log_in(self, environment: Environment, pipelines: Pipelines) -> list[Json]:
        """The identity's ids are no secrets, but only Azure knows them: they are variables of the repository."""
        if not environment.registry:
            return super().log_in(environment, pipelines)
        return [
            azure_login(environment, "Take on the role that may push images", "AZURE_CLIENT_ID"),
            {"name": "Log in to the registry", "run": self.docker_login("", environment.registry)},
        ]

    def docker_login(self, region: str, registry: str) -> str:
        """The name of a registry is the first label of its host."""
        return f"az acr login --name {registry.partition('.')[0]}"

    def further(self, system: System, pipelines: Pipelines) -> dict[str, Json]:
        """Rotation where a vault is watched, access where a store or a registration is kept."""
        workflows = {}
        if pipelines.rotation is not None and vaults(system):
            workflows["rotation.yml"] = rotation.workflow(system, pipelines, pipelines.rotation)
        if wanted(system):
            workflows["azure-access.yml"] = access.workflow(system, pipelines)
        return workflows


WORKFLOWS = AzureWorkflows()


__all__ = ["WORKFLOWS"]

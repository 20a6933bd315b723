"""What the pages of a system on Azure say that no other platform's do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from groundplan.facts.system import System
from groundplan.model.environment import Environment
from groundplan.page import Page
from groundplan.platforms.azure.documents import (
    bootstrap,
    failover,
    mirror,
    names,
    operator,
    restore,
    settings,
    steps,
    way_in,
)
from groundplan.platforms.azure.documents.commands import COMMANDS
from groundplan.platforms.azure.naming import AzureKind, azure_name
from groundplan.platforms.pages import Pages


class AzurePages(Pages):
    """Pages about a system on Azure."""

    controllers = "Azure Service Operator (ASO)"
    dns = "Azure DNS"
    balancers = {"application-gateway": "Application Gateway"}
    groups = "azure.com"
    commands = COMMANDS
    further = (Page("azure-steps.md", "Steps on Azure", "what its operator has no object for", steps.page),)

    def context(self, environment: Environment) -> str:
        """The cluster's name in Azure, which is what `az` writes."""
        return names.context(environment)

    def given(self, system: System) -> list[str]:
        """The tools of Azure."""
        return ["`az` and `kubelogin` on it"]

    def management(self, system: System) -> list[str]:
        """The cluster and its operator."""
        return bootstrap.management(system)

    def on_shared_management(self, system: System) -> list[str]:
        """What the operator needs for one more subscription."""
        return bootstrap.on_a_shared_cluster(system)

    def operator(self, environment: Environment) -> list[str]:
        """Subscriptions."""
        return operator.subscriptions(environment)

    def after_creation(self, system: System) -> list[str]:
        """Contexts, client ids, permissions, names."""
        return bootstrap.after_first_sync(system)

    def inside(self, system: System) -> list[str]:
        """Certificates, and access to data."""
        return bootstrap.inside(system)

    def way_in(self, environment: Environment) -> list[str]:
        """From the corporate network."""
        return way_in.way_in(environment)

    def closed(self, own: Sequence[Mapping[str, Any]], rendered: Sequence[Mapping[str, Any]]) -> str:
        """A private cluster without a peering."""
        return way_in.closed(own, rendered)

    def may_push(self, registry: str, rendered: Sequence[Mapping[str, Any]], told: str) -> bool:
        """By a command of the pages."""
        return way_in.may_push(registry, told)

    def is_filled(self, registry: str, repository: str, told: str) -> bool:
        """By a rule of the registry's cache."""
        return mirror.is_filled(registry, repository, told)

    def put_secret(self, environment: Environment, key: str) -> str:
        """Into the environment's key vault, or the one that is named."""
        azure = environment.platform.azure
        foreign = azure.foreign_vault if azure is not None else None
        vault = foreign.name if foreign is not None else azure_name(environment, AzureKind.KEY_VAULT)
        return f"az keyvault secret set --vault-name {vault} --name {key} --file /dev/stdin --output none"

    def other_stores(self) -> str:
        """Vaults copy nothing."""
        return "put it into the vault of every other environment too"

    def repository_settings(self, system: System) -> list[tuple[str, str, str]]:
        """Client ids, the runner inside the network."""
        return settings.rows(system)

    def rotation(self, environment: Environment) -> list[str]:
        """The ages the key vault is held to."""
        return settings.ages(environment)

    def restore(self, environment: Environment) -> list[str]:
        """Shares of storage accounts."""
        return restore.shares(environment)

    def traffic(self, primary: Environment, standby: Environment) -> list[str]:
        """Front Door, where there is one."""
        return failover.traffic(primary, standby)

    def traffic_back(self, primary: Environment, standby: Environment) -> list[str]:
        """Front Door's first origin."""
        return failover.traffic_back(primary)


PAGES = AzurePages()


__all__ = ["PAGES"]

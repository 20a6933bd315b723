"""What Azure Service Operator has no object for: who is let into which store, pairs of namespaces, registrations."""

from __future__ import annotations

import uuid

from groundplan.facts.actors import actors
from groundplan.facts.standby import copies
from groundplan.facts.system import System
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Application
from groundplan.platforms.azure.chapter import KeyVault
from groundplan.platforms.azure.naming import AzureKind, azure_name
from groundplan.platforms.azure.site import site_of
from groundplan.stores.registry import stores_of

ACCESS = "access"
"""The identity that lets others into stores, pairs namespaces, and keeps the application's registration."""

ROTATION = "rotation"
"""The identity that gives secrets their ends; it reads no value."""

_ROLES = uuid.UUID("5d0f5b36-7a0c-4c39-9f7b-0d1d0f1a7e55")
"""Ids of roles are derived below it, so that a role keeps its id."""

PERMISSIONS = "Application.ReadWrite.OwnedBy and Application.Read.All"
"""What keeping a registration takes in the directory: one's own only, so that no other identity can be taken over."""

GRAPH_ROLES = ("18a4783c-866b-4cc7-a460-3d5e5662c884", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30")
"""The same as ids. See https://learn.microsoft.com/graph/permissions-reference ."""


def variable(purpose: str) -> str:
    """Variable of GitHub's environment that holds the client id of the identity for a purpose."""
    return f"AZURE_{purpose.upper()}_CLIENT_ID"


def wanted(system: System) -> bool:
    """Whether there is anything to do."""
    chapter = system.primary.pipelines
    if chapter is None:
        return False
    return chapter.application is not None or any(admitted(item) for item in system.environments)


def admitted(environment: Environment) -> list[Json]:
    """The steps that let identities into the stores whose services call them."""
    return [
        step
        for name, store in stores_of(environment).items()
        for identity in callers(environment, name)
        if (step := store.pipelines().access(identity)) is not None
    ]


def callers(environment: Environment, store: str) -> list[str]:
    """Azure names of the identities whose services call a store."""
    azure = environment.platform.azure
    named = {actor.identity for actor in actors(environment) if actor.identity is not None and store in actor.calls}
    return [
        identity.azure_name or azure_name(environment, AzureKind.IDENTITY, name)
        for name, identity in (azure.identities.items() if azure is not None else ())
        if name in named
    ]


def pairs(system: System) -> list[dict[str, str]]:
    """Each pair of namespaces, the one that leads first: groups, names and the alias, by the variable a script reads."""
    primary, standby = system.primary, system.standby_of(system.primary)
    if standby is None:
        return []
    leads, follows = (standby, primary) if copies(primary) else (primary, standby)
    found = [store.pipelines().pair(follows) for store in stores_of(leads).values()]
    return [pair for pair in found if pair is not None]


def pair_of(environment: Environment, store: str) -> str | None:
    """Azure's own id of the namespace in the recovery peer that is paired with the one of `store`; None for no pair."""
    peer = environment.peer_environment
    found = stores_of(environment)[store].pipelines().pair(peer) if peer is not None else None
    if peer is None or found is None:
        return None
    return site_of(peer).arm_id("Microsoft.ServiceBus/namespaces", found["PARTNER"])


def roles(application: Application) -> list[Json]:
    """The registration's roles, as the directory takes them."""
    return [
        {
            "id": str(uuid.uuid5(_ROLES, f"{application.name}/{role}")),
            "value": role,
            "displayName": role,
            "description": f"{role} of {application.name}",
            "allowedMemberTypes": ["User" if members == "users" else "Application"],
            "isEnabled": True,
        }
        for role, members in application.roles.items()
    ]


def vaults(system: System) -> list[tuple[Environment, KeyVault]]:
    """Every environment that has a key vault of its own."""
    return [
        (item, item.platform.azure.vault)
        for item in system.environments
        if item.platform.azure is not None and item.platform.azure.vault is not None
    ]

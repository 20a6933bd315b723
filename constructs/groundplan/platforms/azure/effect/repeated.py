"""Roles that a page has people assign although an object assigns them: Azure refuses the second of the two, whichever it is.

An assignment is known by who, what and where; its name decides nothing. See
https://learn.microsoft.com/azure/role-based-access-control/role-assignments#scope .
"""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.documents.options import options
from groundplan.checks.documents.pages import read_pages
from groundplan.checks.identity.facts import facts
from groundplan.checks.inventory import Object
from groundplan.errors import Finding, Location
from groundplan.platforms.azure.effect.landscape import AzureLandscape

ASSIGNS = ("az", "role", "assignment", "create")


def repeated(land: AzureLandscape) -> Iterator[Finding]:
    """Commands of pages that assign a role on a resource on which an object of that system assigns it too."""
    assigned: dict[tuple[str, str, str], list[Object]] = {}
    for item in land.of("authorization.azure.com", "RoleAssignment"):
        role = facts().role(str((item.spec.get("roleDefinitionReference") or {}).get("armId", "")))
        owner = land.refers(item, item.spec.get("owner") or {})
        if owner is not None:
            place = str(owner.spec.get("azureName", owner.name))
            assigned.setdefault((item.system, role, place), []).append(item)
    for system in sorted({item.system for item in land.context.environments.values()}):
        for page in read_pages(land.inventory.root, system, frozenset()):
            for command in (one for one in page.commands if one.words[:4] == ASSIGNS):
                given = options(command.words)
                role, place = str(given.value("--role")), str(given.value("--scope")).rpartition("/")[2]
                for item in assigned.get((system, role, place), ()):
                    if _may_be(land, item, page.text):
                        message = f"assigns {role} on {place}, which {item} assigns: the second is refused"
                        where = Location(page.file, command.line)
                        yield Finding(where, "identity.twice", "az role assignment", message, "leave it to the object")


def _may_be(land: AzureLandscape, item: Object, page: str) -> bool:
    """Whether the page may mean whom the object means: an identity of our own is called by its name, one that Azure made is not."""
    source = item.spec.get("principalIdFromConfig") or {}
    holder = land.exports.get((item.namespace, str(source.get("name")), str(source.get("key"))))
    return holder is not None and (
        holder.kind != "UserAssignedIdentity" or f"--name {holder.spec.get('azureName')} " in page
    )

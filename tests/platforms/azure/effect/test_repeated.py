"""A role that an object assigns is assigned by nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, inventory, put, write

from groundplan.checks.identity import landscape
from groundplan.platforms.azure.effect.landscape import AzureLandscape
from groundplan.platforms.azure.effect.repeated import repeated

READER = "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
COMMAND = (
    'az role assignment create --assignee-object-id "$controller" --role {} --scope /subscriptions/0/resourceGroups/{}'
)


def rented(kind: str, group: str, name: str, **spec: Any) -> dict[str, Any]:
    return an_object(kind, name, f"{group}.azure.com/v1", namespace="hub", spec={"azureName": name, **spec})


def found(root: Path, command: str, kind: str = "ManagedCluster") -> list[str]:
    exports = {"configMapExpressions": [{"name": "controller", "key": "principalId", "value": "self.status.id"}]}
    owner = {"group": "resources.azure.com", "kind": "ResourceGroup", "name": "rg"}
    who = {"principalIdFromConfig": {"name": "controller", "key": "principalId"}}
    groups = {"ManagedCluster": "containerservice", "UserAssignedIdentity": "managedidentity"}
    for item in (
        rented("ResourceGroup", "resources", "rg"),
        rented(kind, groups[kind], "id-own", operatorSpec=exports),
        rented(
            "RoleAssignment", "authorization", "reads", owner=owner, roleDefinitionReference={"armId": READER}, **who
        ),
    ):
        put(root, item, component="cloud")
    write(root, "environments/provided.yaml", "always: {}\n")
    write(root, "docs/systems/store/bootstrap.md", f"# Steps\n\n```sh\n{command}\n```\n")
    land = landscape(inventory(root), a_context(root, an_environment()))
    azure = AzureLandscape(land.inventory, land.context, land.made_accounts)
    return [finding.message for finding in repeated(azure)]


def test_a_command_that_repeats_an_object_is_found(tmp_path: Path) -> None:
    [message] = found(tmp_path, COMMAND.format("Reader", "rg"))

    assert "assigns Reader on rg, which RoleAssignment reads assigns" in message


@pytest.mark.parametrize(("role", "place"), [("Contributor", "rg"), ("Reader", "other")])
def test_another_role_or_place_is_another_assignment(tmp_path: Path, role: str, place: str) -> None:
    assert found(tmp_path, COMMAND.format(role, place)) == []


def test_an_identity_of_our_own_that_the_page_does_not_name_is_somebody_else(tmp_path: Path) -> None:
    assert found(tmp_path, COMMAND.format("Reader", "rg"), "UserAssignedIdentity") == []

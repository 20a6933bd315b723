"""The identities that workflows take on: one for each purpose and environment, with no more than its commands need."""

from __future__ import annotations

from typing import Any

from systems import BASE, an_environment

from groundplan.platforms.azure.access import ACCESS, ROTATION, variable
from groundplan.platforms.azure.workflow_identities import changed_stores, workflow_identities

ZERO = "00000000-0000-0000-0000-000000000000"
AZURE: dict[str, Any] = {
    "subscription": ZERO,
    "tenant": ZERO,
    "region": "koreacentral",
    "zones": [],
    "registry": "crstore.azurecr.io",
    "vault": {},
    "identities": {"web": {"azure_name": "store-web"}},
}
CHAPTERS: dict[str, Any] = {
    "platform": {"azure": AZURE},
    "services": {**BASE["services"], "web": {**BASE["services"]["web"], "identity": "web", "calls": ["cache"]}},
    "data": {
        **BASE["data"],
        "cache": {"type": "redis", "engine": {"azure-cache": {}}},
        "bus": {"type": "broker", "engine": {"azure-service-bus": {}}},
    },
    "pipelines": {
        "repository": "store/code",
        "services": {"web": {"trigger": "tag"}},
        "rotation": "0 1 * * 1",
        "private_runner": "inside",
    },
}


def identities(**pipelines: Any) -> dict[str, Any]:
    chapters = {**CHAPTERS, "pipelines": {**CHAPTERS["pipelines"], **pipelines}}
    return dict(workflow_identities(an_environment("staging", **chapters)))


def test_each_trusts_the_environment_of_its_name_alone() -> None:
    found = identities()

    assert {name: item.workflows for name, item in found.items()} == dict.fromkeys(
        (ACCESS, ROTATION), ("repo:store/code:environment:staging",)
    )
    assert not any(item.accounts for item in found.values())


def test_it_changes_the_stores_it_lets_others_into_and_no_other() -> None:
    assert changed_stores(an_environment("staging", **CHAPTERS)) == {"cache": ()}


def test_it_sees_itself_and_whom_it_lets_in() -> None:
    names = {grant.name for grant in identities()[ACCESS].grants}

    assert names == {"sees-store-web", "sees-itself"}


def test_where_the_vault_decides_by_roles_it_gets_them_there() -> None:
    names = {grant.name for grant in identities()[ROTATION].grants}

    assert names == {"sees-the-vault", "gives-secrets-ends", "sees-certificates"}


def test_nobody_is_trusted_while_the_repository_is_not_known() -> None:
    assert identities(repository=None) == {}


def test_its_client_id_is_a_variable_of_the_environment() -> None:
    assert variable(ACCESS) == "AZURE_ACCESS_CLIENT_ID"

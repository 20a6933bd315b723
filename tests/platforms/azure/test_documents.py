"""What the pages of a system on Azure tell people to type, and that the objects in them are valid."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from rendering import schema_problems
from systems import BASE, a_system

from groundplan.documents import pages
from groundplan.facts.system import System
from groundplan.model.environment import Environment
from groundplan.stores.postgres.azure_flexible_server.restoring import geo_restore_manifest, point_in_time_manifest
from groundplan.stores.postgres.azure_flexible_server.store import FlexibleServerStore
from groundplan.stores.registry import store_of

ZERO = "00000000-0000-0000-0000-000000000000"
POOLS = {"app": {"instance": "Standard_D4s_v3", "cpu": "4", "memory": "16Gi", "min": 2, "max": 6}}
AZURE: dict[str, Any] = {
    "subscription": ZERO,
    "tenant": ZERO,
    "region": "koreacentral",
    "zones": ["1", "2"],
    "registry": "crstore.azurecr.io",
    "identities": {"services": {}},
    "vault": {"certificates": ["clients"]},
    "storage": {"main": {"kind": "FileStorage", "sku": "Premium_LRS", "shares": {"files": "100Gi"}}},
}
CHAPTERS: dict[str, Any] = {
    "cluster": {**BASE["cluster"], "node_pools": POOLS},
    "platform": {"azure": AZURE},
    "services": {
        **BASE["services"],
        "web": {**BASE["services"]["web"], "rollout": "canary", "identity": "services"},
    },
    "data": {
        "db": {
            **BASE["data"]["db"],
            "engine": {
                "azure-flexible-server": {
                    "storage": "32Gi",
                    "keep_backups": "35d",
                    "geo_redundant_backup": True,
                    "read_replicas": {"near": {"sku": "Standard_D2s_v3", "purpose": "read"}},
                }
            },
        },
        "cache": {"type": "redis", "engine": {"azure-cache": {}}},
        "bus": {"type": "broker", "engine": {"azure-service-bus": {}}},
    },
    "secrets": {
        "entries": {"db-owner": {"type": "kubernetes.io/basic-auth", "keys": {"username": "u", "password": "p"}}}
    },
    "ingress": {"type": "application-gateway"},
    "expose": {"www": {"routes": {"/": "web"}}},
    "hosts": {"www": "store.example.com"},
}
EDGE: dict[str, Any] = {"gateway": {"certificate": "wildcard"}}
ENVIRONMENTS: dict[str, Any] = {
    "staging": {"platform": {"azure": {**AZURE, "edge": EDGE}}},
    "production": {
        "platform": {"azure": {**AZURE, "edge": {**EDGE, "front_door": {}}}},
        "recovery": {"role": "primary", "peer": "dr", "rto": "30m", "rpo": "15m"},
    },
    "dr": {
        "platform": {"azure": {**AZURE, "edge": EDGE, "region": "koreasouth", "zones": []}},
        "recovery": {"role": "standby", "peer": "production", "rto": "30m", "rpo": "15m"},
    },
}


def _system() -> System:
    changed = {name: {**CHAPTERS, **extra} for name, extra in ENVIRONMENTS.items()}
    system = a_system(changed)
    neighbours = {item.environment: item for item in system.environments}
    return System(tuple(item.with_neighbours(neighbours) for item in system.environments))


def _page(name: str) -> str:
    return pages(_system())[name]


def _restored(primary: Environment) -> list[dict[str, Any]]:
    peer = primary.peer_environment
    assert peer is not None
    store = store_of(primary, "db")
    assert isinstance(store, FlexibleServerStore)
    return [point_in_time_manifest(store), geo_restore_manifest(store, peer)]


def test_what_is_applied_to_restore_a_server_is_valid() -> None:
    for manifest in _restored(_system().primary):
        assert schema_problems(manifest) == []


def test_a_server_is_restored_beside_the_damaged_one() -> None:
    page = _page("backup-and-restore.md")

    manifest = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0])

    assert manifest["spec"]["createMode"] == "PointInTimeRestore"
    assert manifest["spec"]["sourceServerResourceReference"]["name"] == "pgdb-store-production"
    assert manifest["metadata"] == {"name": "pgdb-store-production-restored", "namespace": "store-production"}


def test_a_geo_restore_stands_in_the_standby_s_region() -> None:
    _, manifest = _restored(_system().primary)

    assert (manifest["spec"]["createMode"], manifest["spec"]["location"]) == ("GeoRestore", "koreasouth")
    assert manifest["metadata"]["namespace"] == "store-dr"


def test_the_service_keeps_thirty_five_days_at_most() -> None:
    assert "Any moment of the last 35 days, to 5 minutes" in _page("backup-and-restore.md")


def test_a_share_comes_back_into_a_share_of_its_own() -> None:
    page = _page("backup-and-restore.md")

    assert "## Restore the share files" in page
    assert "/files?sharesnapshot=SNAPSHOT' 'https://ststoreproduction.file.core.windows.net/files-restored'" in page


def test_snapshots_of_files_are_among_what_is_kept() -> None:
    store = {
        "type": "files",
        "size": "10Gi",
        "engine": {"azure-files": {"account": "main", "snapshots": {"keep": "7d"}}},
    }
    system = a_system({name: {**CHAPTERS, "recovery": None, "data": {"papers": store}} for name in ENVIRONMENTS})

    page = pages(system)["backup-and-restore.md"]

    assert "| papers | snapshot | `0 3 * * *` UTC | beside the share | 7d |" in page
    assert "## Restore the share papers" in page
    assert "`papers`: no backup" not in page


def test_a_failover_fences_promotes_and_moves_the_alias() -> None:
    page = _page("disaster-recovery.md")

    fenced = page.index("--server-name pgdb-store-production --name default_transaction_read_only --value on")
    promoted = page.index("replica promote --resource-group rg-store-dr --name pgdb-store-dr")
    moved = page.index("georecovery-alias fail-over --resource-group rg-store-dr --namespace-name sb-store-dr")
    assert fenced < promoted < moved


def test_a_failover_lets_the_identity_of_its_own_region_into_the_copied_roles() -> None:
    page = _page("disaster-recovery.md")

    promoted = page.index("replica promote --resource-group rg-store-dr --name pgdb-store-dr")
    bound = page.index("security label for pgaadauth on role")
    assert promoted < bound
    assert "principal=$(az identity show --resource-group rg-store-dr --name id-store-dr-services" in page


def test_the_way_back_deletes_before_it_copies_and_stops_writes_before_it_switches() -> None:
    page = _page("way-back.md")

    order = [
        "pg_dump",
        "set `recovery.reversed: true`",
        "az postgres flexible-server delete --resource-group rg-store-production --name pgdb-store-production --yes",
        "wait flexibleservers.dbforpostgresql.azure.com/pgdb-store-production",
        "set `recovery.active: false`",
        "do not merge it yet",
        "--server-name pgdb-store-dr --name default_transaction_read_only --value on",
        "Now merge the pull request",
        "--name pgdb-store-production --promote-mode standalone --promote-option planned",
        "set `recovery.reversed: false`",
        "az postgres flexible-server delete --resource-group rg-store-dr --name pgdb-store-dr --yes",
    ]
    assert [page.index(step) for step in order] == sorted(page.index(step) for step in order)


def test_the_way_back_empties_what_pairing_copies_into() -> None:
    page = _page("way-back.md")

    emptied = page.index("applications.argoproj.io/store-bus-production argocd.argoproj.io/deletion-approved=")
    paired = page.index("georecovery-alias set --resource-group rg-store-dr --namespace-name sb-store-dr")
    assert emptied < paired


def test_front_door_finds_the_standby_by_priority() -> None:
    page = _page("disaster-recovery.md")

    assert "priority 1 is koreacentral, priority 2 is koreasouth" in page
    assert "az afd origin update --resource-group rg-store-production --profile-name afd-store-production" in page


def test_the_failover_waits_no_longer_than_its_first_step_may_take() -> None:
    assert "has failed for 3 minutes" in _page("disaster-recovery.md")


def test_a_rollout_is_scaled_as_a_rollout() -> None:
    page = _page("disaster-recovery.md")

    assert "kubectl scale rollout.argoproj.io/web" in page
    assert "kubectl scale deployment/api" in page


def test_client_ids_are_written_back_by_one_command_for_each_environment() -> None:
    page = _page("bootstrap.md")

    assert (
        "get applicationgateways.network.azure.com,configmaps,profiles.cdn.azure.com --all-namespaces --output json | groundplan ids store/production\n"
        in page
    )
    assert "| groundplan ids store/dr\n" in page


def test_certificates_renew_themselves_within_their_longest_life() -> None:
    page = _page("azure-steps.md")

    policy = json.loads(re.findall(r"```json\n(.*?)```", page, re.DOTALL)[0])
    assert policy["x509CertificateProperties"]["validityInMonths"] == 12
    assert policy["lifetimeActions"][0]["action"] == {"actionType": "AutoRenew"}
    assert 'create --vault-name kv-store-production --name wildcard --policy "$(jq ' in page
    assert "create --vault-name kv-store-production --name clients --policy @clients.json" in page


def test_images_are_pushed_by_an_identity_that_trusts_one_environment() -> None:
    chapter = {"services": {"web": {"trigger": "tag"}}, "repository": "store/code"}
    system = a_system({name: {**CHAPTERS, "recovery": None, "pipelines": chapter} for name in ENVIRONMENTS})

    page = pages(system)["azure-steps.md"]

    assert "--subject repo:store/code:environment:registry" in page
    assert "ref:refs/heads" not in page
    assert '--role AcrPush --scope "$(az acr show --name crstore --query id --output tsv)"' in page


def test_identities_are_let_into_the_stores_their_services_call() -> None:
    page = _page("azure-steps.md")

    bound = page.partition("## Roles in databases")[2].partition("\n## ")[0]
    assert "az identity show --resource-group rg-store-production --name id-store-production-services" in bound
    assert 'security label for pgaadauth on role \\"id-store-production-services\\" is' in bound
    assert "--name redis-store" not in page  # nobody with an identity calls it
    assert "host=pgdb-store-dr." not in page


def test_the_namespaces_are_paired_by_their_alias() -> None:
    assert "--namespace-name sb-store-production --alias store-bus --partner-namespace" in _page("azure-steps.md")


def test_a_system_elsewhere_has_no_such_page() -> None:
    assert "azure-steps.md" not in pages(a_system())


def test_the_gateways_of_both_regions_have_a_name() -> None:
    page = _page("bootstrap.md")

    assert "| origin-store.example.com | A | address of `pip-store-production-gateway` |" in page
    assert "| standby-origin-store.example.com | A | address of `pip-store-dr-gateway`, in koreasouth |" in page


def test_clusters_of_one_name_have_contexts_of_their_own() -> None:
    assert "--name aks-store-dr --context aks-store-dr" in _page("bootstrap.md")


def test_a_value_goes_into_the_vault_by_its_name() -> None:
    assert "az keyvault secret set --vault-name kv-store-production" in _page("secrets.md")


def test_a_canary_says_when_it_is_taken_back() -> None:
    assert "| web | canary | 10 % of requests for 15m, then 90 %, then 100 % | more than 1 % fail |" in _page(
        "deploy-and-rollback.md"
    )


def test_a_role_that_logs_in_with_a_password_is_made_by_the_administrator() -> None:
    page = _page("azure-steps.md")

    steps = page.partition("## Roles with passwords")[2].partition("\n## ")[0]
    assert "--namespace store-production get secret" in steps
    assert """select 'create role "app" login' where not exists""" in steps
    assert 'grant usage, create on schema public to "id-store-production-services";' in steps
    assert "store-dr" not in steps  # a copy has the roles of what it copies
    assert "the workflow" not in steps.lower()
